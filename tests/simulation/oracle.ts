// Judges a history. It knows what was promised (the plans that were accepted, as their people meant
// them), what people said, what could be seen outside and when, and which letters were taken by
// somebody's mail server. It shares nothing with production: no states, no calendar, no reading of
// plan files.
import type { Shown, Taken } from './outside.ts';
import { nameOf, type PlanModel, type Planned } from './plan-model.ts';
import { digestOf } from './words.ts';

export type Wrong = 'early' | 'doubled' | 'lost' | 'silent' | 'unapproved' | 'returned' | 'stuck';
export const WRONGS: readonly Wrong[] = [
  'early',
  'doubled',
  'lost',
  'silent',
  'unapproved',
  'returned',
  'stuck',
];

/** One promise that was broken. */
export interface Failure {
  readonly wrong: Wrong;
  readonly at: number;
  readonly release: string;
  readonly channel: string;
  readonly why: string;
}

/** What holds for a release from an instant on. */
interface Statement {
  readonly from: number;
  /** Nobody may see it before: infinite while it is cancelled or was never rightly announced. */
  readonly floor: number;
  /** By when somebody was promised it; undefined where nobody is. */
  readonly due: number | undefined;
  readonly planned: Planned;
}

type Said =
  | {
      readonly what: 'approve';
      readonly at: number;
      readonly release: string;
      readonly digest: string;
      readonly person: string;
    }
  | {
      readonly what: 'hold' | 'free' | 'not-public' | 'withdraw';
      readonly at: number;
      readonly release: string;
      readonly channel: string;
    };

/** What is accepted so shortly before a call may have been too late for it, ms. */
const NOTICE_MS = 700;
/** Somebody must have been told of a miss after so much time in which telling was possible, ms. */
const TOLD_MS = 6 * 60_000;
/** By the second person, where the first one's mail is refused. */
const ESCALATED_MS = 40 * 60_000;

/** What is lost is compared with the ledger, and given so long to be found, ms. */
const VANISHED_MS = 10 * 60_000;

const NEED: Readonly<Record<Planned['approval'], number>> = { none: 0, one: 1, three: 3 };

export class Oracle {
  readonly #statements = new Map<string, Statement[]>();
  readonly #said: Said[] = [];
  /** When nobody could have told anybody, and when only the second person could be told. */
  readonly #deaf: { from: number; to: number; whole: boolean }[] = [];
  readonly #lettersLost: number[] = [];
  #first = true;

  /** A plan was put into force. */
  accepted(model: PlanModel | undefined, at: number): void {
    if (!model || model.away || model.wrongYear) return;
    for (const planned of model.releases.values()) this.#state(planned, at);
    this.#first = false;
  }

  #state(planned: Planned, at: number): void {
    const all = this.#statements.get(planned.id) ?? [];
    const before = all.at(-1);
    const next = before ? follow(before, planned, at) : begin(planned, at, this.#first);
    if (!next || (before && same(before, next))) return;
    this.#statements.set(planned.id, [...all, next]);
  }

  /** No plan that was put into force from then on is. */
  lose(since: number): void {
    for (const [release, all] of this.#statements) {
      const left = all.filter(({ from }) => from < since);
      if (left.length > 0) this.#statements.set(release, left);
      else this.#statements.delete(release);
    }
  }

  /**
   * Redis is lost, and with it the letters in it. The watchdog has its own, and is not simulated.
   */
  loseLetters(at: number): void {
    this.#lettersLost.push(at);
  }

  say(said: Said): void {
    this.#said.push(said);
  }

  /** Nobody could tell anybody. @param whole false: only the first person could not be told */
  deaf(from: number, to: number, whole: boolean): void {
    this.#deaf.push({ from, to, whole });
  }

