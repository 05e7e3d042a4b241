// Looks after the public site of a running service: whole, up to date, and with every page that the
// ledger knows to be public. Not for making an edition: site/editions/.

import { plainCondition } from '../alerts/conditions.ts';
import { messageOf } from '../lib/errors.ts';
import type { EventLog } from '../lib/log-events.ts';
import type { AlertMonitor } from './alert-monitor.ts';
import type { App } from './app.ts';

/** Whoever died while it put pages back holds up nobody for longer, ms. */
const TURN_MS = 10_000;
/** The site is compared with the ledger so often, ms. */
const COMPARE_MS = 60_000;
/** A site that cannot be looked after is told after so long, ms. */
const BLIND_MS = 120_000;
/** What that incident is about: no release of its own. */
const SITE_FOLDER = 'site';
/**
 * What could not be shown again is tried after so long, ms: somebody may have brought its content
 * back.
 */
const IN_VAIN_MS = 600_000;

type KeeperApp = Pick<
  App,
  | 'clock'
  | 'planService'
  | 'config'
  | 'journal'
  | 'heartbeat'
  | 'incidents'
  | 'compareRecord'
  | 'lostPages'
  | 'putBackPages'
> & { readonly siteBuilder: Pick<App['siteBuilder'], 'ensure' | 'nextChange' | 'refresh'> };

export class SiteKeeper {
  readonly #app: KeeperApp;
  readonly #log: EventLog;
  readonly #monitor: Pick<AlertMonitor, 'report' | 'clear' | 'letters'>;
  /** Since when this process cannot look after the site, and whether people know. */
  #blindSince: { at: number; told: boolean } | 'no' | undefined;
  #comparedAt = Number.NEGATIVE_INFINITY;
  /** What could not be shown again, and when that was tried last. */
  #inVain = { what: '', at: Number.NEGATIVE_INFINITY };

  constructor(
    app: KeeperApp,
    log: EventLog,
    monitor: Pick<AlertMonitor, 'report' | 'clear' | 'letters'>,
  ) {
    this.#app = app;
    this.#log = log;
    this.#monitor = monitor;
  }

  /**
   * A site that cannot be looked after keeps nothing else from being done, and is told where that
   * lasts.
   */
  async keepOrTell(): Promise<void> {
    const { clock, planService, config } = this.#app;
    const cause = { kind: 'channel' as const, subject: SITE_FOLDER };
    try {
      await this.#keep();
      // Another process, or this one before it was started again, may have told it.
      if (this.#blindSince !== 'no') await this.#monitor.clear(cause);
      this.#blindSince = 'no';
    } catch (error) {
      const message = messageOf(error);
      const now = clock.now();
      const blind =
        typeof this.#blindSince === 'object' ? this.#blindSince : { at: now, told: false };
      this.#blindSince = blind;
      this.#log.error({ message, folder: config.paths.var }, 'site-unkept');
      if (blind.told || now - blind.at < BLIND_MS) return;
      await this.#monitor.report(
        plainCondition(cause, planService.calendar().timezone, {
          what: 'channel-unready',
          code: 'site-folder',
          detail: message,
        }),
      );
      blind.told = true;
    }
  }

  /** The public site is whole, and says what it has to say by now. */
  async #keep(): Promise<void> {
    const { siteBuilder, clock, journal, heartbeat } = this.#app;
    if (clock.now() - this.#comparedAt >= COMPARE_MS) {
      this.#comparedAt = clock.now();
      await this.#putBackPages();
    }
    if ((await siteBuilder.ensure()) === 'restored') {
      this.#log.error('site-restored');
      await journal.append('site-restored', '', heartbeat.id, clock.now());
      await this.#monitor.letters.tell((words) => [
        words.letters.siteRestoredHead,
        words.letters.siteRestoredFact,
      ]);
    }
    const at = siteBuilder.nextChange();
    if (at !== undefined && at <= clock.now()) await siteBuilder.refresh();
  }

  /**
   * What the ledger has public and the site has lost; what cannot be shown again the sweep tells.
   */
  async #putBackPages(): Promise<void> {
    const { incidents, journal, heartbeat, clock } = this.#app;
    // One process at a time: what two of them put back would be rendered twice.
    await incidents.alone('compare-record', TURN_MS, () => this.#app.compareRecord());
    const lost = await this.#app.lostPages();
    if (!lost) return;
    const all = lost.pages.length + lost.tombstones.length;
    const what = JSON.stringify(lost);
    if (all === 0 || (what === this.#inVain.what && clock.now() - this.#inVain.at < IN_VAIN_MS))
      return;
    const back = await incidents.alone('put-back', TURN_MS, () => this.#app.putBackPages(lost));
    this.#inVain = { what: JSON.stringify(await this.#app.lostPages()), at: clock.now() };
    if (!back) return;
    this.#log.error({ lost: all, back }, 'pages-put-back');
    await journal.append('pages-put-back', '', heartbeat.id, clock.now(), { lost: all, back });
  }
}
