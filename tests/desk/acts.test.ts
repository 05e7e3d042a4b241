// Links in mails: opening one changes nothing; the button does, once.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sign, verify } from '../../src/alerts/mail-links.ts';
import { actPages } from '../../src/desk/releases/mail-actions.ts';
import { messagesFor } from '../../src/i18n/index.ts';
import { runOperation } from '../../src/operations/operations.ts';
import { change } from '../../src/publish/deps.ts';
import { type Watched, watched } from '../helpers/alarm.ts';
import { on } from '../helpers/bureau.ts';

let bureau: Watched;
let pages: ReturnType<typeof actPages>;
const DAY_MS = 86_400_000;

beforeEach(async () => {
  bureau = await watched('2026-07-19T10:30:00+08:00');
  pages = actPages({
    ...bureau.app,
    run: (actor, name, id, input) =>
      runOperation(bureau.app, actor, name, id, input, messagesFor('zh')),
    words: messagesFor('zh'),
    bureau: '测试统计局',
    trustedProxies: [],
  });
});
afterEach(() => bureau.close());

async function set(
  channel: string,
  state: 'held' | 'planned' | 'cancelled',
  code: string,
): Promise<void> {
  const entry = await bureau.app.ledger.get(on(channel));
  if (entry)
    await bureau.app.ledger.change(
      change(bureau.app.publishDeps, entry, state, { reason: { code } }),
    );
}

/** The path of a link of the last mail. */
function link(act: string): string {
  const found = new RegExp(`${act}：http://127\\.0\\.0\\.1:8040/act(/\\S+)`).exec(
    bureau.sandbox.mails.at(-1)?.text ?? '',
  );
  if (!found?.[1])
    throw new Error(`no link ${act} in ${bureau.sandbox.mails.at(-1)?.text ?? 'no mail'}`);
  return found[1];
}
const states = async (): Promise<(string | undefined)[]> =>
  Promise.all(
    ['website', 'catalogue', 'wechat', 'weibo'].map((channel) => bureau.state(on(channel))),
  );
const open = async (
  method: 'GET' | 'HEAD' | 'POST',
  path: string,
): Promise<{ status: number; text: string; headers: Headers }> => {
  const answer = await pages.request(path, { method });
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
};
const acknowledged = async (): Promise<string | undefined> =>
  [...(await bureau.app.incidents.incidents()).values()][0]?.acknowledged?.by;

describe('acknowledge', () => {
  test('a scanner that opens the link changes nothing; the button does; a second time is refused', async () => {
    await set('website', 'held', 'site-render');
    await bureau.at('2026-07-20T10:00:00+08:00');
    const path = link('知道了，我来处理');
    for (const method of ['GET', 'HEAD', 'GET'] as const)
      expect((await open(method, path)).status).toBe(200);
    expect(await acknowledged()).toBeUndefined();
    const page = await open('GET', path);
    expect(page.text).toContain('<form method="post">');
    expect(page.text).toContain('确认后，颁历不再催问其他人');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await open('POST', path)).text).toContain('已记在您名下');
    expect(await acknowledged()).toBe('operator@example.cn');
    for (const method of ['POST', 'GET'] as const) {
      const again = await open(method, path);
      expect(again.status).toBe(410);
      expect(again.text).toContain('已经用过了');
    }
    expect(
      (await bureau.app.journal.newest(20)).map(({ event, actor }) => `${event} ${actor}`),
    ).toContain('incident-acknowledged operator@example.cn');
  });
});

