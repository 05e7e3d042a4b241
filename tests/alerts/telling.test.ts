// Who is told what, when something is late: each release by itself, each address by itself, and no
// miss behind anything. Read from the mails that arrive.
import { afterEach, describe, expect, test } from 'vitest';
import { publicationId, releaseId } from '../../src/plan/types.ts';
import { change } from '../../src/publish/deps.ts';
import { withLock } from '../../src/redis/lock.ts';
import { tokenStore } from '../../src/redis/token-store.ts';
import { type Inbox, startInbox } from '../../src/sandbox/inbox.ts';
import { found, type Watched, watched } from '../helpers/alarm.ts';
import { PLAN } from '../helpers/bureau.ts';

let bureau: Watched;
let inbox: Inbox | undefined;
afterEach(async () => {
  await bureau.close();
  await inbox?.close();
  inbox = undefined;
});

const HEAD = PLAN.slice(0, PLAN.indexOf('indicators:')).replace(
  '[website, catalogue, wechat, weibo]',
  '[wechat]',
);
const notices = (...lines: string[]) =>
  `${HEAD}notices:\n${lines.map((one) => `  ${one}\n`).join('')}`;
const on = (release: string) => publicationId(releaseId(release), 'wechat');
const QUIET = 'people: [{ name: 王敏, mail: wang@example.cn, quiet: "20:00-07:30" }]';

async function set(release: string, state: 'held' | 'planned', code: string): Promise<void> {
  const entry = await bureau.app.ledger.get(on(release));
  if (!entry) throw new Error(`${release} is not planned`);
  expect(
    (
      await bureau.app.ledger.change(
        change(bureau.app.publishDeps, entry, state, { reason: { code } }),
      )
    ).ok,
  ).toBe(true);
}

describe('in quiet hours', () => {
  const SIX = notices('n: { name: { zh: 公告 }, at: 2026-07-20 06:00 }');

  test('(14.22) a miss waits for no warning: due at six, told at six, though the warning of the evening still waits', async () => {
    bureau = await watched('2026-07-19T20:30:00+08:00', { plan: SIX, more: QUIET });
    await set('n', 'held', 'wechat-audit');
    expect(await bureau.at('2026-07-19T23:00:00+08:00')).toEqual([]);
    expect(await bureau.at('2026-07-20T06:00:00+08:00')).toEqual([
      'wang@example.cn: 未按时发布：公告（n）',
    ]);
    // The warning would say less than is known by then.
    expect(await bureau.at('2026-07-20T07:30:00+08:00')).toEqual([]);
    expect(await bureau.app.incidents.deliveries()).toEqual([]);
  });

  test('what is over before the quiet hours end is told as over, and nothing comes after it', async () => {
    bureau = await watched('2026-07-19T20:30:00+08:00', { plan: SIX, more: QUIET });
    await set('n', 'held', 'wechat-audit');
    await bureau.at('2026-07-19T23:00:00+08:00');
    await bureau.at('2026-07-20T06:00:00+08:00');
    await found(bureau, on('n'));
    expect(await bureau.at('2026-07-20T06:30:00+08:00')).toEqual(['wang@example.cn: 已解决：公告']);
    expect(await bureau.at('2026-07-20T07:30:00+08:00')).toEqual([]);
    expect(await bureau.app.incidents.deliveries()).toEqual([]);
  });
});

test('(14.23) each release is told when it is missed itself, though the incident was missed for another before', async () => {
  const plan = notices(
    'a: { name: { zh: 公告甲 }, at: 2026-07-20 10:00 }',
    'b: { name: { zh: 公告乙 }, at: 2026-07-20 10:20 }',
  );
  bureau = await watched('2026-07-20T09:00:00+08:00', { plan });
  await set('a', 'planned', 'no-answer');
  await set('b', 'planned', 'no-answer');
  expect(await bureau.at('2026-07-20T09:30:00+08:00')).toEqual([
    'operator@example.cn: 可能误期：公告甲等 2 项（微信）',
  ]);
  expect(await bureau.at('2026-07-20T10:05:00+08:00')).toEqual([
    'operator@example.cn: 未按时发布：公告甲（a）',
  ]);
  expect(bureau.mail('未按时').text).toContain(
    '公告乙（b），2026-07-20 10:20，微信：渠道没有应答（还没到期，可能误期）',
  );
  expect(await bureau.at('2026-07-20T10:24:59+08:00')).toEqual([]);
  // Twenty minutes after the last letter, and not an hour.
  expect(await bureau.at('2026-07-20T10:25:00+08:00')).toEqual([
    'operator@example.cn: 未按时发布：公告甲等 2 项（微信）',
  ]);
  expect(await bureau.at('2026-07-20T10:26:00+08:00')).toEqual([]);
});

