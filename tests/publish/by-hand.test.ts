// What no program can correct or take down: a person has to, is told what it is, and ticks off what
// they have seen. Each of these was a way to lose it.
import { afterEach, expect, test } from 'vitest';
import { loadBundle } from '../../src/content/bundle.ts';
import type { Principal } from '../../src/desk/shell/desk.ts';
import { messagesFor } from '../../src/i18n/index.ts';
import { newAccount } from '../../src/ledger/accounts.ts';
import { open } from '../../src/ledger/manual-tasks.ts';
import { instant } from '../../src/lib/instant.ts';
import {
  type OperationInput,
  type OperationName,
  runOperation,
} from '../../src/operations/operations.ts';
import { permissionsOf } from '../../src/operations/roles.ts';
import { PEOPLE, type Watched, watched } from '../helpers/alarm.ts';
import { BODY, GDP, on, PLAN } from '../helpers/bureau.ts';
import { poll } from '../helpers/poll.ts';

let bureau: Watched;
afterEach(() => bureau.close());

const planOf = (channels: string): string =>
  PLAN.replace('[website, catalogue, wechat, weibo]', channels);
/** Public everywhere, unless told otherwise. */
async function begin(channels: string, polls = 20): Promise<void> {
  bureau = await watched('2026-07-20T09:00:00+08:00', { more: PEOPLE, plan: planOf(channels) });
  await bureau.content();
  bureau.clock.turnTo('2026-07-20T09:59:50+08:00');
  await poll(bureau, polls);
}
const NEW = BODY.replaceAll('5.8%', '6.6%');
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
async function correct(reason: string): Promise<string[]> {
  const release = bureau.app.planService.calendar().byId.get(GDP);
  const loaded = release && (await loadBundle(bureau.config.paths.content, release));
  if (loaded?.state !== 'ready') throw new Error('no content');
  return operation('correct', { reason, digest: loaded.bundle.digest });
}
const tasks = async (): Promise<Record<string, string>> =>
  Object.fromEntries(
    [...open(await bureau.app.publishDeps.byHand.all())].map(([publication, { what }]) => [
      publication,
      what,
    ]),
  );
const seen = async (publication: string): Promise<number> =>
  (await bureau.app.publishDeps.byHand.all()).get(publication as never)?.at ?? 0;
const noDelete = (): void =>
  void bureau.sandbox.world.setFault({
    channel: 'wechat',
    route: 'freepublish/delete',
    kind: '5xx',
    times: 50,
    after: 0,
    seconds: 1,
  });

test('a tick is for the task that was seen: another one that came meanwhile stays, and nothing is written of it', async () => {
  await begin('[website, wechat]');
  await bureau.content(NEW);
  await correct('改正');
  const before = await seen(on('wechat'));
  noDelete();
  await operation('withdraw', { reason: '口径调整' });
  await expect(operation('by-hand', { channel: 'wechat', seen: before })).rejects.toThrow(
    '要手工处理的事刚刚变了',
  );
  expect([await tasks(), await bureau.state(on('wechat'))]).toEqual([
    { [on('wechat')]: 'withdraw' },
    'verified',
  ]);
  expect(await operation('by-hand', { channel: 'wechat', seen: await seen(on('wechat')) })).toEqual(
    [`${on('wechat')} done`],
  );
  expect([await tasks(), await bureau.state(on('wechat'))]).toEqual([{}, 'withdrawn']);
});

test('what people want down is not forgotten by a correction', async () => {
  await begin('[website, wechat, weibo]');
  noDelete();
  await operation('withdraw', { reason: '微信撤下', channel: 'wechat' });
  await bureau.content(NEW);
  await correct('改正');
  expect(await tasks()).toEqual({ [on('wechat')]: 'withdraw', [on('weibo')]: 'correct' });
});

test('a correction that broke off after the website leaves the others to people all the same, once it is tried again', async () => {
  await begin('[website, wechat, weibo]');
  await bureau.content(NEW);
  const { ledger } = bureau.app;
  const get = ledger.get.bind(ledger);
  ledger.get = (publication) =>
    publication === on('wechat')
      ? Promise.reject(new Error('Connection is closed.'))
      : get(publication);
  await expect(correct('改正')).rejects.toThrow('Connection is closed.');
  ledger.get = get;
  expect(await correct('改正')).toEqual([
    `${on('website')} unchanged`,
    `${on('wechat')} cannot`,
    `${on('weibo')} cannot`,
  ]);
  expect(await tasks()).toEqual({ [on('wechat')]: 'correct', [on('weibo')]: 'correct' });
  const journalled = (await bureau.app.journal.newest(50)).filter(
    ({ event }) => event === 'corrected',
  );
  expect(journalled).toHaveLength(1);
  // A third time nothing has to be done anew, nor once it was done.
  await operation('by-hand', { channel: 'wechat', seen: await seen(on('wechat')) });
  await correct('改正');
  expect(await tasks()).toEqual({ [on('weibo')]: 'correct' });
});

test.each(['correct', 'withdraw'] as const)(
  'what WeChat works on at that moment comes out as it was: a person is asked to %s it there',
  async (what) => {
    await begin('[website, wechat]', 0);
    for (let n = 0; n < 60 && (await bureau.state(on('wechat'))) !== 'releasing'; n++)
      await poll(bureau, 1);
    expect(await bureau.state(on('wechat'))).toBe('releasing');
    for (
      let n = 0;
      n < 10 && !['public', 'verified'].includes((await bureau.state(on('website'))) ?? '');
      n++
    )
      await poll(bureau, 1);
    await bureau.content(NEW);
    await (what === 'correct'
      ? correct('数据有误')
      : operation('withdraw', { reason: '数据有误' }));
    expect(await tasks()).toEqual({ [on('wechat')]: what });
  },
);

test('a channel that the plan has dropped since is corrected too', async () => {
  await begin('[website, weibo]');
  bureau.clock.turnTo('2026-07-20T10:30:00+08:00');
  expect((await bureau.apply(planOf('[website]'))).ok).toBe(true);
  await bureau.content(NEW);
  await correct('改正');
  expect(await tasks()).toEqual({ [on('weibo')]: 'correct' });
});

test('Redis lost: what is left to be done is known still; our own site is nobody’s to do by hand', async () => {
  await begin('[website, weibo]');
  await bureau.content(NEW);
  await correct('改正');
  const { client, prefix } = bureau.app.redis;
  const keys = await client.keys(`${prefix}:*`);
  await client.del(...keys);
  expect(await tasks()).toEqual({ [on('weibo')]: 'correct' });
  expect(instant(await seen(on('weibo')))).toBe(bureau.clock.now());
});