  /** What held at an instant. */
  #at(release: string, at: number): Statement | undefined {
    return this.#statements.get(release)?.findLast((one) => one.from <= at);
  }

  /** Everything that held at some moment between two. */
  #between(release: string, from: number, to: number): Statement[] {
    const all = this.#statements.get(release) ?? [];
    const first = this.#at(release, from);
    return [...(first ? [first] : []), ...all.filter((one) => one.from > from && one.from <= to)];
  }

  judge(shown: readonly Shown[], letters: readonly Taken[], end: number): Failure[] {
    return [
      ...shown.flatMap((one) => this.#judgeShown(one)),
      ...this.#judgeRepeats(shown),
      ...shown.flatMap((one) =>
        one.what === 'vanished' ? this.#judgeVanished(one, shown, letters, end) : [],
      ),
      ...[...this.#statements.keys()].flatMap((release) =>
        this.#judgePromises(release, shown, letters, end),
      ),
    ].sort((a, b) => a.at - b.at);
  }

  #judgeShown(one: Shown): Failure[] {
    if (one.what === 'taken-down' || one.what === 'vanished') return [];
    const { release, channel, at } = one;
    const fail = (wrong: Wrong, why: string): Failure[] => [{ wrong, at, release, channel, why }];
    const held = this.#between(release, one.sentAt - NOTICE_MS, one.sentAt);
    if (held.length === 0) return fail('early', '没有任何已生效的计划写过它');
    const mayShow = held.filter((state) => state.floor <= at);
    if (one.what === 'shown' && mayShow.length === 0) {
      const floors = held.map((state) => state.floor).filter(Number.isFinite);
      return floors.length === 0
        ? fail('unapproved', '计划已取消它，或从未正当宣布')
        : fail('early', `承诺的时刻是 ${new Date(Math.min(...floors)).toISOString()}`);
    }
    if (one.what === 'shown' && held.every((state) => !state.planned.channels.includes(channel)))
      return fail('unapproved', '计划已不发这个渠道');
    // What came out rightly is there again as it was.
    if (one.what === 'again') return [];
    const digest = digestOf(release, one.version);
    const people = new Set(
      this.#said.flatMap((said) =>
        said.what === 'approve' && said.digest === digest && said.at <= at ? [said.person] : [],
      ),
    );
    const needed = Math.min(...held.map((state) => NEED[state.planned.approval]));
    if (people.size < needed)
      return fail('unapproved', `要 ${needed} 人审，第 ${one.version} 稿只有 ${people.size} 人`);
    return one.what === 'shown' && this.#isHeldBack(one) ? fail('unapproved', '有人扣住了它') : [];
  }

  /** Somebody held it back, and nobody has said otherwise since. */
  #isHeldBack({ release, channel, sentAt }: Shown): boolean {
    const said = this.#said.filter(
      (one) =>
        one.what !== 'approve' &&
        one.release === release &&
        one.channel === channel &&
        one.at < sentAt - NOTICE_MS,
    );
    const last = said.at(-1);
    if (last?.what !== 'hold') return false;
    return (
      !this.#said.some(
        (one) => one.what === 'free' && one.release === release && one.at > last.at,
      ) && this.#at(release, sentAt) === this.#at(release, last.at)
    );
  }

  #judgeRepeats(shown: readonly Shown[]): Failure[] {
    const failures: Failure[] = [];
    const last = new Map<string, Shown>();
    for (const one of shown) {
      const key = `${one.release}@${one.channel}`;
      const before = last.get(key);
      if (one.what === 'shown' && before) {
        const { release, channel, at } = one;
        const wrong = before.what === 'taken-down' ? 'returned' : 'doubled';
        if (!this.#wasToldAbsent(before, one))
          failures.push({
            wrong,
            at,
            release,
            channel,
            why: `上一次：${new Date(before.at).toISOString()}，第 ${before.version} 稿；这次第 ${one.version} 稿`,
          });
      }
      if (one.what === 'vanished') last.delete(key);
      else if (one.what !== 'corrected') last.set(key, one);
    }
    return failures;
  }

  /** What the site has lost is there again, or somebody is told. */
  #judgeVanished(
    { at, release, channel, version }: Shown,
    shown: readonly Shown[],
    letters: readonly Taken[],
    end: number,
  ): Failure[] {
    const deadline = Math.min(
      this.#after(at, VANISHED_MS + TOLD_MS, true),
      this.#after(at, VANISHED_MS + ESCALATED_MS, false),
    );
    if (deadline >= end) return [];
    const since = (one: { at: number }): boolean => one.at >= at && one.at <= deadline;
    if (
      shown.some(
        (one) =>
          one.release === release &&
          one.channel === channel &&
          one.what !== 'vanished' &&
          since(one),
      )
    )
      return [];
    if (
      this.#said.some((said) => said.what === 'withdraw' && said.release === release && since(said))
    )
      return [];
    // Redis and the site lost at one time: nobody is left who knew that it was public.
    if (this.#lettersLost.some((lost) => lost > at - VANISHED_MS && lost < deadline)) return [];
    const named = (letter: Taken): boolean =>
      letter.severity === 'missed' && `${letter.subject}\n${letter.text}`.includes(nameOf(release));
    if (letters.some((letter) => since(letter) && named(letter))) return [];
    return [
      {
        wrong: 'lost',
        at: deadline,
        release,
        channel,
        why: `第 ${version} 稿在 ${new Date(at).toISOString()} 从网站上丢失，没有恢复，也没有信`,
      },
    ];
  }

  /** A person looked while it was on its way, and said that it was not there. */
  #wasToldAbsent(before: Shown, one: Shown): boolean {
    return this.#said.some(
      (said) =>
        said.what === 'not-public' &&
        said.release === one.release &&
        said.channel === one.channel &&
        said.at >= before.sentAt &&
        said.at <= before.at,
    );
  }

  /** After each instant that was promised: public, or somebody knows that it is not. */
  #judgePromises(
    release: string,
    shown: readonly Shown[],
    letters: readonly Taken[],
    end: number,
  ): Failure[] {
    const all = this.#statements.get(release) ?? [];
    return all.flatMap((state, index) => {
      const until = all[index + 1]?.from ?? Number.POSITIVE_INFINITY;
      // A statement that changes neither the instant nor the channels goes on with the one before.
      if (state.due === undefined || until <= state.due || state.due >= end) return [];
      const due = Math.max(state.due, state.from);
      return this.#owed(all, index).flatMap((channel) =>
        this.#judgePromise(release, channel, state, due, until, shown, letters, end),
      );
    });
  }

  /**
   * The channels that a statement promises. One that is added after the instant, and not to go out
   * at once, comes out by nobody's word.
   */
  #owed(all: readonly Statement[], index: number): readonly string[] {
    const state = all[index] as Statement;
    const { planned, from } = state;
    const [before, due] = [all[index - 1], instantOf(state)];
    if (
      !before ||
      due === undefined ||
      from <= due ||
      planned.immediate ||
      instantOf(before) !== due
    )
      return planned.channels;
    const owed = this.#owed(all, index - 1);
    return planned.channels.filter((channel) => owed.includes(channel));
  }

  #judgePromise(
    release: string,
    channel: string,
    { planned, due: promised = 0 }: Statement,
    due: number,
    until: number,
    shown: readonly Shown[],
    letters: readonly Taken[],
    end: number,
  ): Failure[] {
    const first = shown.find(
      (one) => one.release === release && one.channel === channel && one.what === 'shown',
    );
    if (first && first.at <= due + planned.grace) return [];
    if (
      this.#said.some(
        (said) =>
          said.what === 'withdraw' && said.release === release && said.at <= due + planned.grace,
      )
    )
      return [];
    const deadline = this.#deadline(due + planned.grace);
    if (deadline >= Math.min(until, end)) return [];
    const over = due + planned.grace;
    if (
      this.#lettersLost.some(
        (lost) => lost > over && lost < deadline && this.#after(over, 1, true) > lost,
      )
    )
      return [];
    const named = letters.filter(
      (letter) =>
        letter.severity === 'missed' &&
        letter.at >= promised &&
        `${letter.subject}\n${letter.text}`.includes(nameOf(release)),
    );
    if (named.some((letter) => letter.at <= deadline)) return [];
    const why = `应在 ${new Date(due).toISOString()} 公开，宽限 ${planned.grace / 60_000} 分；${first ? `到 ${new Date(first.at).toISOString()} 才公开` : '一直没有公开'}；${named[0] ? `到 ${new Date(named[0].at).toISOString()} 才有信` : '一直没有信'}`;
    return [
      { wrong: first || named.length > 0 ? 'silent' : 'lost', at: deadline, release, channel, why },
    ];
  }

  /** When somebody must have been told at the latest. */
  #deadline(from: number): number {
    return Math.min(this.#after(from, TOLD_MS, true), this.#after(from, ESCALATED_MS, false));
  }

  /** So much time later, not counting when telling was impossible. */
  #after(from: number, ms: number, first: boolean): number {
    const deaf = this.#deaf
      .filter((one) => one.to > from && (one.whole || first))
      .sort((a, b) => a.from - b.from);
    let at = from;
    let left = ms;
    for (const one of deaf) {
      if (one.to <= at) continue;
      const heard = Math.max(0, one.from - at);
      if (heard >= left) break;
      left = ms;
      at = one.to;
    }
    return at + left;
  }
}

