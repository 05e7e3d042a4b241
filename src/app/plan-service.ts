// The plan in force: reads the plan files, checks them against what was announced, puts them into
// force and watches them. The last good plan stays in force where the files are wrong.
import type { Delivery } from '../ledger/delivery.ts';
import type { PlanMemory } from '../ledger/memory-on-disk.ts';
import { type GoodPlan, type HeldPlan, type PlanStore, versionOf } from '../ledger/plan-store.ts';
import { BanliError } from '../lib/errors.ts';
import type { Instant } from '../lib/instant.ts';
import { readOnce } from '../lib/parse-cache.ts';
import {
  type ChangeContext,
  changesBetween,
  dateChanges,
  forbiddenChanges,
} from '../plan/change.ts';
import type { PlanIssue, SourceFile } from '../plan/issues.ts';
import { EMPTY, hasErrors, isWorkdays, type ReadPlan, readPlan } from '../plan/read-all.ts';
import { dateIn } from '../plan/time.ts';
import {
  type Calendar,
  type PlanChange,
  type PublicationId,
  publicationId,
  type ReleaseId,
} from '../plan/types.ts';
import { NOTICES, type Notices, type Workdays, workdaysOfChina } from '../plan/workdays.ts';
import { readGood } from '../plan-files/in-force.ts';
import { readApart } from '../plan-files/long-plans.ts';
import { type PlanPaths, readSources } from '../plan-files/sources.ts';

/** Several processes of one test, and several rounds of one process, read the same files. */
const readNow = readOnce((text) => {
  const [sources, channels] = JSON.parse(text) as [SourceFile[], string[]];
  return readPlan(sources, channels);
}, 2);

/** Rules that stand even where the plan in force comes from a backup. */
const KEPT_AFTER_RESTORE: readonly string[] = ['long-past', 'immediate', 'moved-without-words'];

/**
 * What applying a plan would change, and what of it is not allowed as it stands.
 * @param force the calendar in force; `EMPTY` itself where there never was one
 * @param restored it comes from a backup, and the files may be of a later day
 */
export function compareWithForce(
  next: ReadPlan,
  force: Calendar,
  now: Instant,
  published: ReadonlySet<ReleaseId>,
  restored = false,
): { changes: PlanChange[]; problems: PlanIssue[]; context: ChangeContext } {
  const changes = changesBetween(force, next.calendar);
  const { plans, positions: files, calendar } = next;
  const timezone = plans.length > 0 ? calendar.timezone : force.timezone;
  const today = dateIn(now, timezone);
  const context: ChangeContext = {
    plans,
    files,
    next: calendar,
    force,
    first: force === EMPTY,
    now,
    today,
    published,
    restored,
  };
  if (!restored) return { changes, problems: forbiddenChanges(changes, context), context };
  // The plan in force may be older than the words: they were said, and are gone with it. What has
  // none at all never had any; and nothing that it knows of comes out sooner than it knows because
  // of what a file says.
  const moved = changes.filter(({ kind }) => kind === 'moved');
  return {
    changes,
    problems: forbiddenChanges(moved, context).filter(({ code }) =>
      KEPT_AFTER_RESTORE.includes(code ?? ''),
    ),
    context,
  };
}

/** What came of an attempt to apply the files on disk. */
export type Applied =
  | {
      readonly ok: true;
      readonly changes: readonly PlanChange[];
      /** Put into the outbox with it. */
      readonly letters: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly PlanIssue[] };

type Published = ReadonlySet<ReleaseId>;

/** What a plan is compared by, besides its files. */
interface Facts {
  readonly now: Instant;
  readonly published: Published;
}

type WriteLetters = (changes: readonly PlanChange[], newDays: boolean) => readonly Delivery[];

/**
 * In the place of a version: no plan in force has it, so that the ledger lets nothing out by it.
 */
const RESTORED = 'restored';

/** So often another service may come before this one with a plan of its own. */
const ATTEMPTS = 5;

