// How many calls a day WeChat gives, and what is done with them.
import { afterEach, expect, test } from 'vitest';
import { CallBudget, countsInMemory } from '../../src/channels/call-budget.ts';
import { limitsOf } from '../../src/channels/limits.ts';
import { instant } from '../../src/lib/instant.ts';
import { lookIfDue } from '../../src/publish/poll-due.ts';
import { releaseWave } from '../../src/publish/release.ts';
import { stage } from '../../src/publish/stage.ts';
import { callCounts } from '../../src/redis/call-counts.ts';
import { SANDBOX } from '../../src/sandbox/sandbox.ts';
import { type Watched, watched } from '../helpers/alarm.ts';
import { type Bureau, DUE, makeBureau, never, on } from '../helpers/bureau.ts';
import { ManualClock } from '../helpers/clock.ts';
import { ticking } from '../helpers/poll.ts';
import { answerWechat, said, WECHAT_ONLY } from '../helpers/wechat.ts';

const MIDNIGHT = Date.parse('2026-07-21T00:00:00+08:00');

test('looks leave calls to releases, and what is looked at all day to what is new', async () => {
  const clock = new ManualClock('2026-07-20T23:00:00+08:00');
  const budget = new CallBudget(countsInMemory(), clock, { get: 10 });
  const many = async (purpose: 'check' | 'look-again' | 'look' | 'release', times: number) => {
    const answers: (number | undefined)[] = [];
    for (let at = 0; at < times; at++) answers.push(await budget.spend('get', purpose));
    return answers;
  };
  expect(await many('check', 6)).toEqual([...Array<undefined>(5), MIDNIGHT]);
  expect(await many('look-again', 2)).toEqual([undefined, MIDNIGHT]);
  expect(await many('look', 4)).toEqual([undefined, undefined, undefined, MIDNIGHT]);
  // What makes something public is tried, whatever was counted: the channel says whether it may.
  expect(await many('release', 3)).toEqual([undefined, undefined, undefined]);
  clock.turnTo(MIDNIGHT);
  expect(await budget.spend('get', 'check')).toBeUndefined();
  // What no table names has no limit.
  expect(await budget.spend('other', 'check')).toBeUndefined();
});

let bureau: Bureau | undefined;
afterEach(async () => {
  await bureau?.close();
  bureau = undefined;
});

/** A bureau a second before T, its release staged. */
async function staged(): Promise<Watched> {
  const made = await watched('2026-07-19T10:00:05+08:00', { plan: WECHAT_ONLY });
  bureau = made;
  await made.content();
  const { app, clock } = made;
  await ticking(clock, () => stage(app.parts, on('wechat'), never));
  clock.turnTo('2026-07-20T09:59:59+08:00');
  await app.channels.get('wechat')?.preflight(never);
  return made;
}
const release = ({ app, clock }: Bureau): Promise<void> =>
  ticking(clock, () => releaseWave(app.parts, 'wechat', Date.parse(DUE) as never, never), 50);
/** Looks whenever the ledger says that it is time, until an instant. */
async function lookUntil({ app, clock }: Bureau, end: string): Promise<void> {
  for (;;) {
    const at = await app.ledger.wakesAt(on('wechat'));
    if (at === undefined || at > Date.parse(end)) return void clock.turnTo(end);
    if (at > clock.now()) clock.turnTo(at);
    await lookIfDue(app.parts, on('wechat'), 0, never);
  }
}

test('all workers count together, by channel and by day', async () => {
  bureau = await makeBureau('2026-07-20T09:00:00+08:00');
  const other = await bureau.another();
  const [one, two] = [callCounts(bureau.app.redis, 'wechat'), callCounts(other.redis, 'wechat')];
  const taken = await Promise.all(
    Array.from({ length: 20 }, (_, at) => (at % 2 ? one : two).count('get', '2026-07-20', 7)),
  );
  expect(taken.filter(Boolean)).toHaveLength(7);
  expect(await one.count('get', '2026-07-21', 7)).toBe(true);
  expect(await one.count('submit', '2026-07-20', 1)).toBe(true);
  expect(await callCounts(other.redis, 'weibo').count('get', '2026-07-20', 1)).toBe(true);
  await two.useUp('submit', '2026-07-20');
  expect(await one.count('submit', '2026-07-20', 1_000)).toBe(false);
});

test('an article stuck in audit for a day is asked after some thirty times, and found then', async () => {
  const made = await staged();
  let audited = false;
  const calls = answerWechat(made, (path) => {
    if (path !== '/cgi-bin/freepublish/get' || audited) return undefined;
    return said({ errcode: 0, publish_status: 1 });
  });
  await release(made);
  expect(await made.state(on('wechat'))).toBe('releasing');
  await lookUntil(made, '2026-07-21T10:00:00+08:00');
  const looks = calls.filter((path) => path === '/cgi-bin/freepublish/get').length;
  expect(looks).toBeGreaterThan(15);
  expect(looks).toBeLessThan(40);
  expect(await made.state(on('wechat'))).toBe('releasing');
  audited = true;
  await lookUntil(made, '2026-07-21T14:00:00+08:00');
  expect(await made.state(on('wechat'))).toBe('verified');
});

