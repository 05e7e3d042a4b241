// Whatever a channel answers, it is called three times at the most, later each time; and then a
// person is asked, with its last answer.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Channel, LookupResult, ReleaseAnswer } from '../../src/channels/channel.ts';
import { messagesFor } from '../../src/i18n/index.ts';
import { retryHeld, settleDoubt } from '../../src/publish/commands.ts';
import type { PublishDeps } from '../../src/publish/deps.ts';
import { DuePoller } from '../../src/publish/poll-due.ts';
import { restage } from '../../src/publish/restage.ts';
import { BODY, type Bureau, makeBureau, never, on, PLAN } from '../helpers/bureau.ts';

const CMS = on('catalogue');
const HAND = { actor: 'li', detail: {} };
const doubtful: ReleaseAnswer = { class: 'doubtful', why: { code: 'http-status', detail: '500' } };
let bureau: Bureau;

/** A channel that answers what it is told to, and remembers when it was called. */
function oddChannel(
  answers: () => ReleaseAnswer,
  found: () => LookupResult = () => ({ class: 'not-public' }),
): { channel: Channel; calls: string[]; looks: string[] } {
  const calls: string[] = [];
  const looks: string[] = [];
  const time = (): string => new Date(bureau.clock.now()).toISOString().slice(11, 19);
  const channel: Channel = {
    name: 'catalogue',
    kind: 'http',
    stage: () => Promise.resolve({ class: 'staged', record: { key: 'k', body: '{}' } }),
    release: () => {
      calls.push(time());
      return Promise.resolve(answers());
    },
    lookup: () => {
      looks.push(time());
      return Promise.resolve(found());
    },
    withdraw: () => Promise.resolve({ class: 'done' }),
    preflight: () => Promise.resolve({ wrong: [], notes: [] }),
  };
  return { channel, calls, looks };
}

let parts: PublishDeps;
let attendant: DuePoller;
const failures: unknown[] = [];

/** The one channel of the plan answers so from now on; everything else is as in production. */
function answering(one: { channel: Channel }): void {
  parts = { ...bureau.app.publishDeps, channels: new Map([['catalogue', one.channel]]) };
  attendant = new DuePoller(parts, never, (error) => failures.push(error));
}

/** Polls every second of the clock, as a worker does. */
async function go(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    bureau.clock.turnTo(bureau.clock.now() + 1000);
    await attendant.poll();
    await attendant.idle();
  }
}

const entry = async () => {
  const found = await bureau.app.ledger.get(CMS);
  if (!found) throw new Error('not in the ledger');
  return found;
};
const reasonIn = async (language: 'zh' | 'en') => {
  const { reason, state } = await entry();
  return messagesFor(language).reason(reason?.code, reason?.detail, state);
};

beforeEach(async () => {
  failures.length = 0;
  bureau = await makeBureau(
    '2026-07-20T09:00:00+08:00',
    PLAN.replace('website, catalogue, wechat, weibo', 'catalogue'),
  );
  await bureau.apply();
  await bureau.content();
});
afterEach(() => bureau.close());

/** Staged, and the clock a second before T. */
async function staged(one: { channel: Channel }): Promise<void> {
  answering(one);
  await go(2);
  expect((await entry()).state).toBe('staged');
  bureau.clock.turnTo('2026-07-20T09:59:59+08:00');
}

