// The composition root of a running service: starts and stops the app's work in order. Not for
// any part's own work.
import { setMaxListeners } from 'node:events';
import { mailJob } from '../../jobs/mail.ts';
import { maintenanceJob } from '../../jobs/maintenance.ts';
import { releaseJob } from '../../jobs/release.ts';
import { stageJob } from '../../jobs/stage.ts';
import { verifyJob } from '../../jobs/verify.ts';
import { askChannel } from '../alerts/channel-readiness.ts';
import { type App, openApp } from '../app/app.ts';
import { configChange, takeSecrets } from '../app/config-changes.ts';
import { Maintenance } from '../app/maintenance.ts';
import type { Config } from '../config/load.ts';
import { putBack } from '../content/swap-folders.ts';
import { renameFormerStates } from '../ledger/former-states.ts';
import { messageOf } from '../lib/errors.ts';
import { doing, type LoopPause, watchLoop } from '../lib/event-loop-watch.ts';
import type { EventLog, LogEvent } from '../lib/log-events.ts';
import { closeFolders } from '../lib/private-folders.ts';
import { closeThreads } from '../lib/threads.ts';
import { watchFiles } from '../lib/watch-files.ts';
import type { PlanIssue } from '../plan/issues.ts';
import type { WebServer } from '../site/serve/server.ts';

/** How often each process asks the ledger what is to be done. */
const POLL_MS = 1000;
/** How often each process looks whether another plan is in force. */
const FOLLOW_MS = 1000;
/** A pause of the event loop that is a fault and not only slow, ms; told once in so long. */
const HELD = { ms: 2000, againMs: 3_600_000 };
/** How often the settings on disk are compared with those in force. */
const SETTINGS_MS = 10_000;
/** How often channels that were not ready are asked again. */
const PREFLIGHT_MS = 600_000;

/** A running service. */
export interface Service {
  readonly app: App;
  readonly web: WebServer | undefined;
  stop(): Promise<void>;
}

/**
 * What a process does: `banli start` keeps one that has plan and work, and one that has web;
 * `worker` has work alone.
 */
export interface Roles {
  /** Puts plan files and content into force as they change. */
  readonly plan: boolean;
  /** Works on what is due. */
  readonly work: boolean;
  /** Serves readers and operators. */
  readonly web: boolean;
}

/** What whoever starts a service has to do with it later. */
export interface Starter {
  /**
   * Told of plan files that are not put into force, now and later; of no problem once they are
   * right again.
   */
  readonly refused?: (problems: readonly PlanIssue[]) => void;
  /**
   * Has all processes of the service started anew, in a moment. Undefined where nobody keeps them.
   */
  readonly restart?: (() => void) | undefined;
}

/** Starts the service: plan in force, ledger and queues in agreement, workers, and the site. */
export async function startService(
  config: Config,
  roles: Roles,
  log: EventLog,
  { refused, restart }: Starter = {},
): Promise<Service> {
  await closeFolders(config.paths.var);
  await putBack(config.paths.content);
  const app = await openApp(config, { log });
  const stopping = new AbortController();
  // Everything under way listens to it, however much that is.
  setMaxListeners(0, stopping.signal);
  const closers: (() => Promise<void>)[] = [];
  try {
    const maintenance = new Maintenance(app, log, stopping.signal, refused);
    const every = (ms: number, name: LogEvent, act: () => Promise<unknown>): void => {
      const timer = setInterval(
        () => void act().catch((error: unknown) => log.warn({ message: messageOf(error) }, name)),
        ms,
      );
      closers.push(() => Promise.resolve(clearInterval(timer)));
    };
    if (roles.work) {
      await app.heartbeat.start();
      const loop = watchLoop({ onPause: told(maintenance, log, config) });
      closers.push(() => Promise.resolve(loop.stop()));
    }
    await app.planService.follow();
    if (roles.work) {
      await app.takeLeftAuthorizations();
      const renamed = await renameFormerStates(app.redis, app.ledger);
      if (renamed > 0) log.info({ renamed }, 'states-renamed');
    }
    if (roles.plan) {
      const failed = (error: unknown): void =>
        log.error({ message: messageOf(error) }, 'cannot-watch');
      const plan = await watchFiles(
        [config.paths.plan, config.paths.workdays],
        () => void maintenance.applyPlan(),
        { failed },
      );
      const content = await watchFiles(
        [config.paths.content],
        () =>
          void maintenance
            .contentChanged()
            .catch((error: unknown) => log.warn({ message: messageOf(error) }, 'restage')),
        { failed },
      );
      closers.push(
        () => plan.close(),
        () => content.close(),
      );
      await maintenance.applyPlan();
      await app.siteBuilder.refresh();
    }
    if (roles.work) {
      work(app, maintenance, stopping.signal);
      await maintenance.reconcile();
      every(POLL_MS, 'poll', () => maintenance.poll(roles.plan));
      await app.queues.every('maintenance', 'sweep', config.schedule.sweep, { kind: 'sweep' });
      await app.queues.every('maintenance', 'reconcile', config.schedule.reconcile, {
        kind: 'reconcile',
      });
      await app.queues.every('maintenance', 'preflight', PREFLIGHT_MS, { kind: 'preflight' });
    }
    every(SETTINGS_MS, 'settings', settingsWatch(app, log, roles));
    // What another process put into force: the desk's own, or a second service's.
    every(FOLLOW_MS, 'plan-follow', () =>
      roles.plan ? maintenance.follow() : app.planService.follow(),
    );
    // Loaded only where it is served: what people need, releases do without.
    const web = roles.web
      ? await (await import('./web.ts')).openWeb(app, maintenance, log, restart)
      : undefined;
    if (roles.work)
      await app.journal.append('service-started', '', app.heartbeat.id, app.clock.now());
    log.info({ worker: app.heartbeat.id, port: web?.port }, roles.work ? 'started' : 'web-started');
    return {
      app,
      web,
      async stop() {
        stopping.abort();
        await Promise.allSettled(closers.map((close) => close()));
        await web?.close();
        await within(300, () => maintenance.idle());
        await app.queues.close(1200);
        await within(300, async () => {
          if (!roles.work) return;
          await app.journal.append('service-stopped', '', app.heartbeat.id, app.clock.now());
          await app.heartbeat.stop();
        });
        await within(500, async () => {
          await app.close();
          await closeThreads();
        });
        log.info('stopped');
      },
    };
  } catch (error) {
    stopping.abort();
    await Promise.allSettled(closers.map((close) => close()));
    await app.close();
    throw error;
  }
}