test("today's looks are used up: the next is at midnight, and people hear that it was sent", async () => {
  const made = await staged();
  const { app, clock } = made;
  const calls = answerWechat(made, (path) =>
    path === '/cgi-bin/freepublish/get' && clock.now() < MIDNIGHT
      ? said({ errcode: 45009, errmsg: 'reach max api daily quota limit' })
      : undefined,
  );
  await release(made);
  await lookUntil(made, '2026-07-20T10:10:00+08:00');
  const gets = (): number => calls.filter((path) => path === '/cgi-bin/freepublish/get').length;
  expect(gets()).toBe(1);
  expect(await app.ledger.wakesAt(on('wechat'))).toBe(MIDNIGHT);
  expect((await app.ledger.get(on('wechat')))?.reason).toMatchObject({
    code: 'looked-at-later',
    detail: '2026-07-21 00:00',
  });
  expect(await made.at('2026-07-20T10:10:01+08:00')).toEqual([
    'operator@example.cn: 已发出，暂时无法核实：地区生产总值（gdp.2026-Q2）',
  ]);
  const letter = made.mail('已发出');
  expect(letter.text).toContain('2026-07-21 00:00');
  expect(letter.text).not.toContain('未按时发布');
  expect(letter.text).not.toContain('已晚');
  // It came out at T, as WeChat says then, and nobody hears that it was late.
  await lookUntil(made, '2026-07-21T00:00:01+08:00');
  // The token of ten o'clock is refused by then: once for it, once with a new one.
  expect(gets()).toBe(3);
  const entry = await app.ledger.get(on('wechat'));
  expect(entry?.state).toBe('verified');
  expect((entry?.receipt?.publicAt ?? 0) - Date.parse(DUE)).toBeLessThan(10_000);
  expect(made.sandbox.world.items.map(({ times }) => times)).toEqual([1]);
});

test('another worker does not ask again what WeChat has just refused to say', async () => {
  const made = await staged();
  const calls = answerWechat(made, (path) =>
    path === '/cgi-bin/freepublish/get' ? said({ errcode: 45009 }) : undefined,
  );
  await release(made);
  const call = {
    publication: on('wechat'),
    release: 'gdp.2026-Q2',
    due: instant(Date.parse(DUE)),
    since: instant(Date.parse(DUE)),
    staged: undefined,
    receipt: { ids: { publishId: '7' } },
    looks: 0,
  } as never;
  const look = () => made.app.parts.channels.get('wechat')?.lookup(call, never);
  const refused = {
    class: 'unknown',
    why: { code: 'wechat-45009' },
    notBefore: MIDNIGHT,
  };
  expect(await look()).toMatchObject(refused);
  expect(await look()).toMatchObject(refused);
  expect(calls.filter((path) => path === '/cgi-bin/freepublish/get')).toHaveLength(1);
});

test('the sandbox takes as many calls a day as WeChat gives a new account', async () => {
  bureau = await makeBureau('2026-07-20T09:00:00+08:00');
  const { clock, sandbox } = bureau;
  const ask = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const answer = await fetch(`http://127.0.0.1:${sandbox.ports.wechat}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as Record<string, unknown>;
  };
  const token = async (): Promise<string> =>
    String(
      (
        await ask('/cgi-bin/stable_token', {
          grant_type: 'client_credential',
          appid: SANDBOX.appId,
          secret: SANDBOX.wechatSecret,
        })
      ).access_token,
    );
  const get = async (): Promise<unknown> =>
    (await ask(`/cgi-bin/freepublish/get?access_token=${await token()}`, { publish_id: '1' }))
      .errcode;
  for (let at = 0; at < 100; at++) expect(await get()).toBe(53600);
  expect(await get()).toBe(45009);
  clock.turnTo(MIDNIGHT);
  expect(await get()).toBe(53600);
});

test('a plan is told what a day and a month take', () => {
  const wechat = (more: object) => limitsOf([['w', { kind: 'wechat', ...more }]]);
  expect(wechat({ mode: 'publish' })).toEqual([{ channel: 'w', per: 'day', most: 50 }]);
  expect(
    wechat({
      mode: 'publish',
      callsPerDay: { 'freepublish/get': 1000, 'freepublish/submit': 300 },
    }),
  ).toEqual([{ channel: 'w', per: 'day', most: 300 }]);
  expect(wechat({ mode: 'mass', account: 'subscription' })).toEqual([
    { channel: 'w', per: 'day', most: 1 },
  ]);
  expect(wechat({ mode: 'mass', account: 'service' })).toEqual([
    { channel: 'w', per: 'day', most: 1 },
    { channel: 'w', per: 'month', most: 4 },
  ]);
  expect(wechat({ mode: 'draft-only' })).toEqual([]);
});
