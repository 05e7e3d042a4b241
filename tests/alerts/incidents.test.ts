// One cause, one incident, one thread: who hears of it, when again, and when no more. Read from the
// mails that arrive by SMTP.
import { afterEach, describe, expect, test } from 'vitest';
import { acknowledge } from '../../src/alerts/settle-incidents.ts';
import { publicationId, releaseId } from '../../src/plan/types.ts';
import { change } from '../../src/publish/deps.ts';
import { found, PEOPLE, type Watched, watched } from '../helpers/alarm.ts';
import { PLAN } from '../helpers/bureau.ts';

let bureau: Watched;
afterEach(() => bureau.close());

const HEAD = PLAN.slice(0, PLAN.indexOf('indicators:'));
/** Ten notices of one morning, on WeChat. */
const TEN = `${HEAD}notices:\n${Array.from({ length: 10 }, (_, i) => `  n${i}: { name: { zh: 公告${i} }, at: 2026-07-20 1${i % 2}:00, channels: [wechat] }\n`).join('')}`;
/** The first of them alone, or two, on these channels. */
const some = (count: number, channels: string) =>
  `${TEN.split('\n')
    .slice(0, -1)
    .filter((line) => !/^ {2}n[0-9]:/.test(line) || Number(line[3]) < count)
    .join('\n')
    .replaceAll('[wechat]', channels)}\n`;
const on = (release: string, channel: string) => publicationId(releaseId(release), channel);

/** Puts a publication into a state, as the engine would. */
async function set(
  release: string,
  channel: string,
  state: 'held' | 'planned',
  code?: string,
): Promise<void> {
  const entry = await bureau.app.ledger.get(on(release, channel));
  if (!entry) throw new Error(`${release}@${channel} is not planned`);
  const changed = await bureau.app.ledger.change(
    change(bureau.app.publishDeps, entry, state, code ? { reason: { code } } : {}),
  );
  expect(changed.ok).toBe(true);
}

async function theirs(release: string, channel: string, code: string): Promise<void> {
  await set(release, channel, 'planned', code);
}

