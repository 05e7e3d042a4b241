// The desk's page of channels: whether each is ready, test letters, and Weibo's authorisation from
// the first click to the next post.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { SANDBOX } from '../../src/sandbox/sandbox.ts';
import { leftToken } from '../../src/watchdog/channel-tokens.ts';
import { PEOPLE, type Watched, watched } from '../helpers/alarm.ts';
import { GDP, on } from '../helpers/bureau.ts';
import { type TestDesk, testDesk, type Visitor } from '../helpers/desk.ts';
import { consentAs, follow } from '../helpers/weibo.ts';

let bureau: Watched;
let desk: TestDesk;
let wang: Visitor;
beforeEach(async () => {
  // No token in the configuration: it is authorised at the desk alone.
  bureau = await watched('2026-07-15T10:00:00+08:00', {
    more: PEOPLE,
    edit: (yaml) => yaml.replace('accessToken: { env: SANDBOX_WEIBO_TOKEN }, ', ''),
  });
  desk = await testDesk(bureau);
  await desk.person('wang', 'operator');
  await desk.person('li', 'operator');
  await desk.person('du', 'reader');
  wang = await desk.signIn('wang');
});
afterEach(async () => {
  await desk?.close();
  await bureau?.close();
});

/** What a browser does on Weibo's page. @returns where Weibo sends it */
async function consent(visitor: Visitor, answer: 'yes' | 'no' = 'yes'): Promise<string> {
  const begun = await visitor.get('/desk/channels/weibo/authorize');
  const page = begun.headers.get('location') ?? '';
  expect(page).toMatch(
    new RegExp(
      `^http://127\\.0\\.0\\.1:${bureau.sandbox.ports.weibo}/oauth2/authorize\\?client_id=${SANDBOX.weiboApp.key}&`,
    ),
  );
  const link = new RegExp(`href="([^"]+answer=${answer})"`)
    .exec(await (await fetch(page)).text())?.[1]
    ?.replaceAll('&amp;', '&');
  const back =
    (await fetch(new URL(link ?? '', page), { redirect: 'manual' })).headers.get('location') ?? '';
  expect(back).toMatch(/^http:\/\/127\.0\.0\.1:8040\/desk\/channels\/weibo\/back\?state=/);
  return new URL(back).pathname + new URL(back).search;
}
const ready = async (): Promise<string[]> => {
  const found = await bureau.app.channels.get('weibo')?.preflight(AbortSignal.timeout(5000));
  return (found?.wrong ?? []).map(({ code }) => code);
};

test('two clicks authorise Weibo; every worker and the watchdog have the token, and it is in no journal', async () => {
  expect(await ready()).toEqual(['weibo-21332']);
  const other = await bureau.another();
  const page = await follow(wang, await consent(wang));
  expect(page).toContain('微博已授权。');
  expect(page).toContain('授权到 2026-08-14');
  expect(await ready()).toEqual([]);
  const elsewhere = await other.channels.get('weibo')?.preflight(AbortSignal.timeout(5000));
  expect(elsewhere?.wrong).toEqual([]);
  const events = await bureau.app.journal.newest(20);
  expect(events.find(({ event }) => event === 'channel-authorized')).toMatchObject({
    actor: 'wang',
    detail: { channel: 'weibo', account: '2656274875' },
  });
  const folder = join(bureau.folder, 'var', 'watchdog');
  const token = (await leftToken(folder, 'weibo', bureau.clock).get()) ?? '';
  expect(token).toMatch(/^2\.00/);
  expect(JSON.stringify(events)).not.toContain(token);
  const kept = join(folder, 'tokens', 'weibo.json');
  expect(((await stat(kept)).mode & 0o077).toString(8)).toBe('0');
  expect(JSON.parse(await readFile(kept, 'utf8'))).toMatchObject({ token });
  // The real clock is years before the test's, or after: what is over is not used.
  expect(
    await leftToken(folder, 'weibo', {
      ...systemClock,
      now: () => (bureau.clock.now() + 31 * 86_400_000) as ReturnType<typeof systemClock.now>,
    }).get(),
  ).toBeUndefined();
});

test('somebody else’s answer, one that is brought twice, and a no at Weibo are refused, and nothing changes', async () => {
  const li = await desk.signIn('li');
  const begunByLi = await consent(li);
  expect((await wang.get(begunByLi)).status).toBe(409);
  const back = await consent(wang);
  await follow(wang, back);
  expect((await wang.get(back)).status).toBe(409);
  expect((await wang.get('/desk/channels/weibo/back?state=x&code=y')).status).toBe(409);
  const no = await wang.get(await consent(wang, 'no'));
  expect([no.status, no.text.includes('微博没有给出授权')]).toEqual([409, true]);
  expect(await ready()).toEqual([]);
  const reader = await desk.signIn('du');
  expect((await reader.get('/desk/channels/weibo/authorize')).status).toBe(403);
  expect((await reader.get('/desk/channels/')).text).not.toContain(
    '/desk/channels/weibo/authorize',
  );
});