describe('three calls, whatever the channel answers', () => {
  test.each<[string, ReleaseAnswer, string, string]>([
    [
      'doubts that end in "not public"',
      doubtful,
      '已试发 3 次都没有成功，不再自动重试；最近一次：渠道返回 HTTP（500）',
      'it was sent three times in vain, and is not tried again by itself; the last time: the channel answered HTTP (500)',
    ],
    [
      'again and again',
      { class: 'again', why: { code: 'http-status', detail: '429' } },
      '已试发 3 次都没有成功，不再自动重试；最近一次：渠道返回 HTTP（429）',
      'it was sent three times in vain, and is not tried again by itself; the last time: the channel answered HTTP (429)',
    ],
  ])('%s', async (_, answer, zh, en) => {
    const odd = oddChannel(() => answer);
    await staged(odd);
    await go(1200);
    expect(odd.calls).toHaveLength(3);
    const [first = '', second = '', third = ''] = odd.calls;
    expect(first).toBe('02:00:00');
    expect(second >= '02:00:10' && second <= '02:00:12').toBe(true);
    expect(third >= '02:05:10' && third <= '02:05:14').toBe(true);
    expect(await entry()).toMatchObject({ state: 'held', unsettled: undefined, calls: 3 });
    expect(await reasonIn('zh')).toBe(zh);
    expect(await reasonIn('en')).toBe(en);
    expect(failures).toEqual([]);
  });

  test('a refusal is one call', async () => {
    const odd = oddChannel(() => ({
      class: 'refused',
      why: { code: 'http-status', detail: '422' },
    }));
    await staged(odd);
    await go(600);
    expect(odd.calls).toEqual(['02:00:00']);
  });

  test('a service that is down for four minutes still gets it by itself', async () => {
    const odd = oddChannel(() =>
      bureau.clock.now() < Date.parse('2026-07-20T10:04:00+08:00')
        ? doubtful
        : { class: 'done', receipt: { ids: { id: '1' } } },
    );
    await staged(odd);
    await go(400);
    expect(odd.calls).toHaveLength(3);
    expect(['public', 'held']).toContain((await entry()).state);
    expect((await entry()).receipt?.ids).toEqual({ id: '1' });
  });

  test('Retry-After that is longer than our own wait is kept to', async () => {
    const odd = oddChannel(() => ({
      class: 'again',
      why: { code: 'http-status', detail: '503' },
      afterMs: 120_000,
    }));
    await staged(odd);
    await go(900);
    expect(odd.calls).toHaveLength(3);
    expect(odd.calls[0]).toBe('02:00:00');
    expect(odd.calls[1]?.slice(0, 5)).toBe('02:02');
    expect(odd.calls[2]?.slice(0, 5)).toBe('02:07');
  });

  test('the last one comes before the window ends', async () => {
    await bureau.apply(
      PLAN.replace('website, catalogue, wechat, weibo', 'catalogue').replace(
        'window: 12h',
        'window: 2m',
      ),
    );
    const odd = oddChannel(() => doubtful);
    await staged(odd);
    await go(400);
    expect(odd.calls).toHaveLength(3);
    expect((odd.calls[2] ?? '') >= '02:01:55' && (odd.calls[2] ?? '') <= '02:02:00').toBe(true);
    expect((await entry()).state).toBe('held');
  });
});

describe('a call of which no byte was sent', () => {
  test('does not count: a service that is away for ten minutes gets its release', async () => {
    const odd = oddChannel(() =>
      bureau.clock.now() < Date.parse('2026-07-20T10:10:00+08:00')
        ? { class: 'again', why: { code: 'no-answer', detail: 'ECONNREFUSED' }, sent: false }
        : { class: 'done', receipt: { ids: { id: '1' } } },
    );
    await staged(odd);
    await go(900);
    expect((await entry()).receipt?.ids).toEqual({ id: '1' });
    // 5, 10, 20, 40, 80, 160, 300 s: later and later.
    expect(odd.calls).toHaveLength(8);
    expect((odd.calls.at(-1) ?? '') <= '02:15:30').toBe(true);
  });

  test('nor does one for which a quota is known to be used up; and those that were sent do still', async () => {
    const answers: ReleaseAnswer[] = [
      doubtful,
      {
        class: 'quota',
        why: { code: 'weibo-10023' },
        until: Date.parse('2026-07-20T11:00:00+08:00') as never,
        sent: false,
      },
      doubtful,
      doubtful,
      doubtful,
    ];
    const odd = oddChannel(() => answers.shift() ?? doubtful);
    await staged(odd);
    await go(30);
    expect(odd.calls).toHaveLength(2);
    expect(await entry()).toMatchObject({ state: 'staged', calls: 1 });
    bureau.clock.turnTo('2026-07-20T10:59:50+08:00');
    await go(900);
    expect(odd.calls).toHaveLength(4);
    expect(await entry()).toMatchObject({ state: 'held', calls: 3 });
  });
});

describe('what does not begin anew', () => {
  test('another worker, another text while it waits for its next call', async () => {
    const odd = oddChannel(() => doubtful);
    await staged(odd);
    await go(8);
    expect(odd.calls).toHaveLength(1);
    await bureau.content(BODY.replace('5.8%', '5.9%'));
    const before = await entry();
    await restage(parts, [before]);
    answering(odd);
    await go(1);
    expect(odd.calls).toHaveLength(1);
    await go(900);
    expect(odd.calls).toHaveLength(3);
    expect((await entry()).state).toBe('held');
    await go(900);
    expect(odd.calls).toHaveLength(3);
  });

  test('a call that breaks off has been made', async () => {
    const odd = oddChannel(() => doubtful);
    await staged(odd);
    for (let round = 0; round < 6; round++) {
      answering({
        channel: { ...odd.channel, release: () => Promise.reject(new Error('broken off')) },
      });
      await go(400);
    }
    expect(await entry()).toMatchObject({ state: 'held', calls: 3 });
  });
});

