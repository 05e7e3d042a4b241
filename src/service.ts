// The composition root of a running service: starts and stops the house's work in order. Not for any part's own work.
import { join } from 'node:path';
import { mailJob } from '../jobs/mail.ts';
import { releaseJob } from '../jobs/release.ts';
import { stageJob } from '../jobs/stage.ts';
import { tendJob } from '../jobs/tend.ts';
import { verifyJob } from '../jobs/verify.ts';
import type { Config } from './config.ts';
import { actPages } from './desk/acts.ts';
import { deskApps } from './desk/index.ts';
import { openHouse } from './house.ts';
import type { House } from './house.ts';
import type { Logger } from './log.ts';
import { watchFiles } from './planner.ts';
import { Rounds } from './rounds.ts';
import { startWeb } from './site/server.ts';
import type { WebServer } from './site/server.ts';
import { requestAcknowledgement, watchdogIncidents } from './watchdog/store.ts';
import { messageOf } from './words/error.ts';
import { wordsOf } from './words/index.ts';

/** How often each process asks the ledger what is to be done. */
const POLL_MS = 1000;
/** How often channels that were not ready are asked again. */
const PREFLIGHT_MS = 600_000;

/** A running service. */
export interface Service {
  readonly house: House;
  readonly web: WebServer | undefined;
  stop(): Promise<void>;
}

/** What a process does: `start` all of it, `worker` only works on what the plan in force asks. */
export interface Roles {
  readonly plan: boolean;
  readonly web: boolean;
}

/** Starts the service: plan in force, ledger and queues in agreement, workers, and the site. */
export async function startService(config: Config, roles: Roles, log: Logger): Promise<Service> {
  const words = wordsOf(config.language);
  const house = await openHouse(config, { log });
  const stopping = new AbortController();
  const closers: (() => Promise<void>)[] = [];
  try {
    const rounds = new Rounds(house, log, stopping.signal);
    await house.heartbeat.start();
    await house.planner.follow();
    if (roles.plan) {
      const plan = await watchFiles([config.paths.plan, config.paths.workdays], () => void rounds.applyPlan());
      const content = await watchFiles(
        [config.paths.content],
        () => void rounds.contentChanged().catch((error: unknown) => log.warn({ message: messageOf(error) }, 'restage')),
      );
      closers.push(
        () => plan.close(),
        () => content.close(),
      );
      await rounds.applyPlan();
    }
    if (roles.plan) await house.press.refresh();
    work(house, rounds, stopping.signal);
    await rounds.reconcile();
    const polling = setInterval(() => void rounds.poll().catch((error: unknown) => log.warn({ message: messageOf(error) }, 'poll')), POLL_MS);
    closers.push(() => Promise.resolve(clearInterval(polling)));
    await house.queues.every('tend', 'sweep', config.schedule.sweep, { kind: 'sweep' });
    await house.queues.every('tend', 'reconcile', config.schedule.reconcile, { kind: 'reconcile' });
    await house.queues.every('tend', 'preflight', PREFLIGHT_MS, { kind: 'preflight' });
    if (!roles.plan) {
      const timer = setInterval(
        () => void house.planner.follow().catch((error: unknown) => log.warn({ message: messageOf(error) }, 'plan-follow')),
        1000,
      );
      closers.push(() => Promise.resolve(clearInterval(timer)));
    }
    const web = roles.web
      ? await startWeb({
          root: join(config.paths.var, 'site', 'current'),
          host: config.site.host,
          port: config.site.port,
          words,
          more: new Map([
            ['/act', actPages({ ...house, words, bureau: config.bureau.zh })],
            ...deskApps({
              house,
              words,
              applyPlan: () => rounds.applyPlan(),
              contentChanged: () => rounds.contentChanged(),
              log: (error, where) => log.error({ message: messageOf(error), where }, 'desk'),
              tell: (say) => rounds.alarm.tell(say),
              watchdog: {
                incidents: async () => [...(await watchdogIncidents(join(config.paths.var, 'watchdog'))).values()],
                acknowledge: (id, by) => requestAcknowledgement(join(config.paths.var, 'watchdog'), id, by),
              },
            }),
          ]),
        })
      : undefined;
    await house.journal.append('service-started', '', house.heartbeat.id, house.clock.now());
    log.info({ worker: house.heartbeat.id, port: web?.port }, 'started');
    return {
      house,
      web,
      async stop() {
        stopping.abort();
        await Promise.allSettled(closers.map((close) => close()));
        await web?.close();
        await within(300, () => rounds.idle());
        await house.queues.close(1200);
        await within(300, async () => {
          await house.journal.append('service-stopped', '', house.heartbeat.id, house.clock.now());
          await house.heartbeat.stop();
        });
        await within(500, () => house.close());
        log.info('stopped');
      },
    };
  } catch (error) {
    stopping.abort();
    await Promise.allSettled(closers.map((close) => close()));
    await house.close();
    throw error;
  }
}

/** Waits for a last act, but no longer than this: with Redis gone there is nothing to wait for. Rejections are nobody's business any more. */
async function within(ms: number, act: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((done) => {
    timer = setTimeout(done, ms);
  });
  await Promise.race([act().catch(() => undefined), limit]);
  clearTimeout(timer);
}

/** Who does what when a queue's job comes due. */
export function work(house: House, rounds: Rounds, signal: AbortSignal): void {
  const { queues, parts, incidents, journal, clock, ways, heartbeat, config } = house;
  queues.work('stage', 8, stageJob(parts, signal));
  queues.work('release', 64, releaseJob(parts, signal));
  queues.work('verify', 16, verifyJob(parts, signal));
  // A channel that does not answer its daily question must not hold up the sweep.
  queues.work('tend', 3, tendJob(rounds));
  const office = { book: incidents, journal, people: config.alerts.people, ways, clock, actor: heartbeat.id };
  queues.work(
    'mail',
    2,
    mailJob(office, (delivery, at) => rounds.alarm.postAt(delivery, at)),
  );
}