/** Holds the calendar in force. */
export class PlanService {
  readonly #paths: PlanPaths;
  readonly #channels: readonly string[];
  readonly #planStore: PlanStore;
  readonly #memory: Pick<PlanMemory, 'read' | 'note'>;
  #calendar: Calendar = EMPTY;
  #version = '';
  /** The last one that was in force without a doubt, as this process knows it. */
  #newest: GoodPlan | undefined;
  /** Of the newest plan that is known to have been in force: an older one is one that came back. */
  #seq = 0;
  /** The working days that the plan in force was dated by, and the same as one text. */
  #workdays = workdaysOfChina();
  #days = '';

  /** @param memory what the disk knows of the plan in force */
  constructor(
    paths: PlanPaths,
    channels: readonly string[],
    planStore: PlanStore,
    memory: Pick<PlanMemory, 'read' | 'note'>,
  ) {
    this.#paths = paths;
    this.#channels = channels;
    this.#planStore = planStore;
    this.#memory = memory;
  }

  calendar(): Calendar {
    return this.#calendar;
  }

  workdays(): Workdays {
    return this.#workdays;
  }

  /**
   * Names the plan that the calendar follows from: `plan-version` in Redis is the same while that
   * plan is in force. '' without one.
   */
  version(): string {
    return this.#version;
  }

