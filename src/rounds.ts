// The regular rounds of a running service: plan files into force, ledger and queues in agreement, what is late or over told.
// Not for starting and stopping: service.ts.
import { randomUUID } from 'node:crypto';
import { settleIncidents } from './alerts/incidents.ts';
import { incidentLetter } from './alerts/letters/incident.ts';
import { settledLetter } from './alerts/letters/settled.ts';
import { clockTroubles, lateTroubles, sweep } from './alerts/sweep.ts';
import type { Trouble } from './alerts/sweep.ts';
import type { JournalEvent } from './ledger/journal.ts';
import type { Entry } from './ledger/ledger.ts';
import type { Incident, Letter } from './ledger/notebook.ts';
import type { Logger } from './log.ts';
import { longestLead, longestWindow } from './plan/calendar.ts';
import type { Calendar, Change, Instant, PublicationId, ReleaseId } from './plan/types.ts';
import { showProblem } from './plan/problems.ts';
import type { Problem } from './plan/problems.ts';
import { instant } from './plan/types.ts';
import { recover, restage } from './publish/tend.ts';
import { Reconciler } from './schedule/reconcile.ts';
import { announcedAt } from './site/model.ts';
import type { House } from './house.ts';
import { messageOf } from './words/error.ts';
import { wordsOf } from './words/index.ts';

/** Longer ahead than this nothing is armed, ms. */
const ARMED_MS = 10_000;

/** The rounds over one house. */
export class Rounds {
  readonly #house: House;
  readonly #log: Logger;
  readonly #signal: AbortSignal;
  readonly #reconciler: Reconciler;
  #applying: Promise<void> = Promise.resolve();
  /** Plans that the public can see. */
  #announced: number | undefined;
  #recovering = false;

  constructor(house: House, log: Logger, signal: AbortSignal) {
    this.#house = house;
    this.#log = log;
    this.#signal = signal;
    this.#reconciler = new Reconciler(house.ledger, house.queues);
  }

  /** Plan and ledger agree, and the queues hold what they must. */
  async reconcile(): Promise<void> {
    const { planner, heartbeat, clock, config } = this.#house;
    const calendar = planner.calendar();
    if (calendar.releases.length === 0) return;
    const done = await this.#reconciler.run(calendar, clock.now(), heartbeat.id);
    if (done.created + done.moved + done.cancelled > 0) this.#log.info(done, 'reconciled');
    await this.#showAnnounced(calendar);
    await this.restage();
    if (config.mail) await this.#post((await this.#house.notebook.letters()).map((letter) => letter.id));
  }

