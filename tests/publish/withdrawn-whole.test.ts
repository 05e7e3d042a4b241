// A release that was withdrawn comes out nowhere, whatever is asked for afterwards: on no channel
// that joins it, and on none of which it was not known whether it was out.
import { afterEach, expect, test } from 'vitest';
import { messagesFor } from '../../src/i18n/index.ts';
import { newAccount } from '../../src/ledger/accounts.ts';
import {
  type OperationInput,
  type OperationName,
  runOperation,
} from '../../src/operations/operations.ts';
import { PEOPLE, type Watched, watched } from '../helpers/alarm.ts';
import { GDP, on, PLAN } from '../helpers/bureau.ts';
import { poll } from '../helpers/poll.ts';

let bureau: Watched;
afterEach(() => bureau.close());

const planWith = (channels: string): string =>
  PLAN.replace('[website, catalogue, wechat, weibo]', channels);
const begin = async (time: string, channels: string): Promise<void> => {
  bureau = await watched(time, { more: PEOPLE, plan: planWith(channels) });
  await bureau.content();
  await poll(bureau, 4);
};
/** @returns what came of it, or the code of the refusal */
async function ask(name: OperationName, input: OperationInput): Promise<string> {
  const who = { account: newAccount('wang', '王', ['operator']), from: 'test' };
  return runOperation(bureau.app, who, name, GDP, input, messagesFor('zh')).then(
    (done) => done.map(({ outcome }) => outcome).join(' '),
    (error: unknown) => (error as { code: string }).code,
  );
}
const shown = (): string[] => bureau.sandbox.world.items.map(({ channel }) => channel);

test.each([
  ['[wechat]', '[wechat, weibo]'],
  ['[website]', '[weibo]'],
  ['[catalogue]', '[catalogue, wechat, weibo]'],
])(
  'public on %s, withdrawn, then the plan has %s: nothing comes out, and asking for it is refused',
  async (before, after) => {
    await begin('2026-07-20T09:00:00+08:00', before);
    bureau.clock.turnTo('2026-07-20T09:59:50+08:00');
    await poll(bureau, 12);
    expect(await ask('withdraw', { reason: '数据有误' })).not.toBe('does-not-fit');
    const out = shown();
    bureau.clock.turnTo('2026-07-20T10:30:00+08:00');
    expect((await bureau.apply(planWith(after))).ok).toBe(true);
    await poll(bureau, 10);
    expect(['withdrawn', 'does-not-fit']).toContain(await ask('publish', {}));
    await poll(bureau, 20);
    expect(shown()).toEqual(out);
    expect(await bureau.state(on('weibo'))).toBe('withdrawn');
  },
);

test('withdrawn while nobody knows whether it is on another channel, which then says that it is not: it does not go there', async () => {
  await begin('2026-07-20T12:00:00+08:00', '[wechat, weibo]');
  expect(await ask('is-public', { channel: 'wechat' })).toBe('settled');
  await ask('withdraw', { reason: '数据有误' });
  expect(await ask('not-public', { channel: 'weibo' })).toBe('settled');
  await poll(bureau, 20);
  expect(shown()).toEqual([]);
  await bureau.reconciler.run(bureau.app.planService.calendar(), bureau.clock.now(), 'test');
  expect(await bureau.state(on('weibo'))).toBe('withdrawn');
});

test('taken down from one channel alone, it still comes out on the others', async () => {
  await begin('2026-07-20T09:00:00+08:00', '[website, weibo]');
  await ask('hold', { channel: 'weibo' });
  bureau.clock.turnTo('2026-07-20T09:59:50+08:00');
  await poll(bureau, 12);
  expect(await bureau.state(on('weibo'))).toBe('held');
  expect((await bureau.apply(planWith('[website, catalogue, weibo]'))).ok).toBe(true);
  await ask('publish', { channel: 'catalogue' });
  await poll(bureau, 10);
  expect(shown()).toEqual(['catalogue']);
  await ask('withdraw', { reason: '格式有误', channel: 'catalogue' });
  await ask('publish', { channel: 'weibo' });
  await poll(bureau, 15);
  expect(shown()).toContain('weibo');
});