describe('(14.25) an address that is refused', () => {
  const ONE = notices('n: { name: { zh: 公告 }, at: 2026-07-20 10:00 }');
  /** A bureau whose mail server knows all but one address. */
  async function begin(people: string, unknown = 'gone@example.cn'): Promise<void> {
    let now = () => Date.parse('2026-07-20T09:00:00+08:00');
    inbox = await startInbox(0, () => now(), { unknown: [unknown] });
    const { port } = inbox;
    bureau = await watched('2026-07-20T09:00:00+08:00', {
      plan: ONE,
      more: people,
      edit: (yaml) => yaml.replace(/(mail:.*port: )\d+/, `$1${port}`),
    });
    now = () => bureau.clock.now();
  }
  const arrived = () =>
    inbox?.mails.map(({ to, subject }) => `${to}: ${subject.replace('[测试统计局] ', '')}`) ?? [];

  test('keeps none of the others from being served, is tried again, and is told to those who can hear it', async () => {
    await begin('people: [{ name: 王敏, mail: [gone@example.cn, wang@example.cn] }]');
    await set('n', 'held', 'wechat-audit');
    await bureau.at('2026-07-20T10:00:00+08:00');
    expect(arrived()).toEqual(['wang@example.cn: 未按时发布：公告（n）']);
    expect(
      (await bureau.app.incidents.deliveries()).map(({ address, refused, error }) => [
        address,
        refused,
        error,
      ]),
    ).toEqual([['gone@example.cn', true, expect.stringContaining('No such user')]]);
    await bureau.at('2026-07-20T10:01:00+08:00');
    expect(arrived().slice(1)).toEqual(['wang@example.cn: 收件地址被拒收：gone@example.cn']);
    expect(inbox?.mails.at(-1)?.text).toContain('No such user');
    // Once an hour, and the one that was served hears nothing twice.
    await bureau.at('2026-07-20T10:59:00+08:00');
    expect((await bureau.app.incidents.deliveries())[0]?.tries).toBe(1);
    await bureau.at('2026-07-20T11:00:00+08:00');
    expect((await bureau.app.incidents.deliveries())[0]?.tries).toBe(2);
    expect(arrived()).toHaveLength(2);
  });

  test('the only address of whoever is asked first: the next person hears of the miss at once', async () => {
    await begin(
      'people: [{ name: 王敏, mail: gone@example.cn }, { name: 李主任, mail: li@example.cn }]',
    );
    await set('n', 'held', 'wechat-audit');
    await bureau.at('2026-07-20T10:00:00+08:00');
    expect(arrived()).toEqual(['li@example.cn: 未按时发布：公告（n）']);
    await bureau.at('2026-07-20T10:00:05+08:00');
    expect(arrived()).toEqual([
      'li@example.cn: 未按时发布：公告（n）',
      'li@example.cn: 收件地址被拒收：gone@example.cn',
    ]);
  });

  test('several addresses in one text are several', async () => {
    await begin(
      'people: [{ name: 王敏, mail: "gone@example.cn, wang@example.cn；li@example.cn" }]',
    );
    await set('n', 'held', 'wechat-audit');
    await bureau.at('2026-07-20T10:00:00+08:00');
    expect(arrived().sort()).toEqual([
      'li@example.cn: 未按时发布：公告（n）',
      'wang@example.cn: 未按时发布：公告（n）',
    ]);
  });
});

describe('(14.37) locks', () => {
  const ONE = notices('n: { name: { zh: 公告 }, at: 2026-07-20 10:00 }');

  test('a lock that another has taken over meanwhile is not given back by the first', async () => {
    bureau = await watched('2026-07-20T09:00:00+08:00', { plan: ONE });
    const { client, prefix } = bureau.app.redis;
    const key = `${prefix}:lock:x`;
    await withLock(client, key, 60_000, async () => {
      expect(await withLock(client, key, 60_000, () => Promise.resolve('second'))).toBeUndefined();
      await client.set(key, 'another');
    });
    expect(await client.get(key)).toBe('another');
  });

  test('what was decided under a lock that was lost meanwhile is not written over what the next one wrote', async () => {
    bureau = await watched('2026-07-20T09:00:00+08:00', { plan: ONE });
    await set('n', 'held', 'wechat-audit');
    await bureau.at('2026-07-20T10:00:00+08:00');
    const { incidents, redis } = bureau.app;
    const [[key, incident] = []] = await incidents.incidents();
    if (key === undefined || !incident) throw new Error('no incident');
    const done = await incidents.alone('incidents', 60_000, async (under) => {
      await redis.client.set(under?.key ?? '', 'another');
      return incidents.record({
        set: new Map([[key, { ...incident, subject: 'stale' }]]),
        remove: [key],
        under,
      });
    });
    expect(done).toBe(false);
    expect((await incidents.incidents()).get(key)?.subject).toBe('n');
  });

  test('a token that another worker has renewed meanwhile is not dropped', async () => {
    bureau = await watched('2026-07-20T09:00:00+08:00', { plan: ONE });
    const tokens = tokenStore(bureau.app.redis, 'wechat');
    await tokens.set('new', 60_000);
    await tokens.drop('old');
    expect(await tokens.get()).toBe('new');
    await tokens.drop('new');
    expect(await tokens.get()).toBeUndefined();
  });
});