  /** On its day of announcement a plan becomes public. */
  async #showAnnounced(calendar: Calendar): Promise<void> {
    const announced = announcedAt(calendar, this.#house.clock.now()).plans.length;
    if (this.#announced !== undefined && this.#announced !== announced) await this.#house.press.refresh();
    this.#announced = announced;
  }

  /** Takes up what a dead worker held armed or in the middle of a call. Every process does this by itself, several times a second. */
  async recover(): Promise<void> {
    if (this.#recovering) return;
    this.#recovering = true;
    try {
      const { planner, ledger, clock, parts } = this.#house;
      const now = clock.now();
      const near = await ledger.open(instant(now - longestWindow(planner.calendar())), instant(now + ARMED_MS));
      await recover(parts, [...(await ledger.getAll([...near.keys()])).values()], this.#signal);
    } finally {
      this.#recovering = false;
    }
  }

  /** What is missed, what is over. */
  async sweep(): Promise<void> {
    const { planner, clock, heartbeat, journal, notebook } = this.#house;
    const calendar = planner.calendar();
    const troubles = sweep(calendar, await this.#nearEntries(), clock.now());
    for (const [key, trouble] of clockTroubles(await heartbeat.skews(), calendar.timezone)) troubles.set(key, trouble);
    const { events, last } = await journal.since(await notebook.sweptTo());
    const open = await notebook.incidents();
    const told = (release: ReleaseId): boolean =>
      ['missed', 'late'].some((kind) => open.has(`${kind}:${release}`)) || troubles.has(`missed:${release}`);
    for (const [key, trouble] of lateTroubles(calendar, publishedIn(events), told)) troubles.set(key, trouble);
    await this.#settle(troubles, (incident) => incident.kind !== 'plan');
    if (last !== undefined) await notebook.setSweptTo(last);
  }

  /** Content that changed is staged again. */
  async restage(): Promise<void> {
    await restage(this.#house.parts, await this.#nearEntries());
  }

  /** Puts the plan files into force, or tells the operators what is wrong with them. One after the other. */
  applyPlan(): Promise<void> {
    this.#applying = this.#applying.then(() => this.#applyPlan());
    return this.#applying;
  }

  async #applyPlan(): Promise<void> {
    const { planner, ledger, clock, journal, heartbeat, press, config } = this.#house;
    try {
      const applied = await planner.apply(clock.now(), await ledger.publishedReleases(), (changes, newDays) => this.#settled(changes, newDays));
      if (!applied.ok) return await this.#planRefused(applied.problems);
      if (applied.letter !== undefined && config.mail) await this.#post([applied.letter]);
      await this.#settle(new Map(), (incident) => incident.kind === 'plan');
      if (applied.changes.length === 0) return;
      const detail = applied.changes.slice(0, 200).map((change) => ({
        kind: change.kind,
        id: 'to' in change ? change.to.id : change.from.id,
        ...('to' in change && change.to.reason ? { reason: change.to.reason } : {}),
      }));
      await journal.append('plan-applied', config.paths.plan, heartbeat.id, clock.now(), detail);
      this.#log.info({ changes: applied.changes.length }, 'plan-applied');
      await this.reconcile();
      await press.refresh();
    } catch (error) {
      this.#log.error({ message: messageOf(error) }, 'plan-failed');
    }
  }

  /** Dates that hung on holidays not announced yet move by themselves, and operators hear of it. */
  #settled(changes: readonly Change[], newDays: boolean): Letter | undefined {
    const { config, clock } = this.#house;
    const written = newDays && config.mail ? settledLetter(wordsOf(config.language), config.bureau.zh, changes) : undefined;
    return written && { ...written, id: randomUUID(), at: clock.now() };
  }

  async #planRefused(problems: readonly Problem[]): Promise<void> {
    const { journal, heartbeat, clock, config } = this.#house;
    const words = wordsOf(config.language).plan;
    const text = problems.map((problem) => showProblem(problem, words)).join('\n');
    this.#log.error({ problems: text }, 'plan-refused');
    await journal.append('plan-refused', config.paths.plan, heartbeat.id, clock.now(), { problems: text });
    // Another mistake is another incident: its text is part of the key.
    const key = `plan:${text.length}:${text.slice(0, 200)}`;
    await this.#settle(
      new Map([[key, { kind: 'plan', subject: config.paths.plan, title: '', timezone: 'Asia/Shanghai', parts: [], text }]]),
      () => false,
    );
  }

  async #settle(troubles: ReadonlyMap<string, Trouble>, concerns: (incident: Incident) => boolean): Promise<void> {
    const { notebook, journal, clock, config } = this.#house;
    const letters = await settleIncidents(notebook, journal, troubles, concerns, clock.now(), (opened, closed, now) =>
      incidentLetter(wordsOf(config.language), config.bureau.zh, opened, closed, now),
    );
    if (config.mail) await this.#post(letters);
  }

  #post(letters: readonly string[]): Promise<void> {
    return this.#house.queues.add(
      'mail',
      letters.map((id) => ({ id, data: { letter: id }, at: this.#house.clock.now() })),
    );
  }

  /** Open publications whose stage time has come. */
  async #nearEntries(): Promise<Entry[]> {
    const { ledger, clock, planner } = this.#house;
    const near = await ledger.open(undefined, instant(clock.now() + longestLead(planner.calendar())));
    return [...(await ledger.getAll([...near.keys()])).values()];
  }
}

/** A worker's clock is off by less than this; by more, and time is simulated. */
const OFF_MS = 60_000;

/** When the journal says that publications came out: by Redis's own time of the entry, which no worker's clock can shift; in a rehearsal by its clock. */
function publishedIn(events: readonly JournalEvent[]): Map<PublicationId, Instant> {
  const published = new Map<PublicationId, Instant>();
  for (const { id, event, subject, at } of events) {
    const written = instant(Number(id.split('-')[0]));
    if (event === 'published') published.set(subject as PublicationId, Math.abs(written - at) < OFF_MS ? written : at);
  }
  return published;
}
