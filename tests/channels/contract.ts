// What every channel has to keep to, ours and others': written once, run for each. A new adapter
// gives a harness (what it speaks to, how that shows what is public) and calls `keepsTheContract`.
// Faults are put between the adapter and what it speaks to, so that no stand-in has to know them.
// The harnesses of our own channels are in contract.test.ts.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type {
  Call,
  Channel,
  ChannelItem,
  ChannelReceipt,
  ReleaseAnswer,
} from '../../src/channels/channel.ts';
import type { Http, HttpAnswer, HttpCall } from '../../src/channels/http.ts';
import { MOST_CALLS } from '../../src/ledger/releasing-calls.ts';
import { instant } from '../../src/lib/instant.ts';
import { publicationId, releaseId } from '../../src/plan/types.ts';
import { ManualClock } from '../helpers/clock.ts';

/** What an adapter speaks to, of one test. */
export interface Opened {
  readonly channel: Channel;
  /** How often the release became public there, by now. */
  shown(): number | Promise<number>;
}

/** What the suite has to know of a channel. */
export interface Harness {
  readonly name: string;
  /**
   * The adapter, and the service it speaks to, new and empty.
   * @param via every call of the adapter goes through it; the service is what is handed to it
   */
  open(via: (service: Http) => Http, clock: ManualClock): Opened | Promise<Opened>;
  /** Whether a call is the one that makes public. */
  isReleasing(call: HttpCall): boolean;
  /** Whether a call is the look after a doubt. */
  isLook(call: HttpCall): boolean;
  /** What the service may answer to the releasing call, and the class of each. */
  readonly answers: readonly (readonly [
    says: string,
    answer: { status?: number; headers?: Record<string, string>; text: string },
    wanted: ReleaseAnswer['class'],
  ])[];
  /** It cannot be looked up: what is in doubt is held for a person, and that is right. */
  readonly blind?: boolean;
  /** Changes of the item that the channel needs. */
  readonly item?: Partial<ChannelItem>;
}

export const RELEASE = releaseId('gdp.2026-Q2');
export const DUE = instant(Date.parse('2026-07-20T10:00:00+08:00'));
/** Of one call: it never ends it. */
const never = (): AbortSignal => new AbortController().signal;
/** A picture of one white point. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=',
  'base64',
);
/** After so long each look follows the one before, s: as publish/verify.ts looks. */
const LOOKS = [1, 3, 5, 10, 20, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60];
const AFTER_CALL_MS = 10_000;

const itemFor = (channel: string, more: Partial<ChannelItem> = {}): ChannelItem => {
  const url = `http://127.0.0.1:8040/releases/${RELEASE}/`;
  const cover = {
    name: 'cover.png',
    type: 'image/png',
    sha256: 'f'.repeat(64),
    bytes: PNG.length,
    read: () => Promise.resolve(PNG),
  };
  return {
    publication: publicationId(RELEASE, channel),
    release: RELEASE,
    due: DUE,
    title: '2026年二季度地区生产总值',
    summary: '同比增长 5.8%。',
    author: '综合处',
    source: '测试统计局',
    category: '统计',
    url,
    digest: 'd'.repeat(64),
    pictures: [],
    ownCover: undefined,
    attachments: [],
    html: () => '<p>同比增长 5.8%。</p>',
    wechatHtml: () => '<p>同比增长 5.8%。</p>',
    plainText: () => '同比增长 5.8%。',
    weiboText: () => `二季度地区生产总值同比增长 5.8%。 ${url}`,
    cover: () => Promise.resolve(cover),
    ...more,
  };
};

/** What happens to one call on its way. */
type Fault =
  | 'no-connection'
  | 'lost-before'
  | 'lost-after'
  | 'half-after'
  | 'broken-before'
  | 'broken-after'
  | { readonly lateMs: number }
  | { readonly answer: HttpAnswer };
const none = (sent: boolean, why: string): HttpAnswer => ({ ok: false, sent, why });
const page = (status: number, text: string, headers = {}): HttpAnswer => ({
  ok: true,
  status,
  headers,
  text,
  date: undefined,
});

/** How a publication ended: nothing more is called by itself then. */
type Ended = 'public' | 'held';

