// The regular rounds of a running service: plan files into force, ledger and queues in agreement,
// what is late or over told. Not for starting and stopping: service/service.ts.

import type { SitePress } from '../channels/website.ts';
import { messagesFor } from '../i18n/index.ts';
import { messageOf } from '../lib/errors.ts';
import { doing } from '../lib/event-loop-watch.ts';
import { instant } from '../lib/instant.ts';
import type { EventLog } from '../lib/log-events.ts';
import { longestLead } from '../plan/calendar.ts';
import { type PlanIssue, showProblem } from '../plan/issues.ts';
import type { Calendar, PlanChange, PublicationId } from '../plan/types.ts';
import { DuePoller } from '../publish/poll-due.ts';
import { restage } from '../publish/restage.ts';
import { Reconciler } from '../queue/reconcile.ts';
import { announcedAt } from '../site/model.ts';
import { AlertMonitor } from './alert-monitor.ts';
import type { App } from './app.ts';
import { SiteKeeper } from './site-keeper.ts';

/** A spare edition is made while nothing is due for so long before and after, ms. */
const QUIET_MS = 10_000;
/** A plan is followed within so long of its being put into force, ms. */
const FOLLOWED_MS = 2000;
/**
 * A plan that Redis has lost is put into force again at once, and tried again after this where the
 * files are wrong, ms.
 */
const LOST_MS = 30_000;
/** Whoever died while the ledger began again holds up nobody for longer, ms. */
const BEGIN_MS = 10_000;
/** So many are named in one letter. */
const JOINED_SHOWN = 20;
/** Schedulers of regular rounds are looked for so often, ms. */
const SCHEDULERS_MS = 30_000;

/** What the rounds need of an app: a simulated site and memory do as well. */
export type MaintenanceApp = Omit<
  ConstructorParameters<typeof AlertMonitor>[0] & ConstructorParameters<typeof SiteKeeper>[0],
  'siteBuilder'
> &
  Pick<App, 'published' | 'reconcileContext' | 'shownUnknown'> & {
    readonly memory: Pick<App['memory'], 'note' | 'read' | 'wasLost'>;
    readonly siteBuilder: Pick<SitePress, 'current'> &
      Pick<App['siteBuilder'], 'ensure' | 'makePrebuilt' | 'nextChange' | 'refresh'>;
  };

/** The regular rounds over one app. */
export class Maintenance {
  readonly #app: MaintenanceApp;
  readonly #log: EventLog;
  readonly #reconciler: Reconciler;
  readonly monitor: AlertMonitor;
  #applying: Promise<void> = Promise.resolve();
  /**
   * The plan, by its version, that ledger and site were last brought into agreement with by this
   * process.
   */
  #agreed = '';
  /** Plans that the public can see. */
  #announced: number | undefined;
  readonly #duePoller: DuePoller;
  readonly #siteKeeper: SiteKeeper;
  readonly #refused: (problems: readonly PlanIssue[]) => void;
  /** The plan files could not be put into force, though nobody has said that they are wrong. */
  #failed = false;
  #wasRefused = false;
  #polling = false;
  #scheduledAt = Number.NEGATIVE_INFINITY;
  #lostAt = Number.NEGATIVE_INFINITY;