describe('what begins anew', () => {
  async function spent(): Promise<ReturnType<typeof oddChannel>> {
    const odd = oddChannel(() => doubtful);
    await staged(odd);
    await go(400);
    expect(odd.calls).toHaveLength(3);
    expect((await entry()).state).toBe('held');
    return odd;
  }

  test('a person asks to try again', async () => {
    const odd = await spent();
    expect(await retryHeld(parts, await entry(), HAND)).toBe('asked');
    await go(400);
    expect(odd.calls).toHaveLength(6);
    expect((await entry()).state).toBe('held');
  });

  test('a person mends the text', async () => {
    const odd = await spent();
    await bureau.content(BODY.replace('5.8%', '5.9%'));
    await restage(parts, [await entry()]);
    await go(400);
    expect(odd.calls).toHaveLength(6);
  });

  test('the plan gives it another day', async () => {
    const odd = await spent();
    await bureau.apply(
      PLAN.replace('website, catalogue, wechat, weibo', 'catalogue').replace(
        'if-closed: next }',
        'if-closed: next }\n    dates: { 2026-Q2: { at: 2026-07-25 10:00, was: 2026-07-20 10:00, reason: 重发 } }',
      ),
    );
    expect(await entry()).toMatchObject({ state: 'planned', calls: 0, callFrom: undefined });
    expect(odd.calls).toHaveLength(3);
  });

  test('a person has looked and says that it is not public', async () => {
    const odd = oddChannel(
      () => doubtful,
      () => ({ class: 'unknown', why: { code: 'no-lookup' } }),
    );
    await staged(odd);
    await go(5);
    expect(await entry()).toMatchObject({ state: 'held', calls: 1 });
    expect(await settleDoubt(parts, await entry(), false, HAND)).toBe('settled');
    expect(await entry()).toMatchObject({ calls: 0, callFrom: undefined });
  });
});

test('what the channel has accepted is looked at when it is time, and not with every poll', async () => {
  const odd = oddChannel(
    () => ({ class: 'accepted', receipt: { ids: { id: '7' } } }),
    () => ({ class: 'pending' }),
  );
  await staged(odd);
  await go(60);
  expect(odd.calls).toHaveLength(1);
  // After 2, 5, 10, 20, 40 s.
  expect(odd.looks.length).toBeLessThanOrEqual(6);
  expect(odd.looks.length).toBeGreaterThanOrEqual(4);
});

describe('what may be public is looked for, however often it was called', () => {
  test('marked after its third call: a look, and not the words for what was sent in vain', async () => {
    let isOut = false;
    const odd = oddChannel(
      () => ({ class: 'again', why: { code: 'http-status', detail: '429' } }),
      () => (isOut ? { class: 'public', receipt: { ids: { id: '9' } } } : { class: 'not-public' }),
    );
    await staged(odd);
    await go(20);
    expect(await entry()).toMatchObject({ state: 'staged', calls: 2 });
    // Somebody who knows more says that it may be out: another process, a restored ledger.
    isOut = true;
    const mark = { why: 'refused', at: bureau.clock.now() } as const;
    await bureau.app.ledger.unsettle([CMS], mark, 'test');
    await go(400);
    expect(odd.calls).toHaveLength(2);
    expect((await entry()).receipt?.ids).toEqual({ id: '9' });
  });

  test('a refusal without a word is looked for once, and held as what it was', async () => {
    const odd = oddChannel(() => ({ class: 'doubtful', why: { code: 'weibo-403' }, final: true }));
    await staged(odd);
    await go(60);
    expect(odd.calls).toHaveLength(1);
    expect(odd.looks).toHaveLength(1);
    expect(await entry()).toMatchObject({ state: 'held', unsettled: undefined });
    expect(await reasonIn('zh')).toBe('微博拒绝了请求（HTTP 403），没有说原因');
    // A person asks again: that is another call, and not the old one's answer.
    await retryHeld(parts, await entry(), HAND);
    await go(60);
    expect(odd.calls).toHaveLength(2);
  });

  test('the same call again, to find out, is bounded as any other', async () => {
    const odd = oddChannel(
      () => doubtful,
      () => ({ class: 'repeatable', why: { code: 'no-answer' } }),
    );
    await staged(odd);
    await go(1500);
    expect(odd.calls).toHaveLength(3);
    expect(await entry()).toMatchObject({ state: 'held', reason: { code: 'cannot-tell' } });
    expect((await entry()).unsettled?.why).toBe('intent');
  });
});

test('a text that is mended, a hold that is freed, a plan that is put into force again: of each call the ledger knows', async () => {
  const odd = oddChannel(() => doubtful);
  await staged(odd);
  for (let round = 0; round < 12; round++) {
    await bureau.content(BODY.replace('5.8%', `5.${round % 9}%`));
    await restage(parts, [await entry()]);
    await bureau.apply();
    await go(100);
    if ((await entry()).state === 'held') break;
  }
  expect(odd.calls).toHaveLength(3);
  expect((await entry()).state).toBe('held');
});
