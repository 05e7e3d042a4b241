// Weibo authorised anew, by somebody of another account: asked about, whatever was known last; and
// what one account has sent another never sends again.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stage } from '../../src/publish/stage.ts';
import { PEOPLE, type Watched, watched } from '../helpers/alarm.ts';
import { never, on, PLAN } from '../helpers/bureau.ts';
import { type TestDesk, testDesk, type Visitor } from '../helpers/desk.ts';
import { poll } from '../helpers/poll.ts';
import { consentAs, follow } from '../helpers/weibo.ts';

let bureau: Watched;
let desk: TestDesk;
let wang: Visitor;
beforeEach(async () => {
  bureau = await watched('2026-07-15T10:00:00+08:00', {
    more: PEOPLE,
    plan: PLAN.replace('[website, catalogue, wechat, weibo]', '[website, weibo]'),
    edit: (yaml) => yaml.replace('accessToken: { env: SANDBOX_WEIBO_TOKEN }, ', ''),
  });
  desk = await testDesk(bureau);
  await desk.person('wang', 'operator');
  wang = await desk.signIn('wang');
});
afterEach(async () => {
  await desk?.close();
  await bureau?.close();
});
const OWN = '2656274875';
async function takeAs(account: string) {
  wang = await desk.signIn('wang');
  const page = await follow(wang, await consentAs(wang, account));
  const ticket = /name="ticket" value="([^"]+)"/.exec(page)?.[1];
  if (ticket) await wang.post('/desk/channels/weibo/account', { ticket });
  return ticket !== undefined;
}

test('the token has run out, and the channel was asked since: somebody else’s account is asked about all the same', async () => {
  await takeAs(OWN);
  bureau.clock.turnTo('2026-08-15T10:00:00+08:00');
  // As after its 30 days (the store lets go of it).
  await bureau.app.redis.client.del(`${bureau.app.redis.prefix}:token:weibo`);
  await bureau.rounds.preflight();
  const asked = await takeAs('777');
  expect(asked).toBe(true);
});

test('Weibo did not answer when it was asked last', async () => {
  await takeAs(OWN);
  bureau.sandbox.world.setFault({
    channel: 'weibo',
    route: 'get_token_info',
    kind: '5xx',
    times: 1,
    after: 0,
    seconds: 1,
  });
  bureau.clock.turnTo('2026-07-16T10:30:00+08:00');
  await bureau.rounds.preflight();
  const asked = await takeAs('777');
  expect(asked).toBe(true);
});

test('staged by one account, sent by another that was authorised since, its answer lost; the first is authorised again: not sent a second time', async () => {
  await takeAs(OWN);
  await bureau.content();
  bureau.clock.turnTo('2026-07-19T10:00:30+08:00');
  await poll(bureau, 6);
  bureau.clock.turnTo('2026-07-20T09:00:00+08:00');
  expect(await takeAs('777')).toBe(true);
  bureau.clock.turnTo('2026-07-20T09:59:50+08:00');
  bureau.sandbox.world.setFault({
    channel: 'weibo',
    route: 'share',
    kind: 'drop-after',
    times: 1,
    after: 0,
    seconds: 1,
  });
  for (let round = 0; round < 20; round++) await poll(bureau, 1);
  const posts = (): number[] =>
    bureau.sandbox.world.items
      .filter(({ channel }) => channel === 'weibo')
      .map(({ times }) => times);
  // Staged for the one, it is not sent by the other.
  expect(posts()).toEqual([]);
  await takeAs(OWN);
  // 20 minutes on, Weibo's own refusal of repeats is over.
  for (let i = 0; i < 10; i++) await poll(bureau, 1);
  for (const t of ['10:05', '10:10', '10:22', '10:40', '11:10']) {
    bureau.clock.turnTo(`2026-07-20T${t}:00+08:00`);
    await poll(bureau, 4);
  }
  expect([await bureau.state(on('weibo')), posts()]).toEqual(['verified', [1]]);
});

test('whose account it is could not be asked when it was staged; its answer lost, another account authorised since: not sent a second time', async () => {
  await takeAs(OWN);
  await bureau.content();
  bureau.clock.turnTo('2026-07-19T10:00:30+08:00');
  // A service that was started anew, and Weibo does not answer at this moment.
  bureau.sandbox.world.setFault({
    channel: 'weibo',
    route: 'get_token_info',
    kind: '5xx',
    times: 1,
    after: 0,
    seconds: 1,
  });
  const { publishDeps: parts } = await bureau.another();
  for (const channel of ['website', 'weibo']) await stage(parts, on(channel), never);
  bureau.clock.turnTo('2026-07-20T09:59:50+08:00');
  bureau.sandbox.world.setFault({
    channel: 'weibo',
    route: 'share',
    kind: 'drop-after',
    times: 1,
    after: 0,
    seconds: 1,
  });
  bureau.sandbox.world.setFault({
    channel: 'weibo',
    route: 'user_timeline',
    kind: '5xx',
    times: 2,
    after: 0,
    seconds: 1,
  });
  for (let round = 0; round < 20 && (await bureau.state(on('weibo'))) !== 'doubtful'; round++)
    await poll(bureau, 1);
  expect(await takeAs('777')).toBe(true);
  for (const time of ['10:01', '10:05', '10:10', '10:22', '10:40', '11:10']) {
    bureau.clock.turnTo(`2026-07-20T${time}:00+08:00`);
    await poll(bureau, 4);
  }
  const posts = bureau.sandbox.world.items
    .filter(({ channel }) => channel === 'weibo')
    .map(({ times }) => times);
  expect(posts).toEqual([1]);
  expect(['doubtful', 'held']).toContain(await bureau.state(on('weibo')));
});
