// The composition root: makes the parts, hands them to each other, starts and stops them in order. Not for any part's own work.
import { join } from 'node:path';
import { mailJob } from '../jobs/mail.ts';
import { releaseJob } from '../jobs/release.ts';
import { stageJob } from '../jobs/stage.ts';
import { tendJob } from '../jobs/tend.ts';
import { verifyJob } from '../jobs/verify.ts';
import { settleIncidents } from './alerts/incidents.ts';
import { incidentLetter } from './alerts/letters/incident.ts';
import { mailer as makeMailer } from './alerts/mail.ts';
import type { Mailer } from './alerts/mail.ts';
import { sweep } from './alerts/sweep.ts';
import type { Trouble } from './alerts/sweep.ts';
import { webhookChannel } from './channels/webhook.ts';
import { websiteChannel } from './channels/website.ts';
import { wechatChannel } from './channels/wechat/channel.ts';
import { weiboChannel } from './channels/weibo.ts';
import type { Channel } from './channels/channel.ts';
import type { ChannelConfig, Config } from './config.ts';
import { loadBundle } from './content/bundle.ts';
import { flawsFor } from './content/checks.ts';
import { itemOf } from './content/item.ts';
import { Journal } from './ledger/journal.ts';
import { Ledger } from './ledger/ledger.ts';
import type { Entry } from './ledger/ledger.ts';
import { Notebook } from './ledger/notebook.ts';
import type { Incident } from './ledger/notebook.ts';
import { Heartbeat } from './ledger/workers.ts';
import type { Logger } from './log.ts';
import { longestLead } from './plan/calendar.ts';
import { instant } from './plan/types.ts';
import { showProblem } from './plan/problems.ts';
import type { Problem } from './plan/problems.ts';
import { Planner, watchFiles } from './planner.ts';
import type { Parts, Wake } from './publish/parts.ts';
import { recover, restage } from './publish/tend.ts';
import { openRedis } from './redis/connection.ts';
import type { RedisHandle } from './redis/connection.ts';
import { tokenStore } from './redis/tokens.ts';
import { systemClock } from './schedule/clock.ts';
import type { Clock } from './schedule/clock.ts';
import { Queues } from './schedule/queues.ts';
import { Reconciler, waveJob } from './schedule/reconcile.ts';
import { Press } from './site/edition.ts';
import { startWeb } from './site/server.ts';
import type { WebServer } from './site/server.ts';
import { messageOf } from './words/error.ts';
import { wordsOf } from './words/index.ts';

/** Everything that commands and the running service share: Redis open, nothing running yet. */
export interface House {
  readonly config: Config;
  readonly redis: RedisHandle;
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly notebook: Notebook;
  readonly planner: Planner;
  readonly queues: Queues;
  readonly press: Press;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly parts: Parts;
  readonly heartbeat: Heartbeat;
  readonly clock: Clock;
  close(): Promise<void>;
}

/** Opens Redis and makes the parts. @throws BanliError when Redis can't be used */
export async function openHouse(config: Config, options: { log: Logger; clock?: Clock }): Promise<House> {
  const clock = options.clock ?? systemClock;
  const warn = (message: string): void => options.log.warn({ message }, 'redis');
  const redis = await openRedis(
    { external: config.redis, folder: join(config.paths.var, 'redis'), prefix: config.prefix },
    { stopWhenLast: true, log: warn },
  );
  const ledger = new Ledger(redis);
  const notebook = new Notebook(redis);
  const heartbeat = new Heartbeat(redis, warn);
  const queues = new Queues(redis, () => clock.now(), warn);
  const planner = new Planner(config.paths, [...config.channels.keys()], notebook);
  const press = new Press(
    join(config.paths.var, 'site'),
    () => planner.calendar(),
    { bureau: config.bureau, publicUrl: config.site.publicUrl, sample: config.site.sample },
    clock,
  );
  const channels = makeChannels(config, press, redis, clock);
  const parts: Parts = {
    ledger,
    channels,
    clock,
    calendar: () => planner.calendar(),
    workers: heartbeat,
    wake: wakeOf(queues),
    log: (event, fields) => options.log.info(fields, event),
    load: (release) => loadBundle(config.paths.content, release),
    itemOf: (release, bundle, channel) => itemOf(release, bundle, channel, { url: press.urlOf(release.id), bureau: config.bureau.zh }),
    flawsFor: (channel, item, bundle) => {
      const own = config.channels.get(channel.name);
      return flawsFor(channel.kind, item, bundle, own?.kind === 'weibo' ? { safeDomain: own.safeDomain } : {});
    },
    approvals: (release, digest) => notebook.approvals(release, digest),
    clockLag: () => heartbeat.clockLag(),
  };
  return {
    config,
    redis,
    ledger,
    notebook,
    planner,
    queues,
    press,
    channels,
    parts,
    heartbeat,
    clock,
    journal: new Journal(redis),
    async close() {
      await queues.close(1200);
      await redis.close();
    },
  };
}