export function keepsTheContract(harness: Harness): void {
  describe(harness.name, () => {
    let clock: ManualClock;
    let opened: Opened;
    let item: ChannelItem;
    let releasing: Fault[];
    let looking: Fault[];
    let calls: number;
    let late: { at: number; run: () => Promise<unknown> }[];

    const turn = async (ms: number): Promise<void> => {
      const end = clock.now() + ms;
      for (const one of late.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)) {
        clock.turnTo(Math.max(clock.now(), one.at));
        late = late.filter((other) => other !== one);
        await one.run();
      }
      clock.turnTo(end);
    };
    const meet = async (
      fault: Fault,
      service: Http,
      call: HttpCall,
      signal: AbortSignal,
    ): Promise<HttpAnswer> => {
      if (typeof fault === 'object') {
        if ('answer' in fault) return fault.answer;
        const { guard: _, ...later } = call;
        late.push({ at: clock.now() + fault.lateMs, run: () => service(later, signal) });
        return none(true, 'UND_ERR_SOCKET');
      }
      if (fault === 'no-connection') return none(false, 'ECONNREFUSED');
      if (fault === 'lost-before') return none(true, 'UND_ERR_SOCKET');
      if (fault === 'broken-before') return page(502, 'bad gateway');
      const answer = await service(call, signal);
      if (fault === 'broken-after') return page(502, 'bad gateway');
      if (fault === 'lost-after' || !answer.ok) return none(true, 'UND_ERR_SOCKET');
      return { ...answer, text: answer.text.slice(0, Math.floor(answer.text.length / 2)) };
    };
    const via =
      (service: Http): Http =>
      async (call, signal) => {
        if (call.guard && !call.guard()) return none(false, 'BANLI_STALE');
        if (harness.isReleasing(call)) calls++;
        const fault = harness.isReleasing(call)
          ? releasing.shift()
          : harness.isLook(call)
            ? looking.shift()
            : undefined;
        return fault ? meet(fault, service, call, signal) : service(call, signal);
      };

    /** Staged, as often as the channel asks for, and kept as the ledger keeps it. */
    const stage = async (): Promise<unknown> => {
      for (let tries = 0; tries < 10; tries++) {
        const waiting = opened.channel.stage(item, never());
        const answer = await inTime(waiting);
        if (answer.class === 'staged') return JSON.parse(JSON.stringify(answer.record));
        expect(answer.class).toBe('again');
        await turn(5000);
      }
      throw new Error('was never staged');
    };
    /** Waits that the adapter makes by the clock come to their end. */
    const inTime = async <T>(waiting: Promise<T>): Promise<T> => {
      let isOver = false;
      const done = waiting.finally(() => {
        isOver = true;
      });
      done.catch(() => undefined);
      while (!isOver) {
        await new Promise((next) => setImmediate(next));
        if (!isOver && clock.waiting(new Date(clock.now() + 60_000).toISOString()) > 0)
          await turn(1000);
      }
      return done;
    };
    const callOf = (staged: unknown, more: Partial<Call> = {}): Call => ({
      publication: item.publication,
      release: RELEASE,
      due: DUE,
      since: DUE,
      staged,
      looks: 0,
      content: () => Promise.resolve(item),
      ...more,
    });
    const atT = async (): Promise<unknown> => {
      const staged = await stage();
      clock.turnTo(Math.max(DUE, clock.now()));
      return staged;
    };
    const send = async (staged: unknown, guard = () => true): Promise<ReleaseAnswer> => {
      await opened.channel.arm?.([callOf(staged)], DUE, never());
      return inTime(opened.channel.release(callOf(staged, { guard }), never()));
    };

    /** Looks as verify does, until something is certain. */
    const look = async (
      staged: unknown,
      calledAt: number,
      receipt?: ChannelReceipt,
    ): Promise<'public' | 'not-public' | 'repeatable' | 'held'> => {
      for (const [looks, seconds] of LOOKS.entries()) {
        await turn(seconds * 1000);
        const call = callOf(staged, { calledAt, looks, ...(receipt ? { receipt } : {}) });
        const seen = await inTime(opened.channel.lookup(call, never()));
        switch (seen.class) {
          case 'public':
            expect(JSON.parse(JSON.stringify(seen.receipt.ids))).toEqual(seen.receipt.ids);
            return 'public';
          case 'not-public':
            if (receipt) break;
            return 'not-public';
          case 'repeatable':
            return 'repeatable';
          case 'gone':
            return 'held';
          case 'pending':
          case 'unknown':
        }
      }
      return 'held';
    };
    /** One call, and what is known after it; undefined: it may be made again. */
    const callOnce = async (staged: unknown): Promise<Ended | undefined> => {
      const calledAt = clock.now();
      const answer = await send(staged);
      if (answer.class === 'done') return 'public';
      if (answer.class === 'refused') return 'held';
      if (answer.class !== 'accepted' && answer.class !== 'doubtful') return undefined;
      const receipt = answer.class === 'accepted' ? answer.receipt : undefined;
      const seen = await look(staged, calledAt, receipt);
      if (seen === 'public' || seen === 'held') return seen;
      return answer.class === 'doubtful' && answer.final ? 'held' : undefined;
    };
    /** The life of a publication from T on, as publish/ leads it. */
    const lead = async (): Promise<Ended> => {
      const staged = await atT();
      for (let made = 1; made <= MOST_CALLS; made++) {
        const ended = await callOnce(staged);
        if (ended) return ended;
        await turn(AFTER_CALL_MS);
      }
      return 'held';
    };

    beforeEach(async () => {
      clock = new ManualClock('2026-07-20T09:50:00+08:00');
      releasing = [];
      looking = [];
      late = [];
      calls = 0;
      opened = await harness.open(via, clock);
      item = itemFor(opened.channel.name, harness.item);
    });
    afterEach(() => {
      late = [];
    });

    test('staging shows nothing, however often, and is kept as JSON', async () => {
      await stage();
      await stage();
      expect(await opened.shown()).toBe(0);
      expect(calls).toBe(0);
    });

    test('is public once', async () => {
      expect(await lead()).toBe('public');
      expect(await opened.shown()).toBe(1);
      expect(calls).toBe(1);
    });

    test('a worker that may be taken for dead sends nothing', async () => {
      const staged = await atT();
      expect(await send(staged, () => false)).toMatchObject({ class: 'again', sent: false });
      expect(await opened.shown()).toBe(0);
    });

    test('no connection: it may be tried again, and was no call', async () => {
      releasing = ['no-connection'];
      expect(await send(await atT())).toMatchObject({ class: 'again', sent: false });
      expect(await opened.shown()).toBe(0);
    });

    test.each<[string, Fault]>([
      ['lost before it arrived', 'lost-before'],
      ['answered by a gateway before it arrived', 'broken-before'],
      ['lost after it arrived', 'lost-after'],
      ['cut in half', 'half-after'],
      ['answered by a gateway after it arrived', 'broken-after'],
      ['lost, and has its effect two seconds later', { lateMs: 2000 }],
      ['lost, and has its effect four seconds later', { lateMs: 4000 }],
    ])('a call that is %s: a doubt, and public once in the end', async (_, fault) => {
      releasing = [fault];
      const staged = await atT();
      const calledAt = clock.now();
      const answer = await send(staged);
      if (answer.class === 'done') {
        // Where the first half of an answer says enough.
        expect([fault, await opened.shown()]).toEqual(['half-after', 1]);
        return;
      }
      expect(answer.class).toBe('doubtful');
      const seen = await look(staged, calledAt);
      if (seen === 'not-public' || seen === 'repeatable') await send(staged);
      await turn(600_000);
      if (harness.blind) expect(seen).toBe('held');
      else expect(['public', 'not-public', 'repeatable']).toContain(seen);
      const isLost = fault === 'lost-before' || fault === 'broken-before';
      expect(await opened.shown()).toBe(harness.blind && isLost ? 0 : 1);
    });

    test('doubts without an end: three calls, and at most once public', async () => {
      releasing = ['lost-before', 'broken-before', 'lost-before', 'lost-before', 'lost-before'];
      expect(await lead()).toBe('held');
      expect(calls).toBe(harness.blind ? 1 : MOST_CALLS);
      expect(await opened.shown()).toBe(0);
    });

    test('doubts in a row, the last with its effect: once', async () => {
      releasing = ['lost-before', 'broken-after'];
      await lead();
      expect(await opened.shown()).toBe(harness.blind ? 0 : 1);
    });

    test.each<[string, HttpAnswer]>([
      ['nothing', none(true, 'UND_ERR_SOCKET')],
      ['a page of maintenance', page(200, '<html>维护中</html>')],
      ['half an answer', page(200, '{"state":"publ')],
      ['nothing at all', page(200, '')],
      ['an error of its own', page(500, 'error')],
      ['a gateway', page(502, '{}')],
      ['a refusal', page(403, 'Forbidden')],
      ['too many', page(429, '', { 'retry-after': '60' })],
    ])('a look that is answered %s says neither public nor not public', async (_, answer) => {
      for (const isOut of [true, false]) {
        releasing = [isOut ? 'lost-after' : 'lost-before'];
        const staged = await atT();
        const calledAt = clock.now();
        await send(staged);
        looking = LOOKS.map(() => ({ answer }));
        for (const looks of [0, 1, 2, 8]) {
          await turn(20_000);
          const call = callOf(staged, { calledAt, looks });
          const seen = await inTime(opened.channel.lookup(call, never()));
          expect(['unknown', 'pending', 'repeatable']).toContain(seen.class);
        }
        looking = [];
        opened = await harness.open(via, clock);
      }
    });

    test.each(harness.answers)('%s', async (_, { status = 200, headers = {}, text }, wanted) => {
      releasing = [{ answer: page(status, text, headers) }];
      const answer = await send(await atT());
      expect(answer.class).toBe(wanted);
      if (answer.class === 'quota') expect(answer.until).toBeGreaterThan(clock.now());
      if (answer.class === 'again' || answer.class === 'quota') expect(answer.sent).toBeUndefined();
      if ('why' in answer) expect(answer.why.code).not.toBe('');
    });

    test('what is taken down says so, or that it cannot', async () => {
      const staged = await atT();
      const calledAt = clock.now();
      const answer = await send(staged);
      const receipt = 'receipt' in answer ? answer.receipt : undefined;
      await look(staged, calledAt, receipt);
      const call = callOf(staged, receipt ? { receipt } : {});
      const taken = await inTime(opened.channel.withdraw(call, never(), '数据有误'));
      if (taken.class === 'cannot') expect(taken.why.code).not.toBe('');
      expect(await opened.shown()).toBe(1);
    });

    test('asked whether it is ready, it shows nothing', async () => {
      await inTime(opened.channel.preflight(never()));
      expect(calls).toBe(0);
      expect(await opened.shown()).toBe(0);
    });
  });
}