  /** Takes up the plan in force, if it is another than before. @returns whether it is */
  async follow(): Promise<boolean> {
    const version = await this.#planStore.planVersion();
    if (version !== undefined && version === this.#version) {
      // It may not have been written, or be gone since.
      if (this.#newest) await this.#memory.note(this.#newest);
      return false;
    }
    const held = await this.#planStore.held();
    if (!held) return false;
    // Of a backup, or of a Redis that was set back: what the files say counts, and nothing goes out
    // before they are read.
    if (held.plan.restored) return this.#takeRestored(held.plan);
    if (this.#version === '') this.#seq = (await this.#memory.read())?.seq ?? 0;
    if (held.plan.seq !== undefined && held.plan.seq < this.#seq) {
      await this.#planStore.doubtPlan();
      return this.#takeRestored(held.plan);
    }
    if (held.version !== version) await this.#planStore.setVersion(held);
    if (held.version === this.#version) return false;
    this.#take(held.plan, held.version, readGood(held.plan), await this.#planStore.dateHistory());
    await this.#memory.note(held.plan);
    return true;
  }

  async #takeRestored(plan: GoodPlan): Promise<boolean> {
    if (this.#version === RESTORED) return false;
    this.#take(plan, RESTORED, readGood(plan), await this.#planStore.dateHistory());
    return true;
  }

  /**
   * Whether the files have to be put into force again: Redis was emptied, restored or set back
   * under this process.
   */
  async isLost(): Promise<boolean> {
    if (this.#version === '' || (await this.#planStore.planVersion()) !== undefined) return false;
    const held = await this.#planStore.held();
    return held === undefined || held.plan.restored === true;
  }

  #take(plan: GoodPlan, version: string, read: ReadPlan, history: Calendar['history']): void {
    this.#calendar = { ...read.calendar, history };
    this.#workdays = read.workdays;
    this.#days = daysOf(plan.files, plan.notices ?? NOTICES);
    this.#version = version;
    if (version === RESTORED) return;
    this.#newest = plan;
    this.#seq = plan.seq ?? 0;
  }

  /**
   * Puts the files on disk into force if nothing is wrong with them; otherwise nothing changes.
   * They are compared with the plan that is in force now, whoever put it there; after a failure the
   * plan in force is followed, whichever it is.
   * @param write letters about it. `newDays`: working days were announced or corrected since the
   *   plan before, so that these, and not the plan's text, may have moved dates
   */
  async apply(
    now: Instant | (() => Instant),
    published: Published | (() => Promise<Published>),
    write?: WriteLetters,
  ): Promise<Applied> {
    // Reading may take seconds, in which a release comes out: what counts is what is so when the
    // plans are compared.
    const facts = async (): Promise<Facts> => ({
      published: typeof published === 'function' ? await published() : published,
      now: typeof now === 'function' ? now() : now,
    });
    try {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        const applied = await this.#apply(facts, write);
        if (applied) return applied;
      }
      throw new BanliError(
        'plan-race',
        '计划正被别处反复修改 / the plan is being changed elsewhere, again and again',
      );
    } catch (error) {
      // It may be in force although writing it failed: the replicas have not confirmed it, or the
      // answer was lost.
      await this.follow().catch(() => false);
      throw error;
    }
  }

  /** @returns undefined where another plan came into force meanwhile */
  async #apply(facts: () => Promise<Facts>, write?: WriteLetters): Promise<Applied | undefined> {
    await this.follow();
    const held = await this.#planStore.held();
    if ((held === undefined || held.plan.restored) && (await this.#putBack(held))) return undefined;
    const sources = await readSources(this.#paths);
    const next = await readApart(sources, this.#channels, (...read) =>
      readNow(JSON.stringify(read)),
    );
    if (hasErrors(next.problems)) return { ok: false, problems: next.problems };
    if (held && (held.plan.restored ? RESTORED : held.version) !== this.#version) return undefined;
    const { now, published } = await facts();
    const { changes, problems, context } = compareWithForce(
      next,
      this.#calendar,
      now,
      published,
      held?.plan.restored,
    );
    if (hasErrors(problems)) return { ok: false, problems };
    const plan: GoodPlan = {
      files: [...next.files],
      at: now,
      seq: Math.max(held?.plan.seq ?? 0, this.#seq) + 1,
      notices: NOTICES,
      channels: [...this.#channels],
      // For good: what was due before this ledger was born is only looked up, however often the
      // plan changes.
      ...(held?.plan.restored || held?.plan.afterRestore ? { afterRestore: true } : {}),
    };
    if (held && !held.plan.restored && versionOf({ ...plan, at: held.plan.at }) === held.version)
      return { ok: true, changes, letters: [] };
    const days = daysOf(next.files, NOTICES);
    const newDays = this.#days !== '' && days !== this.#days;
    const letters = write?.(changes, newDays) ?? [];
    const moved = dateChanges(changes, context, now, newDays ? 'working-days' : 'plan');
    if (
      !(await this.#planStore.setPlan(
        plan,
        moved,
        letters,
        held?.mark ?? '',
        unpublishedIn(changes, published),
      ))
    )
      return undefined;
    this.#take(plan, versionOf(plan), next, await this.#planStore.dateHistory());
    await this.#memory.note(plan);
    return { ok: true, changes, letters: letters.map(({ id }) => id) };
  }

  /**
   * Redis does not know the plan that was in force: the one that the disk knows is in force again,
   * as it was, and what the files say is a change of that. @returns whether there is one, of no
   * earlier day than the one that came from a backup
   */
  async #putBack(held: HeldPlan | undefined): Promise<boolean> {
    const kept = await this.#memory.read();
    // This process may know a newer one than the disk.
    const plan = (kept?.seq ?? -1) >= (this.#newest?.seq ?? -1) ? kept : this.#newest;
    if (!plan || (held?.plan.seq ?? 0) > (plan.seq ?? 0)) return false;
    const { plans, problems } = readGood(plan);
    if (plans.length === 0 || hasErrors(problems)) return false;
    await this.#planStore.setPlan({ ...plan, afterRestore: true }, new Map(), [], held?.mark ?? '');
    return true;
  }
}

/**
 * The publications of what a plan changes, as the plan before it had them, of which nothing was
 * public.
 */
function unpublishedIn(changes: readonly PlanChange[], published: Published): PublicationId[] {
  const changed = changes.flatMap((change) =>
    'from' in change && !published.has(change.from.id) ? [change.from] : [],
  );
  return changed.flatMap(({ id, settings }) =>
    settings.channels.map((channel) => publicationId(id, channel)),
  );
}

/** Everything that says which days are worked, as one text. */
function daysOf(files: readonly SourceFile[], notices: Notices): string {
  return JSON.stringify([notices, files.filter(isWorkdays)]);
}