describe('one cause', () => {
  test('ten releases that WeChat does not take are one incident, one mail, and one when it is over', async () => {
    bureau = await watched('2026-07-20T09:00:00+08:00', { plan: TEN });
    for (let i = 0; i < 10; i++) await theirs(`n${i}`, 'wechat', 'no-answer');
    expect(await bureau.at('2026-07-20T11:05:00+08:00')).toEqual([
      'operator@example.cn: 未按时发布：公告0等 10 项（微信）',
    ]);
    const { text } = bureau.mail('未按时发布');
    for (let i = 0; i < 10; i++)
      expect(text).toContain(`公告${i}（n${i}），2026-07-20 1${i % 2}:00，微信：渠道没有应答`);
    const incidents = [...(await bureau.app.incidents.incidents()).values()];
    expect(incidents.map(({ kind, subject, items }) => [kind, subject, items.length])).toEqual([
      ['channel', 'wechat', 10],
    ]);
    expect(await bureau.at('2026-07-20T11:06:00+08:00')).toEqual([]);
    for (let i = 0; i < 10; i++) await found(bureau, on(`n${i}`, 'wechat'));
    expect(await bureau.at('2026-07-20T11:45:00+08:00')).toEqual([
      'operator@example.cn: 已解决：公告0',
    ]);
    const over = bureau.mail('已解决');
    expect(over.text).toContain('历时：40 分钟');
    expect(over.text).toContain('公告9（n9）');
    expect(await bureau.app.incidents.incidents()).toEqual(new Map());
  });

  test('further releases that the same cause stops are told together, an hour after the last mail', async () => {
    bureau = await watched('2026-07-20T09:00:00+08:00', { plan: TEN });
    for (let i = 0; i < 10; i += 2) await theirs(`n${i}`, 'wechat', 'no-answer');
    expect(await bureau.at('2026-07-20T10:05:00+08:00')).toEqual([
      'operator@example.cn: 未按时发布：公告0等 5 项（微信）',
    ]);
    for (let i = 1; i < 10; i += 2) await theirs(`n${i}`, 'wechat', 'no-answer');
    expect(await bureau.at('2026-07-20T11:04:30+08:00')).toEqual([]);
    expect(await bureau.at('2026-07-20T11:05:00+08:00')).toEqual([
      'operator@example.cn: 未按时发布：公告0等 10 项（微信）',
    ]);
    // The same thread: an answer to the first.
    const [first, second] = bureau.sandbox.mails;
    expect(second?.inReplyTo).toBe(first?.messageId);
    expect(second?.headers.references).toBe(first?.messageId);
    expect(new Set(bureau.sandbox.mails.map((mail) => mail.messageId)).size).toBe(2);
  });

  test('a website that is held stops the other channels: one incident', async () => {
    bureau = await watched('2026-07-20T09:00:00+08:00', { plan: some(1, '[website, wechat]') });
    await set('n0', 'website', 'held', 'site-render');
    await set('n0', 'wechat', 'held', 'website-held');
    expect(await bureau.at('2026-07-20T10:00:00+08:00')).toEqual([
      'operator@example.cn: 未按时发布：公告0（n0）',
    ]);
    expect(bureau.mail('未按时').text).toContain('npx banli retry n0 --channel website');
  });

  test('two causes at once are two incidents in one mail, and each is told when it is over', async () => {
    bureau = await watched('2026-07-20T09:00:00+08:00', { plan: some(2, '[wechat]') });
    await set('n0', 'wechat', 'held', 'cannot-tell');
    await set('n1', 'wechat', 'held', 'wechat-audit');
    expect(await bureau.at('2026-07-20T11:00:00+08:00')).toEqual([
      'operator@example.cn: 2 件事需要处理',
    ]);
    await found(bureau, on('n0', 'wechat'));
    expect(await bureau.at('2026-07-20T11:10:00+08:00')).toEqual([
      'operator@example.cn: 已解决：公告0',
    ]);
    await found(bureau, on('n1', 'wechat'));
    expect(await bureau.at('2026-07-20T11:20:00+08:00')).toEqual([
      'operator@example.cn: 已解决：公告1',
    ]);
    expect(bureau.sandbox.mails.slice(1).map((mail) => mail.inReplyTo)).toEqual(
      Array(2).fill(bureau.sandbox.mails[0]?.messageId),
    );
  });

  test('held by an operator: silence before T, told at T', async () => {
    bureau = await watched('2026-07-20T09:00:00+08:00', { plan: some(1, '[website]') });
    await set('n0', 'website', 'held', 'by-operator');
    expect(await bureau.at('2026-07-20T09:59:59+08:00')).toEqual([]);
    expect(await bureau.at('2026-07-20T10:00:00+08:00')).toEqual([
      'operator@example.cn: 未按时发布：公告0（n0）',
    ]);
  });
});