/**
 * The instant that a statement is about: a provisional date that is confirmed as it stands promises
 * the same one.
 */
function instantOf({ due, planned }: Statement): number | undefined {
  return due ?? (planned.provisional && !planned.cancelled ? planned.due : undefined);
}

/** A release that was never announced before. */
function begin(planned: Planned, at: number, first: boolean): Statement {
  const near = planned.due < at + planned.lead && !planned.immediate && !first;
  // Announced for an instant that is upon us, without the words for that: nobody may publish it.
  if (near || planned.cancelled)
    return { from: at, floor: Number.POSITIVE_INFINITY, due: undefined, planned };
  return {
    from: at,
    floor: planned.due,
    due: planned.provisional ? undefined : planned.due,
    planned,
  };
}

/**
 * What a new plan's words make of what was promised; undefined where they are not enough to change
 * it.
 */
function follow(before: Statement, planned: Planned, at: number): Statement | undefined {
  if (planned.cancelled)
    return { from: at, floor: Number.POSITIVE_INFINITY, due: undefined, planned };
  const was = before.planned;
  const due = planned.provisional ? undefined : planned.due;
  if (was.cancelled) return { from: at, floor: planned.due, due, planned };
  if (planned.due === was.due)
    return {
      from: at,
      floor: before.floor,
      due: before.floor === Number.POSITIVE_INFINITY ? undefined : due,
      planned,
    };
  const words = was.provisional || (planned.was === was.due && planned.reason !== undefined);
  const lead = Math.min(was.lead, planned.lead);
  const near = planned.due < Math.min(before.floor, at + lead) && !planned.immediate;
  // The files should have been refused: what was promised before stands.
  if (!words || near) return undefined;
  return { from: at, floor: planned.due, due, planned };
}

function same(a: Statement, b: Statement): boolean {
  return (
    a.floor === b.floor &&
    a.due === b.due &&
    JSON.stringify(a.planned) === JSON.stringify(b.planned)
  );
}