/**
 * A secret that was replaced is taken over by each process. Other settings take effect after a
 * restart: that they were changed, or could not be read then, is said once for each change, by one
 * process.
 */
function settingsWatch(app: App, log: EventLog, roles: Roles): () => Promise<void> {
  const { config, transports, clock } = app;
  let said = '';
  return async () => {
    const change = configChange(config);
    const secrets = change.what === 'changed' ? change.secrets : [];
    if (secrets.length > 0) takeSecrets(config, secrets, transports, clock);
    const now =
      change.what === 'changed'
        ? change.parts.join(', ')
        : change.what === 'wrong'
          ? change.message
          : '';
    if (roles.plan && secrets.length > 0)
      log.info({ secrets: secrets.join(', ') }, 'secrets-taken');
    if (roles.plan && now !== said && now !== '')
      if (change.what === 'changed') log.warn({ parts: now }, 'settings-changed');
      else log.error({ message: now }, 'settings-wrong');
    said = now;
    // Whether the new one is right is known at once, and what waited for it goes on.
    if (roles.work) await askAnew(app, secrets);
  };
}

/**
 * The channels whose secrets were replaced are asked. A token that was put into the configuration
 * just now counts, and none that was authorised before.
 */
async function askAnew(app: App, secrets: readonly string[]): Promise<void> {
  for (const secret of secrets)
    if (/^channels\.[^.]+\.accessToken$/.test(secret))
      await app.forgetAuthorization(secret.split('.')[1] ?? '');
  for (const name of new Set(
    secrets.flatMap((secret) => /^channels\.([^.]+)\./.exec(secret)?.[1] ?? []),
  )) {
    const channel = app.channels.get(name);
    if (channel) await askChannel(app, channel, (await app.preflights.all()).get(channel.name));
  }
}

/**
 * A pause of the event loop goes into the log; one that makes a release clearly late is told to
 * people too.
 */
function told(maintenance: Maintenance, log: EventLog, config: Config): (pause: LoopPause) => void {
  let last = Number.NEGATIVE_INFINITY;
  return ({ ms, busyMs, doing: doings }) => {
    const what = doings.join(', ');
    log.warn({ ms: Math.round(ms), busyMs: Math.round(busyMs), doing: what }, 'pause');
    if (
      ms < HELD.ms ||
      performance.now() - last < HELD.againMs ||
      config.alerts.people.length === 0
    )
      return;
    last = performance.now();
    void maintenance.monitor.letters
      .tell((words) => words.cli.loopHeld(Math.round(ms / 1000), what, busyMs > ms / 2))
      .catch((error: unknown) => log.error({ message: messageOf(error) }, 'pause-untold'));
  };
}

/**
 * Waits for a last act, but no longer than this: with Redis gone there is nothing to wait for.
 * Rejections are nobody's business any more.
 */
async function within(ms: number, act: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((done) => {
    timer = setTimeout(done, ms);
  });
  await Promise.race([act().catch(() => undefined), limit]);
  clearTimeout(timer);
}

/** Who does what when a queue's job comes due. */
export function work(app: App, maintenance: Maintenance, signal: AbortSignal): void {
  const { queues, publishDeps, incidents, journal, clock, transports, heartbeat, config } = app;
  const named = (queue: string, job: (data: unknown) => Promise<void>) => (data: unknown) =>
    doing(queue, () => job(data));
  queues.work('stage', 8, named('stage', stageJob(publishDeps, signal)));
  queues.work('release', 64, named('release', releaseJob(publishDeps, signal)));
  queues.work('verify', 16, named('verify', verifyJob(publishDeps, signal)));
  // A channel that does not answer its daily question must not hold up the sweep.
  queues.work('maintenance', 3, named('maintenance', maintenanceJob(maintenance)));
  const office = {
    book: incidents,
    journal,
    people: config.alerts.people,
    ways: transports,
    clock,
    actor: heartbeat.id,
  };
  queues.work(
    'mail',
    2,
    mailJob(office, (delivery, at) => maintenance.monitor.letters.postAt(delivery, at)),
  );
}