describe('who is told', () => {
  const ONE = `${HEAD}notices:\n  n0: { name: { zh: 公告0 }, at: 2026-07-20 10:00, channels: [website] }\n`;

  test('nobody answers for half an hour: the next person is told, once; both hear that it is over', async () => {
    bureau = await watched('2026-07-20T09:00:00+08:00', { plan: ONE, more: PEOPLE });
    await set('n0', 'website', 'held', 'site-render');
    // Before T it is a warning: nobody else is asked for a day.
    expect(await bureau.at('2026-07-20T09:20:00+08:00')).toEqual([
      'wang@example.cn: 可能误期：公告0（n0）',
    ]);
    expect(await bureau.at('2026-07-20T09:59:00+08:00')).toEqual([]);
    expect(await bureau.at('2026-07-20T10:00:00+08:00')).toEqual([
      'wang@example.cn: 未按时发布：公告0（n0）',
    ]);
    expect(await bureau.at('2026-07-20T10:29:00+08:00')).toEqual([]);
    expect(await bureau.at('2026-07-20T10:30:00+08:00')).toEqual([
      'li@example.cn: 【尚无人回应】未按时发布：公告0（n0）',
    ]);
    expect(bureau.mail('尚无人').text).toContain('已告知 王敏，至今没有人回应');
    expect(await bureau.at('2026-07-20T11:30:00+08:00')).toEqual([]);
    await found(bureau, on('n0', 'website'));
    expect((await bureau.at('2026-07-20T11:40:00+08:00')).sort()).toEqual([
      'li@example.cn: 已解决：公告0',
      'wang@example.cn: 已解决：公告0',
    ]);
  });

  test('somebody answers: nobody else is asked', async () => {
    bureau = await watched('2026-07-20T09:00:00+08:00', { plan: ONE, more: PEOPLE });
    await set('n0', 'website', 'held', 'site-render');
    await bureau.at('2026-07-20T10:00:00+08:00');
    const [incident] = (await bureau.app.incidents.incidents()).values();
    const noted: string[] = [];
    const done = await acknowledge(
      bureau.app.incidents,
      incident?.id ?? '',
      '王敏',
      bureau.clock.now(),
      (event) => Promise.resolve(void noted.push(event)),
    );
    expect(done?.acknowledged?.by).toBe('王敏');
    expect(noted).toEqual(['incident-acknowledged']);
    expect(await bureau.at('2026-07-20T10:31:00+08:00')).toEqual([]);
    expect(await bureau.at('2026-07-20T14:00:00+08:00')).toEqual([]);
    expect(
      await acknowledge(bureau.app.incidents, 'nobody', 'x', bureau.clock.now(), () =>
        Promise.resolve(),
      ),
    ).toBeUndefined();
  });

  test('quiet hours hold back a warning until they end, and never what is missed', async () => {
    const quiet = 'people: [{ name: 王敏, mail: wang@example.cn, quiet: "20:00-07:30" }]';
    bureau = await watched('2026-07-19T20:30:00+08:00', {
      plan: ONE.replace('10:00,', '23:10,'),
      more: quiet,
    });
    await set('n0', 'website', 'held', 'site-render');
    expect(await bureau.at('2026-07-19T23:10:00+08:00')).toEqual([]);
    expect(await bureau.at('2026-07-20T07:29:00+08:00')).toEqual([]);
    expect(await bureau.at('2026-07-20T07:30:00+08:00')).toEqual([
      'wang@example.cn: 可能误期：公告0（n0）',
    ]);
    expect(await bureau.at('2026-07-20T23:10:00+08:00')).toEqual([
      'wang@example.cn: 未按时发布：公告0（n0）',
    ]);
  });
});

test('warnings that were told together end in one mail, once all are over', async () => {
  const two = `${HEAD}notices:\n  n0: { name: { zh: 公告0 }, at: 2026-07-21 10:00, channels: [website] }\n  n1: { name: { zh: 公告1 }, at: 2026-07-21 11:00, channels: [website] }\n`;
  bureau = await watched('2026-07-20T12:00:00+08:00', { plan: two });
  await set('n0', 'website', 'held', 'site-render');
  await set('n1', 'website', 'held', 'wechat-audit');
  expect(await bureau.at('2026-07-20T12:01:00+08:00')).toEqual([
    'operator@example.cn: 2 件事需要处理',
  ]);
  await found(bureau, on('n0', 'website'));
  expect(await bureau.at('2026-07-20T12:30:00+08:00')).toEqual([]);
  await found(bureau, on('n1', 'website'));
  expect(await bureau.at('2026-07-20T12:40:00+08:00')).toEqual([
    'operator@example.cn: 2 件事已解决',
  ]);
  const { text } = bureau.mail('已解决');
  expect(text).toContain('历时：29 分钟');
  expect(text).toContain('历时：39 分钟');
});
