// Between the text that comes late and the page that is public lie seconds of publishing: they
// belong to the miss that was told, and are no news.
import { afterEach, expect, test } from 'vitest';
import { messagesFor } from '../../src/i18n/index.ts';
import { newAccount } from '../../src/ledger/accounts.ts';
import { runOperation } from '../../src/operations/operations.ts';
import { releaseWave } from '../../src/publish/release.ts';
import { stage } from '../../src/publish/stage.ts';
import { type Watched, watched } from '../helpers/alarm.ts';
import { DUE, GDP, never, on, PLAN } from '../helpers/bureau.ts';

let bureau: Watched;
afterEach(() => bureau.close());

const TWO = PLAN.replace('[website, catalogue, wechat, weibo]', '[website, catalogue]');
const MISSED = 'operator@example.cn: 未按时发布：地区生产总值（gdp.2026-Q2）';
const late = (time: string): string => `2026-07-20T${time}+08:00`;

/** Missed for want of a text, which then comes. */
async function missed(): Promise<void> {
  bureau = await watched('2026-07-19T10:00:05+08:00', { plan: TWO, alerts: 'before: []' });
  const { publishDeps: parts } = bureau.app;
  for (const channel of ['website', 'catalogue']) await stage(parts, on(channel), never);
  expect((await bureau.at(late('10:06:00'))).filter((one) => one.includes('未按时'))).toEqual([
    MISSED,
  ]);
  await bureau.content();
  bureau.clock.turnTo(late('11:00:00'));
}
const stageBoth = async (): Promise<void> => {
  for (const channel of ['website', 'catalogue'])
    await stage(bureau.app.publishDeps, on(channel), never);
  expect(await bureau.state(on('website'))).toBe('staged');
};
/** The same, and staged. */
async function textCame(): Promise<void> {
  await missed();
  await stageBoth();
}
const open = async (): Promise<string[]> =>
  [...(await bureau.app.incidents.incidents()).values()].map(({ id, kind }) => `${id} ${kind}`);

test('a sweep while it is coming out writes nothing, and the miss ends as the one incident that it was', async () => {
  await textCame();
  const before = await open();
  expect(await bureau.at(late('11:00:01'))).toEqual([]);
  expect(await open()).toEqual(before);
  await releaseWave(bureau.app.publishDeps, 'website', Date.parse(DUE) as never, never);
  expect(await bureau.state(on('website'))).toBe('public');
  expect(await bureau.at(late('11:00:03'))).toEqual([]);
  expect(await open()).toEqual(before);
  await releaseWave(bureau.app.publishDeps, 'catalogue', Date.parse(DUE) as never, never);
  expect(await bureau.at(late('11:00:06'))).toEqual(['operator@example.cn: 已解决：地区生产总值']);
  expect(bureau.mail('已解决').text).toContain('历时：54 分钟');
  expect(await open()).toEqual([]);
});

test('the channel refuses it then: that is another cause, and told', async () => {
  await textCame();
  expect(await bureau.at(late('11:00:01'))).toEqual([]);
  bureau.sandbox.world.setFault({
    channel: 'catalogue',
    route: '/catalogue',
    kind: '5xx',
    times: 9,
    after: 0,
    seconds: 0,
  });
  await releaseWave(bureau.app.publishDeps, 'website', Date.parse(DUE) as never, never);
  await releaseWave(bureau.app.publishDeps, 'catalogue', Date.parse(DUE) as never, never);
  const told = await bureau.at(late('11:00:06'));
  expect(told).toContain(MISSED);
});

test('nothing publishes it though nothing holds it up: told once its grace is over again', async () => {
  await textCame();
  expect(await bureau.at(late('11:00:01'))).toEqual([]);
  expect(await bureau.at(late('11:05:00'))).toEqual([]);
  expect(await bureau.at(late('11:05:02'))).toContain(MISSED);
  expect((await open()).map((one) => one.split(' ')[1])).toEqual(['stuck']);
});

const ask = async (name: 'publish' | 'retry'): Promise<void> => {
  const account = newAccount('wang', '王', ['operator']);
  await runOperation(bureau.app, { account, from: 'test' }, name, GDP, {}, messagesFor('zh'));
};
const release = (channel: string): Promise<void> =>
  releaseWave(bureau.app.publishDeps, channel, Date.parse(DUE) as never, never);

test('somebody has it published as soon as its text is there: still the one incident, and one letter that it is over', async () => {
  await missed();
  const before = await open();
  await ask('publish');
  expect(await bureau.at(late('11:00:01'))).toEqual([]);
  await stageBoth();
  expect(await bureau.at(late('11:00:03'))).toEqual([]);
  expect(await open()).toEqual(before);
  for (const channel of ['website', 'catalogue']) await release(channel);
  expect(await bureau.at(late('11:00:06'))).toEqual(['operator@example.cn: 已解决：地区生产总值']);
  expect(await bureau.at(late('11:01:00'))).toEqual([]);
});

test('missed still, by another cause: nobody is told that it is over before it is', async () => {
  await textCame();
  await bureau.at(late('11:00:01'));
  expect(await bureau.at(late('11:05:02'))).toEqual([MISSED]);
  for (const channel of ['website', 'catalogue']) await release(channel);
  expect(await bureau.at(late('11:06:00'))).toEqual(['operator@example.cn: 已解决：地区生产总值']);
  expect(await open()).toEqual([]);
});
