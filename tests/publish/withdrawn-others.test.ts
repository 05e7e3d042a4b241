// A release is withdrawn while another channel has yet to come, or nobody knows whether it has: it
// does not come out there any more. Each was found by a reader who was told to break it.
import { afterEach, expect, test } from 'vitest';
import type { Principal } from '../../src/desk/shell/desk.ts';
import { messagesFor } from '../../src/i18n/index.ts';
import { newAccount } from '../../src/ledger/accounts.ts';
import {
  type OperationInput,
  type OperationName,
  runOperation,
} from '../../src/operations/operations.ts';
import { permissionsOf } from '../../src/operations/roles.ts';
import { withdrawPublished } from '../../src/publish/correct-and-withdraw.ts';
import { stage } from '../../src/publish/stage.ts';
import { PEOPLE, type Watched, watched } from '../helpers/alarm.ts';
import { GDP, never, on, PLAN } from '../helpers/bureau.ts';
import { poll } from '../helpers/poll.ts';

let bureau: Watched;
afterEach(() => bureau.close());

async function operation(name: OperationName, input: OperationInput): Promise<string[]> {
  const account = newAccount('wang', '王', ['operator']);
  const who: Principal = {
    account,
    may: permissionsOf(account),
    csrf: '',
    via: 'session',
    from: 'test',
    since: 0,
    left: 1,
    first: undefined,
  };
  return (await runOperation(bureau.app, who, name, GDP, input, messagesFor('zh'))).map(
    ({ subject, outcome }) => `${subject} ${outcome}`,
  );
}
const posts = (): number[] =>
  bureau.sandbox.world.items.filter((one) => one.channel === 'weibo').map(({ times }) => times);
const fault = (route: string, kind: 'quota' | 'drop-after' | '5xx', times = 1): void =>
  void bureau.sandbox.world.setFault({
    channel: 'weibo',
    route,
    kind,
    times,
    after: 0,
    seconds: 1,
  });

async function begin(channels: string): Promise<void> {
  bureau = await watched('2026-07-20T09:00:00+08:00', {
    more: PEOPLE,
    plan: PLAN.replace('[website, catalogue, wechat, weibo]', channels),
  });
  await bureau.content();
  bureau.clock.turnTo('2026-07-20T09:59:50+08:00');
}

test.each(['[wechat, weibo]', '[website, wechat, weibo]'])(
  '%s: Weibo has no quota left at T; withdrawn meanwhile: an hour later nothing comes out',
  async (channels) => {
    await begin(channels);
    fault('share', 'quota');
    await poll(bureau, 20);
    expect([await bureau.state(on('wechat')), await bureau.state(on('weibo')), posts()]).toEqual([
      'verified',
      'staged',
      [],
    ]);
    bureau.clock.turnTo('2026-07-20T10:20:00+08:00');
    expect(await operation('withdraw', { reason: '口径调整' })).toContain(`${on('weibo')} done`);
    expect(await bureau.state(on('weibo'))).toBe('withdrawn');
    bureau.clock.turnTo('2026-07-20T11:00:10+08:00');
    await poll(bureau, 10);
    expect([await bureau.state(on('weibo')), posts()]).toEqual(['withdrawn', []]);
  },
);

/** WeChat is out; of Weibo's post nobody knows. */
async function inDoubt(kind: 'drop-after' | '5xx'): Promise<void> {
  await begin('[wechat, weibo]');
  fault('share', kind);
  fault('user_timeline', '5xx', 6);
  for (
    let round = 0;
    round < 20 && !['public', 'verified'].includes((await bureau.state(on('wechat'))) ?? '');
    round++
  )
    await poll(bureau, 1);
  expect(await bureau.state(on('weibo'))).toBe('doubtful');
}

test('in doubt on Weibo, withdrawn, taken down there by hand and ticked off: it is not sent again', async () => {
  await inDoubt('drop-after');
  expect(posts()).toEqual([1]);
  expect(await operation('withdraw', { reason: '口径调整' })).toContain(`${on('weibo')} cannot`);
  const task = (await bureau.app.publishDeps.byHand.all()).get(on('weibo'));
  expect(task).toMatchObject({ what: 'withdraw', done: false });
  // Somebody deletes it on Weibo's own page.
  bureau.sandbox.world.items.splice(0);
  expect(await operation('by-hand', { channel: 'weibo', seen: task?.at ?? 0 })).toEqual([
    `${on('weibo')} done`,
  ]);
  for (let round = 0; round < 30; round++) await poll(bureau, 1);
  bureau.clock.turnTo('2026-07-20T10:10:00+08:00');
  await poll(bureau, 10);
  expect([await bureau.state(on('weibo')), posts()]).toEqual(['withdrawn', []]);
});

test('in doubt on Weibo where it never arrived, and withdrawn: it is not sent, and a person is asked to look', async () => {
  await inDoubt('5xx');
  await operation('withdraw', { reason: '口径调整' });
  bureau.clock.turnTo('2026-07-20T10:10:00+08:00');
  await poll(bureau, 30);
  expect([await bureau.state(on('weibo')), posts()]).toEqual(['withdrawn', []]);
  expect((await bureau.app.publishDeps.byHand.all()).get(on('weibo'))).toMatchObject({
    what: 'withdraw',
    done: false,
  });
});

test('a tombstone is a wall before every intent, whatever the ledger says', async () => {
  await begin('[wechat, weibo]');
  await bureau.app.publishDeps.withdrawn.add(on('weibo'), bureau.clock.now(), '口径调整');
  await poll(bureau, 20);
  bureau.clock.turnTo('2026-07-20T10:05:00+08:00');
  await poll(bureau, 10);
  expect([await bureau.state(on('wechat')), posts()]).toEqual(['verified', []]);
});

test('withdrawn while a worker only holds it ready, and nothing of it is out: it comes out as planned', async () => {
  await begin('[weibo]');
  const { app, clock } = bureau;
  await stage(app.publishDeps, on('weibo'), never);
  const from = await app.ledger.get(on('weibo'));
  const release = app.planService.calendar().byId.get(GDP);
  if (!from || !release) throw new Error('not staged');
  expect(
    (
      await app.ledger.change({
        publication: on('weibo'),
        from,
        to: 'armed',
        actor: 'a worker',
        at: clock.now(),
        take: true,
      })
    ).ok,
  ).toBe(true);
  const done = await withdrawPublished(app.publishDeps, release, ['weibo'], '口径调整', {
    actor: 'wang',
    detail: {},
  });
  expect(done.map(({ answer }) => answer.class)).toEqual(['not-public']);
  expect([
    await bureau.state(on('weibo')),
    [...(await app.publishDeps.withdrawn.all()).keys()],
  ]).toEqual(['armed', []]);
});