  constructor(
    app: MaintenanceApp,
    log: EventLog,
    signal: AbortSignal,
    refused: (problems: readonly PlanIssue[]) => void = () => undefined,
  ) {
    this.#refused = refused;
    this.#app = app;
    this.#log = log;
    this.#reconciler = new Reconciler(app.ledger, app.queues, (now) => app.reconcileContext(now));
    this.#duePoller = new DuePoller(app.publishDeps, signal, (error) =>
      log.warn({ message: messageOf(error) }, 'attend'),
    );
    this.monitor = new AlertMonitor(app);
    this.#siteKeeper = new SiteKeeper(app, log, this.monitor);
  }

  /** Plan and ledger agree, and the queues hold what they must. */
  async reconcile(): Promise<void> {
    await this.#reconcile();
  }

  /** @returns false where the ledger begins again: then the plan has to be put into force first */
  async #reconcile(): Promise<boolean> {
    const { planService, heartbeat, clock, ledger } = this.#app;
    const shown = await this.#app.shownUnknown();
    if (shown.length > 0 || (await ledger.hasForgotten())) {
      await this.#beginAgain(shown);
      return false;
    }
    // Another process may have put another plan into force since.
    await planService.follow();
    const [calendar, version] = [planService.calendar(), planService.version()];
    if (calendar.releases.length === 0) return true;
    const done = await this.#reconciler.run(calendar, clock.now(), heartbeat.id, version);
    if (done.created + done.moved + done.cancelled > 0) this.#log.info(done, 'reconciled');
    await this.#showAnnounced(calendar);
    await this.restage();
    await this.monitor.letters.repost();
    return true;
  }

  /** On its day of announcement a plan becomes public. */
  async #showAnnounced(calendar: Calendar): Promise<void> {
    const announced = announcedAt(calendar, this.#app.clock.now()).plans.length;
    if (this.#announced !== undefined && this.#announced !== announced)
      await this.#app.siteBuilder.refresh();
    this.#announced = announced;
  }

  /**
   * Once a second, by each process itself: what the ledger says is to be done by now and no job has
   * come for, what a dead worker left; whether the ledger has forgotten anything; whether the
   * regular rounds are still in the queues.
   * @param site whether this process looks after the public site as well
   */
  async poll(site = true): Promise<void> {
    if (this.#polling) return;
    this.#polling = true;
    try {
      const { ledger, clock, siteBuilder, memory } = this.#app;
      // What other processes have seen, too.
      ledger.remember(await memory.read());
      if (await ledger.hasForgotten()) await this.#beginAgain();
      await memory.note(ledger.seen);
      await this.#duePoller.poll();
      if (site) await this.#siteKeeper.keepOrTell();
      const now = clock.now();
      // A good moment is one with no T near it.
      if ((await ledger.open(instant(now - QUIET_MS), instant(now + QUIET_MS))).size === 0)
        void siteBuilder.makePrebuilt();
      if (now - this.#scheduledAt >= SCHEDULERS_MS) {
        await this.#app.queues.keepSchedules();
        this.#scheduledAt = now;
      }
    } finally {
      this.#polling = false;
    }
  }

  /** Resolves once what was polled is done. */
  idle(): Promise<void> {
    return this.#duePoller.idle();
  }

  /**
   * Redis knows less than it has told, or than the site shows: it was lost or set back. What was
   * due by now is only looked up from here on.
   */
  async #beginAgain(shown: readonly PublicationId[] = []): Promise<void> {
    const { ledger, clock, heartbeat, journal, incidents, planStore, memory } = this.#app;
    memory.wasLost = true;
    // One of several who notice; the others see that it is done, or do it again for what only they
    // have seen.
    const marked = await incidents.alone('begin-again', BEGIN_MS, async () => {
      // Its plan may be one of before: the files are read again before anything is let out.
      await planStore.doubtPlan();
      return ledger.beginAgain(clock.now(), heartbeat.id, shown);
    });
    this.#agreed = '';
    if (marked === undefined) return;
    this.#log.error({ marked }, 'ledger-forgot');
    await journal.append('ledger-forgot', '', heartbeat.id, clock.now(), { marked });
    await this.monitor.letters.tell(({ letters }) => [
      letters.rebornHead('rolled-back'),
      letters.rebornNotice(marked),
    ]);
  }

  /** What is missed or at risk, what is over. */
  sweep(): Promise<void> {
    return this.monitor.sweep();
  }

  /** Whether the channels are ready. */
  preflight(): Promise<void> {
    return this.monitor.preflight();
  }

  /** Files of the content folder changed. */
  contentChanged(): Promise<void> {
    this.monitor.contentChanged();
    return this.restage();
  }

  /** Content that changed is staged again. */
  async restage(): Promise<void> {
    await restage(
      this.#app.publishDeps,
      await this.monitor.entries(longestLead(this.#app.planService.calendar())),
    );
  }

  /**
   * Takes up a plan that another process put into force: the desk, which brings ledger and site
   * into agreement itself. Should it have ended in the middle, this one does; what is done already
   * costs a look.
   */
  follow(): Promise<void> {
    this.#applying = this.#applying.then(() => this.#follow());
    return this.#applying;
  }

  async #follow(): Promise<void> {
    const { planService, siteBuilder, clock, ledger } = this.#app;
    try {
      if (await ledger.hasForgotten()) await this.#beginAgain();
      // Redis was emptied, restored or set back: the files are put into force again, and nothing is
      // let out before.
      if (await planService.isLost()) {
        // Files that are wrong stay wrong until somebody saves them; then they are put into force
        // by that.
        if (Math.abs(clock.now() - this.#lostAt) < LOST_MS) return;
        this.#lostAt = clock.now();
        await this.#applyPlan();
        if (!(await planService.isLost())) this.#lostAt = Number.NEGATIVE_INFINITY;
        return;
      }
      if (this.#failed) return await this.#applyPlan();
      await planService.follow();
      const version = planService.version();
      if (version === this.#agreed) return;
      const at = clock.now();
      if (!(await doing('follow the plan', () => this.#reconcile()))) return;
      const edition = (await siteBuilder.current().catch(() => undefined))?.edition;
      // An edition is named by its instant.
      if (edition === undefined || Number(edition.split('-')[0]) < at - FOLLOWED_MS)
        await doing('render the site', () => siteBuilder.refresh());
      this.#agreed = version;
    } catch (error) {
      this.#log.warn({ message: messageOf(error) }, 'plan-follow');
    }
  }

  /**
   * Puts the plan files into force, or tells the operators what is wrong with them. One after the
   * other.
   */
  applyPlan(): Promise<void> {
    this.#applying = this.#applying.then(() => doing('apply the plan', () => this.#applyPlan()));
    return this.#applying;
  }

  async #applyPlan(): Promise<void> {
    const { planService, clock, journal, heartbeat, siteBuilder, config } = this.#app;
    this.#failed = false;
    try {
      const applied = await planService.apply(
        () => clock.now(),
        () => this.#app.published(),
        (changes, newDays) => (newDays ? this.monitor.letters.settledLetters(changes) : []),
      );
      if (!applied.ok) return await this.#planRefused(applied.problems);
      await this.monitor.letters.post(applied.letters);
      await this.monitor.planSound();
      if (this.#wasRefused) this.#refused([]);
      this.#wasRefused = false;
      // The same files as before, and everything has been brought into agreement with them: also if
      // their first answer was lost.
      if (applied.changes.length === 0 && this.#agreed === planService.version()) return;
      const detail = applied.changes.slice(0, 200).map((change) => ({
        kind: change.kind,
        id: 'to' in change ? change.to.id : change.from.id,
        ...('to' in change && change.to.reason ? { reason: change.to.reason } : {}),
      }));
      await journal.append('plan-applied', config.paths.plan, heartbeat.id, clock.now(), detail);
      await this.#tellJoined(applied.changes);
      this.#log.info({ changes: applied.changes.length }, 'plan-applied');
      const agrees = await this.#reconcile();
      await siteBuilder.refresh();
      if (agrees) this.#agreed = planService.version();
    } catch (error) {
      // What the replicas have not confirmed may be gone again; what Redis did not take is still on
      // disk.
      this.#failed = true;
      this.#log.error({ message: messageOf(error) }, 'plan-failed');
    }
  }

  /**
   * Channels that join a release after its time go out by a person's hand alone: nobody is to wait
   * for them in vain.
   */
  async #tellJoined(changes: readonly PlanChange[]): Promise<void> {
    const now = this.#app.clock.now();
    const joined = changes.flatMap((change) => {
      if (
        !('from' in change) ||
        !('to' in change) ||
        change.to.status === 'cancelled' ||
        change.to.due > now
      )
        return [];
      const { from, to } = change;
      const channels = to.settings.channels.filter(
        (name) => !from.settings.channels.includes(name),
      );
      return channels.length > 0 && from.due <= now ? [{ release: to, channels }] : [];
    });
    if (joined.length === 0) return;
    await this.monitor.letters.tell((words) => {
      const each = joined.map(
        ({ release, channels }) =>
          `${release.name.zh}（${release.id}）：${channels.map(words.channel).join('、')}`,
      );
      return [
        words.letters.joinedHead,
        words.letters.joinedFact(
          each.slice(0, JOINED_SHOWN),
          Math.max(0, each.length - JOINED_SHOWN),
        ),
      ];
    });
  }

  async #planRefused(problems: readonly PlanIssue[]): Promise<void> {
    const { journal, heartbeat, clock, config } = this.#app;
    const words = messagesFor(config.language).plan;
    const text = problems.map((problem) => showProblem(problem, words)).join('\n');
    this.#log.error({ problems: text }, 'plan-refused');
    this.#refused(problems);
    this.#wasRefused = true;
    await journal.append('plan-refused', config.paths.plan, heartbeat.id, clock.now(), {
      problems: text,
    });
    await this.monitor.planRefused(text);
  }
}