test('another account than before is asked about, and taken by whoever was asked alone', async () => {
  await follow(wang, await consent(wang));
  const page = await follow(wang, await consentAs(wang, '777'));
  expect(page).toContain('您授权的是另一个微博账号（777），以前一直用的是 2656274875');
  const ticket = /name="ticket" value="([^"]+)"/.exec(page)?.[1] ?? '';
  const account = async (): Promise<string | undefined> => {
    const found = await bureau.app.channels.get('weibo')?.preflight(AbortSignal.timeout(5000));
    return found?.account;
  };
  expect(await account()).toBe('2656274875');
  expect(
    (await (await desk.signIn('li')).post('/desk/channels/weibo/account', { ticket })).status,
  ).toBe(409);
  // What somebody else has brought is gone with that.
  expect((await wang.post('/desk/channels/weibo/account', { ticket })).status).toBe(409);
  const again =
    /name="ticket" value="([^"]+)"/.exec(await follow(wang, await consentAs(wang, '777')))?.[1] ??
    '';
  expect((await wang.post('/desk/channels/weibo/account', { ticket: again })).text).toContain(
    '账号 777',
  );
  expect(await account()).toBe('777');
});

test('a post whose answer was lost is looked for in the account that it was sent by, and in no other', async () => {
  await follow(wang, await consent(wang));
  const channel = bureau.app.channels.get('weibo');
  await bureau.content();
  const release = bureau.app.planService.calendar().byId.get(GDP);
  const loaded = release && (await bureau.app.publishDeps.load(release));
  if (!channel || !release || loaded?.state !== 'ready') throw new Error('nothing to send');
  const item = bureau.app.publishDeps.itemOf(release, loaded.bundle, 'weibo');
  const staged = await channel.stage(item, AbortSignal.timeout(5000));
  const call = {
    publication: on('weibo'),
    release: GDP,
    due: release.due,
    staged: staged.class === 'staged' ? staged.record : undefined,
    since: release.due,
    looks: 5,
  };
  bureau.clock.turnTo(release.due);
  expect((await channel.lookup(call, AbortSignal.timeout(5000))).class).toBe('not-public');
  bureau.sandbox.world.setFault({
    channel: 'weibo',
    route: 'share',
    kind: 'drop-after',
    times: 1,
    after: 0,
    seconds: 1,
  });
  expect((await channel.release(call, AbortSignal.timeout(5000))).class).toBe('doubtful');
  const visitor = await desk.signIn('wang');
  const asked =
    /name="ticket" value="([^"]+)"/.exec(
      await follow(visitor, await consentAs(visitor, '777')),
    )?.[1] ?? '';
  await visitor.post('/desk/channels/weibo/account', { ticket: asked });
  // With authority of the other account's timeline it would be sent again.
  expect(await channel.lookup(call, AbortSignal.timeout(5000))).toEqual({
    class: 'unknown',
    why: { code: 'weibo-account', detail: '2656274875' },
  });
});

test('nobody begins it for an operator from another site’s page', async () => {
  const begun = await desk.send('/desk/channels/weibo/authorize', {
    headers: { cookie: wang.cookie, 'sec-fetch-site': 'cross-site' },
  });
  expect(begun.status).toBe(403);
});

test('a Redis that is new is handed the token that the watchdog has a copy of; a token put into the configuration counts more', async () => {
  await follow(wang, await consent(wang));
  const { client, prefix } = bureau.app.redis;
  await client.del(`${prefix}:token:weibo`);
  expect(await ready()).toEqual(['weibo-21332']);
  await bureau.app.takeLeftAuthorizations();
  expect(await ready()).toEqual([]);
  await bureau.app.forgetAuthorization('weibo');
  await bureau.app.takeLeftAuthorizations();
  expect(await ready()).toEqual(['weibo-21332']);
});

test('an authorised token that Weibo takes no more gives way to the one in the configuration', async () => {
  await bureau.close();
  await desk.close();
  bureau = await watched('2026-07-15T10:00:00+08:00');
  desk = await testDesk(bureau);
  const { client, prefix } = bureau.app.redis;
  await client.set(`${prefix}:token:weibo`, 'revoked', 'PX', 60_000);
  expect(await ready()).toEqual(['weibo-21332']);
  expect(await ready()).toEqual([]);
});

test('a channel is asked at a click and the page says what it answered; a test letter goes to each person', async () => {
  expect((await wang.get('/desk/channels/')).text).toContain('还没有检查过');
  expect((await wang.post('/desk/channels/wechat/ask')).text).toContain('微信正常。');
  const weibo = (await wang.post('/desk/channels/weibo/ask')).text;
  expect(weibo).toContain('微博现在不能用：微博授权无效');
  expect(weibo).toContain('✓ 2026-07-15 10:00 检查：正常');
  expect((await wang.post('/desk/channels/nothing/ask')).status).toBe(404);
  const page = (await wang.post('/desk/channels/test')).text;
  expect(page).toContain('试信的结果');
  expect(bureau.sandbox.mails.map(({ to }) => to).sort()).toEqual([
    'li@example.cn',
    'wang@example.cn',
  ]);
});