function makeChannels(config: Config, press: Press, redis: RedisHandle, clock: Clock): Map<string, Channel> {
  return new Map([...config.channels].map(([name, one]) => [name, makeChannel(name, one, { press, redis, clock })]));
}

function makeChannel(name: string, one: ChannelConfig, { press, redis, clock }: { press: Press; redis: RedisHandle; clock: Clock }): Channel {
  switch (one.kind) {
    case 'website':
      return websiteChannel(name, press, clock);
    case 'http':
      return webhookChannel(name, one, clock);
    case 'wechat':
      return wechatChannel(name, one, tokenStore(redis, name), clock);
    case 'weibo':
      return weiboChannel(name, one, clock);
  }
}

function wakeOf(queues: Queues): Wake {
  return {
    stage: (publication, at) => queues.add('stage', [{ id: publication, data: { publication }, at }]),
    release: (channel, due, notBefore) => queues.add('release', [waveJob(channel, due, notBefore)]),
    verify: (publication, look, at) => queues.add('verify', [{ id: `${publication}~${look}~${at}`, data: { publication, look }, at }]),
  };
}

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
        () => void rounds.restage().catch((error: unknown) => log.warn({ message: messageOf(error) }, 'restage')),
      );
      closers.push(
        () => plan.close(),
        () => content.close(),
      );
      await rounds.applyPlan();
    }
    const mailer = config.mail && makeMailer(config.mail);
    if (roles.plan) await house.press.refresh();
    work(house, rounds, mailer, stopping.signal);
    await rounds.reconcile();
    await house.queues.every('tend', 'sweep', config.schedule.sweep, { kind: 'sweep' });
    await house.queues.every('tend', 'reconcile', config.schedule.reconcile, { kind: 'reconcile' });
    if (!roles.plan) {
      const timer = setInterval(
        () => void house.planner.follow().catch((error: unknown) => log.warn({ message: messageOf(error) }, 'plan-follow')),
        1000,
      );
      closers.push(() => Promise.resolve(clearInterval(timer)));
    }
    const web = roles.web
      ? await startWeb({ root: join(config.paths.var, 'site', 'current'), host: config.site.host, port: config.site.port, words })
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
        mailer?.close();
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

function work(house: House, rounds: Rounds, mailer: Mailer | undefined, signal: AbortSignal): void {
  const { queues, parts } = house;
  queues.work('stage', 8, stageJob(parts, signal));
  queues.work('release', 64, releaseJob(parts, signal));
  queues.work('verify', 16, verifyJob(parts, signal));
  queues.work('tend', 1, tendJob(rounds));
  if (mailer)
    queues.work('mail', 1, mailJob({ notebook: house.notebook, journal: house.journal, mailer, clock: house.clock, worker: house.heartbeat.id }));
}

/** The regular rounds of a running service. */
class Rounds {
  readonly #house: House;
  readonly #log: Logger;
  readonly #signal: AbortSignal;
  readonly #reconciler: Reconciler;
  #applying: Promise<void> = Promise.resolve();

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
    await this.restage();
    if (config.mail) await this.#post((await this.#house.notebook.letters()).map((letter) => letter.id));
  }

  /** What a dead worker left, what is missed, what is over. */
  async sweep(): Promise<void> {
    const { planner, ledger, clock, parts } = this.#house;
    const calendar = planner.calendar();
    const entries = await this.#nearEntries();
    await recover(parts, entries, this.#signal);
    const troubles = sweep(calendar, [...(await ledger.getAll(entries.map((entry) => entry.publication))).values()], clock.now());
    await this.#settle(troubles, (incident) => incident.kind !== 'plan');
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
      const applied = await planner.apply(clock.now(), await ledger.publishedReleases());
      if (!applied.ok) return await this.#planRefused(applied.problems);
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