describe('publish now and hold', () => {
  test('publish now: what is due and stands still goes on, in the name of the one who had the mail', async () => {
    await bureau.content();
    await set('website', 'held', 'site-render');
    await bureau.at('2026-07-20T10:00:00+08:00');
    const path = link('重试');
    expect((await open('GET', path)).text).toContain('<h1>确认：重试</h1>');
    expect((await open('GET', path)).text).toContain(
      '地区生产总值（gdp.2026-Q2），2026-07-20 10:00：网站',
    );
    expect(await bureau.state(on('website'))).toBe('held');
    expect((await open('POST', path)).text).toContain('地区生产总值 2026年二季度（网站）：已交办');
    expect(await states()).toEqual(['planned', 'planned', 'planned', 'planned']);
    const [event] = await bureau.app.journal.newest(1, 'gdp.2026-Q2@website');
    expect(event).toMatchObject({
      event: 'resumed',
      actor: 'operator@example.cn',
      detail: { link: 'publish' },
    });
  });

  test('hold: what is not due yet is held back', async () => {
    await set('website', 'planned', 'content-missing');
    await bureau.at('2026-07-19T10:31:00+08:00');
    const path = link('先暂停');
    expect((await open('POST', path)).text).toContain('地区生产总值 2026年二季度（网站）：已暂停');
    expect(await states()).toEqual(['held', 'planned', 'planned', 'planned']);
  });

  test('before T there is no button to publish, and a link for it would do nothing', async () => {
    await set('website', 'planned', 'content-missing');
    await bureau.at('2026-07-19T10:31:00+08:00');
    expect(bureau.sandbox.mails.at(-1)?.text).not.toContain('立即补发');
    const [incident] = (await bureau.app.incidents.incidents()).values();
    const forged = sign(
      await bureau.app.usedLinks.signingKey(),
      { incident: incident?.id ?? '', act: 'publish', person: 'x' },
      bureau.clock.now(),
      DAY_MS,
    );
    expect((await open('GET', `/${forged}`)).text).toContain('没有可做的');
    expect((await open('POST', `/${forged}`)).text).toContain('没有可做的');
    expect(await states()).toEqual(['planned', 'planned', 'planned', 'planned']);
  });

  test('once the incident is over a link does nothing', async () => {
    await set('website', 'held', 'site-render');
    for (const channel of ['catalogue', 'wechat', 'weibo']) await set(channel, 'cancelled', 'x');
    await bureau.at('2026-07-20T10:00:00+08:00');
    const path = link('重试');
    await set('website', 'cancelled', 'x');
    await bureau.at('2026-07-20T10:01:00+08:00');
    expect(await open('POST', path)).toMatchObject({
      status: 410,
      text: expect.stringContaining('已经解决'),
    });
    expect(await bureau.state(on('website'))).toBe('cancelled');
  });
});

describe('a token', () => {
  const key = 'k'.repeat(64);
  const now = Date.parse('2026-07-20T10:00:00+08:00') as never;
  const token = sign(key, { incident: 'abc', act: 'hold', person: '王敏' }, now, DAY_MS);

  test('says what it was signed for, until it ends', () => {
    expect(verify(key, token, now)).toMatchObject({ incident: 'abc', act: 'hold', person: '王敏' });
    expect(verify(key, token, (Number(now) + DAY_MS - 1) as never)).toMatchObject({ act: 'hold' });
    expect(verify(key, token, (Number(now) + DAY_MS) as never)).toBe('expired');
  });

  test('of another key, changed by a byte, or none at all is invalid', () => {
    expect(verify('x'.repeat(64), token, now)).toBe('invalid');
    const [body = '', mac = ''] = token.split('.');
    const other = Buffer.from(
      Buffer.from(body, 'base64url').toString().replace('hold', 'publish'),
    ).toString('base64url');
    for (const bad of [
      `${other}.${mac}`,
      `${body}.${mac.slice(0, -1)}`,
      body,
      '',
      '.',
      'a.b',
      `${token}${'x'.repeat(2000)}`,
    ])
      expect(verify(key, bad, now)).toBe('invalid');
    expect(
      verify('', sign('', { incident: 'abc', act: 'hold', person: 'x' }, now, DAY_MS), now),
    ).toBe('invalid');
  });

  test('two for the same act are two: each is used up by itself', () => {
    expect(sign(key, { incident: 'abc', act: 'hold', person: '王敏' }, now, DAY_MS)).not.toBe(
      token,
    );
  });
});
