// One simulated bureau: its files, its Redis, its processes and the world outside. The only file of
// the simulation that knows how production's parts are put together; where service/service.ts or
// app/app.ts change, this follows.
import { setMaxListeners } from 'node:events';
import { mailJob } from '../../jobs/mail.ts';
import { maintenanceJob } from '../../jobs/maintenance.ts';
import { releaseJob } from '../../jobs/release.ts';
import { stageJob } from '../../jobs/stage.ts';
import { verifyJob } from '../../jobs/verify.ts';
import { SendError, type Transport } from '../../src/alerts/transport.ts';
import { Maintenance, type MaintenanceApp } from '../../src/app/maintenance.ts';
import { PlanService } from '../../src/app/plan-service.ts';
import type { Channel, ChannelItem } from '../../src/channels/channel.ts';
import { RELEASE_MS } from '../../src/channels/http.ts';
import { manualChannel } from '../../src/channels/manual.ts';
import { webhookChannel } from '../../src/channels/webhook.ts';
import { websiteChannel } from '../../src/channels/website.ts';
import { wechatChannel } from '../../src/channels/wechat/channel.ts';
import { weiboChannel } from '../../src/channels/weibo.ts';
import { wordpressChannel } from '../../src/channels/wordpress.ts';
import { type ChannelConfig } from '../../src/config/channels.ts';
import { type Config, loadConfig } from '../../src/config/load.ts';
import type { Bundle, Loaded } from '../../src/content/bundle.ts';
import { IncidentStore } from '../../src/ledger/incident-store.ts';
import { Journal } from '../../src/ledger/journal.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import type { LedgerMemory, PlanMemory } from '../../src/ledger/memory-on-disk.ts';
import { type GoodPlan, PlanStore } from '../../src/ledger/plan-store.ts';
import { PreflightNotes } from '../../src/ledger/preflight-notes.ts';
import { UsedLinks } from '../../src/ledger/used-links.ts';
import { Heartbeat } from '../../src/ledger/worker-heartbeats.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { type Instant, instant } from '../../src/lib/instant.ts';
import type { EventLog } from '../../src/lib/log-events.ts';
import { RULES } from '../../src/plan/change-rules.ts';
import {
  type PublicationId,
  parsePublicationId,
  publicationId,
  type Release,
} from '../../src/plan/types.ts';
import { isTakenDown } from '../../src/publish/correct-and-withdraw.ts';
import type { JobScheduler, PublishDeps } from '../../src/publish/deps.ts';
import { describeLost, type Lost, lostPages } from '../../src/publish/lost-pages.ts';
import type { ReconcileContext } from '../../src/queue/compare-plan-and-ledger.ts';
import type { JobQueues } from '../../src/queue/queues.ts';
import { stageJobOf, waveJob } from '../../src/queue/reconcile.ts';
import { callCounts } from '../../src/redis/call-counts.ts';
import type { RedisHandle } from '../../src/redis/connection.ts';
import { tokenStore } from '../../src/redis/token-store.ts';
import { FakeRedis } from './fake-redis.ts';
import { standOn } from './globals.ts';
import { JobServer, queuesOf } from './jobs.ts';
import { network } from './network.ts';
import { Outside } from './outside.ts';
import { filesOf, type PlanModel, versionIn } from './plan-model.ts';
import { pressOf, Site } from './press.ts';
import { Process, Scheduler } from './scheduler.ts';
import { digestOf } from './words.ts';

const PREFIX = '{sim}';
const POLL_MS = 1000;
const FOLLOW_MS = 1000;
/** systemClock's own: setTimeout holds no more. */
const LONGEST_MS = 2_000_000_000;
const silent: EventLog = new Proxy({} as EventLog, { get: () => () => undefined });

const YAML = `bureau: { zh: 模拟统计局 }
site: { publicUrl: "https://sim.example/" }
channels:
  website: { kind: website }
  catalogue: { kind: http, url: "https://catalogue.example/catalogue", secret: { env: S }, lookup: id }
  archive: { kind: http, url: "https://archive.example/catalogue", secret: { env: S }, lookup: none }
  wechat: { kind: wechat, appId: a, secret: { env: S }, mode: publish, callsPerDay: { freepublish/get: 1000000, freepublish/batchget: 1000000, draft/get: 1000000, draft/count: 1000000 }, baseUrl: "https://wechat.example" }
  followers: { kind: wechat, appId: b, secret: { env: S }, mode: mass, callsPerDay: { freepublish/get: 1000000, freepublish/batchget: 1000000, draft/get: 1000000, draft/count: 1000000 }, baseUrl: "https://followers.example" }
  weibo: { kind: weibo, accessToken: { env: S }, safeDomain: sim.example, rip: "203.0.113.7", callsPerDay: 1000000, baseUrl: "https://weibo.example" }
mail: { host: mail.example, from: banli@sim.example }
people:
  - { name: 王敏, mail: wang@sim.example, quiet: "22:00-07:30" }
  - { name: 李主任, mail: [li@sim.example, li2@sim.example] }
alerts: { weekAhead: never, monthBack: never, planEnds: never }
`;

/** A release's content as its folder has it. */
export interface Content {
  readonly version: number;
  readonly state: 'ready' | 'flawed' | 'missing';
}

/** What is taken away from production in a test of sharpness. */
export interface Without {
  /** Changes a Lua script's text. */
  readonly lua?: (text: string) => string;
  /** Puts others in the place of some functions that publishing calls. */
  readonly parts?: (parts: PublishDeps) => Partial<PublishDeps>;
  readonly channel?: (channel: Channel) => Channel;
  readonly ledger?: (ledger: Ledger) => void;
  /** Codes of rules that changes of a plan need not keep. */
  readonly rules?: readonly string[];
  /** False: nobody polls the ledger. */
  readonly poll?: false;
  /** False: nothing that is wrong is told. */
  readonly letters?: false;
  /** False: promises are not counted. */
  readonly audit?: false;
  /** False: what the site shows is no sign that the other channels had it. */
  readonly shown?: false;
  /** False: nobody compares the site with the ledger. */
  readonly lost?: false;
  /** False: nobody waits for the replica. */
  readonly replicated?: false;
}

/** An app as production has it, but for a site, a memory and a queue that are simulated. */
export type SimulatedApp = MaintenanceApp;

/** A running service, or a command of somebody's. */
export interface Running {
  readonly process: Process;
  readonly app: SimulatedApp;
  readonly rounds: Maintenance;
  readonly stopping: AbortController;
}

export class World {
  readonly scheduler: Scheduler;
  readonly outside = new Outside();
  readonly redis: FakeRedis;
  readonly jobs: JobServer;
  readonly site = new Site();
  readonly contents = new Map<string, Content>();
  readonly services = new Map<string, Running>();
  /** How many changes a file on disk says that the ledger has made. */
  remembered = 0;
  rememberedPlan: GoodPlan | undefined;
  /** Redis's clock less the true time, ms. */
  redisSkew = 0;
  /** The replica gets nothing until then: nobody's write counts as done. */
  replicaLagsUntil = 0;
  /** The content folder cannot be read until then. */
  unreadableUntil = 0;
  /** A plan was put into force. */
  applied: (version: number | undefined, at: number) => void = () => undefined;
  readonly #config: Config;
  readonly #without: Without;
  readonly #calls = new Map<string, number>();
  #files = new Map<string, string>();
  #started = 0;
  /** How often a plan was put into force. */
  #plans = 0;
  #followed: { readonly plans: number; readonly planner: PlanService } | undefined;

  constructor(seed: number, start: number, without: Without = {}) {
    this.scheduler = new Scheduler(seed, start);
    this.#without = without;
    const { scheduler } = this;
    dropRules(without.rules);
    this.outside.now = () => scheduler.now;
    this.redis = new FakeRedis(() => scheduler.now + this.redisSkew);
    this.jobs = new JobServer(scheduler);
    standOn({
      current: () => scheduler.current,
      steady: () => scheduler.now,
      random: () => scheduler.random,
      read: (path) => (path === '/sim/config/banli.yaml' ? YAML : this.#files.get(path)),
      list: (path) =>
        path === '/sim/config/plan'
          ? [...this.#files.keys()].map((name) => name.slice(path.length + 1))
          : undefined,
    });
    const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
    this.#config = loadConfig('/sim/config', {}, () => secret);
    this.redis.data.written = (key, value) => {
      if (key === `${PREFIX}:plan`) this.#planWritten(value);
    };
    scheduler.jumped = (ms) => this.#stayAlive(ms);
    scheduler.beforeStep = (process) => {
      if (scheduler.random.next() < 0.004)
        process.delayedUntil = scheduler.now + scheduler.random.whole(1, 400);
    };
  }

  #planWritten(text: string): void {
    this.#plans++;
    const { files } = JSON.parse(text) as { files: { text: string }[] };
    this.applied(versionIn(files.map((file) => file.text)), this.scheduler.now);
  }

  /** Nothing looked at signs of life while time jumped: those who live have renewed theirs. */
  #stayAlive(ms: number): void {
    const alive = [...this.services.values()]
      .filter(({ process }) => process.state === 'running')
      .map(({ app }) => app.heartbeat.id);
    this.redis.data.prolong((key) => alive.some((id) => key.endsWith(`:${id}`)), ms);
  }

  /** Everybody looks at the plan in force again: it came back from a backup, or is gone. */
  replaced(): void {
    this.#plans++;
  }

  /** What the people have saved; services see it a moment later. */
  save(model: PlanModel): void {
    this.#files = new Map(
      [...filesOf(model)].map(([name, text]) => [`/sim/config/plan/${name}`, text]),
    );
    for (const { process, rounds } of this.services.values())
      if (process.name.startsWith('service'))
        process.after(this.scheduler.random.whole(100, 400), () => void rounds.applyPlan());
  }

  setContent(release: string, content: Content): void {
    this.contents.set(release, content);
    for (const { process, rounds } of this.services.values())
      if (process.name.startsWith('service'))
        process.after(
          this.scheduler.random.whole(100, 400),
          () => void rounds.contentChanged().catch((error: unknown) => this.#failed(error)),
        );
  }

  #failed(error: unknown): void {
    this.jobs.failures.push(String(error));
  }

  /** A process and its parts; nothing runs yet. */
  open(name: string): Running {
    const process = this.scheduler.spawn(name);
    const handle = this.#handle(process);
    const clock = clockOf(process);
    const before = this.scheduler.current;
    this.scheduler.current = process;
    try {
      const stopping = new AbortController();
      setMaxListeners(0, stopping.signal);
      const app = this.#app(process, handle, clock);
      return { process, app, rounds: new Maintenance(app, silent, stopping.signal), stopping };
    } finally {
      this.scheduler.current = before;
    }
  }

  /**
   * As service/service.ts starts it.
   * @param role `service` reads the plan files, `worker` follows the plan in force
   */
  start(role: 'service' | 'worker'): Running {
    const running = this.open(`${role}-${++this.#started}`);
    this.services.set(running.process.name, running);
    this.scheduler.at(
      this.scheduler.now,
      () => void this.#run(running, role).catch((error: unknown) => this.#failed(error)),
      running.process,
    );
    return running;
  }

  async #run(
    { process, app, rounds, stopping }: Running,
    role: 'service' | 'worker',
  ): Promise<void> {
    const {
      queues,
      publishDeps: parts,
      incidents,
      journal,
      clock,
      transports: ways,
      heartbeat,
      config,
    } = app;
    const { signal } = stopping;
    await heartbeat.start();
    await app.planService.follow();
    if (role === 'service') await rounds.applyPlan();
    queues.work('stage', 8, stageJob(parts, signal));
    queues.work('release', 64, releaseJob(parts, signal));
    queues.work('verify', 16, verifyJob(parts, signal));
    if (this.#without.audit === false)
      Object.assign(rounds.monitor, { notePromises: () => Promise.resolve() });
    if (this.#without.letters === false)
      Object.assign(rounds.monitor, { sweep: () => Promise.resolve() });
    queues.work('maintenance', 3, maintenanceJob(rounds));
    const office = {
      book: incidents,
      journal,
      people: config.alerts.people,
      ways,
      clock,
      actor: heartbeat.id,
    };
    queues.work(
      'mail',
      2,
      mailJob(office, (delivery, at) => rounds.monitor.letters.postAt(delivery, at)),
    );
    await rounds.reconcile();
    if (this.#without.poll !== false)
      process.every(
        POLL_MS,
        () => void rounds.poll().catch((error: unknown) => this.#failed(error)),
      );
    await queues.every('maintenance', 'sweep', config.schedule.sweep, { kind: 'sweep' });
    await queues.every('maintenance', 'reconcile', config.schedule.reconcile, {
      kind: 'reconcile',
    });
    await queues.every('maintenance', 'preflight', 600_000, { kind: 'preflight' });
    let seen = this.#plans;
    const follow = async (): Promise<void> => {
      // Reading the whole plan each second to find that it is the same would be most of a history's
      // time.
      if (seen === this.#plans) return;
      seen = this.#plans;
      await (role === 'service' ? rounds.follow() : app.planService.follow());
    };
    process.every(FOLLOW_MS, () => void follow().catch((error: unknown) => this.#failed(error)));
  }

  /** Ends at once, in the middle of whatever it does. */
  kill(running: Running): void {
    this.scheduler.kill(running.process);
    this.left(running);
  }

  left(running: Running): void {
    this.services.delete(running.process.name);
    this.jobs.leave(running.process);
  }

  /** Runs a command of a person in a process of its own, as the command line does. */
  command(name: string, run: (app: SimulatedApp) => Promise<void>): void {
    const { process, app } = this.open(name);
    const leave = (): void => this.scheduler.soon(() => this.scheduler.kill(process));
    this.scheduler.at(
      this.scheduler.now,
      () =>
        void this.#follow(app)
          .then((planner) =>
            run({
              ...app,
              planService: planner,
              publishDeps: { ...app.publishDeps, calendar: () => planner.calendar() },
            }),
          )
          .catch((error: unknown) => this.#failed(error))
          .finally(leave),
      process,
    );
  }

  /**
   * The plan in force for a command: read once as long as it is the same, since each of a history's
   * commands would read it again.
   */
  async #follow(app: SimulatedApp): Promise<PlanService> {
    if (this.#followed?.plans === this.#plans) return this.#followed.planner;
    const plans = this.#plans;
    await app.planService.follow();
    this.#followed = { plans, planner: app.planService };
    return app.planService;
  }

  #handle(process: Process): RedisHandle {
    const client = this.redis.connect(
      (command) => process.command(command),
      this.#without.lua,
    ) as unknown as RedisHandle['client'];
    const replicated = (): Promise<void> => {
      if (this.#without.replicated === false) return Promise.resolve();
      const left = this.replicaLagsUntil - this.scheduler.now;
      if (left <= 0) return Promise.resolve();
      return new Promise((_, failed) => {
        process.after(left, () => failed(new Error('only 0 of 1 replicas have the write')));
      });
    };
    return {
      prefix: PREFIX,
      embedded: false,
      mayForget: true,
      client,
      replicated,
      open: () => client,
      close: () => Promise.resolve(),
    };
  }

  #app(process: Process, redis: RedisHandle, clock: Clock): SimulatedApp {
    const config = this.#config;
    const memory = this.#memory();
    const ledger = new Ledger(redis);
    ledger.remember(this.remembered);
    this.#without.ledger?.(ledger);
    const notebook = new PlanStore(redis);
    const journal = new Journal(redis);
    const heartbeat = new Heartbeat(redis, (message) => this.#failed(message), RELEASE_MS);
    const queues = queuesOf(process, this.jobs);
    const planner = new PlanService(
      config.paths,
      [...config.channels.keys()],
      notebook,
      this.#planMemory(),
    );
    const urlOf = (release: string): string => `https://sim.example/releases/${release}/`;
    const press = pressOf(process, this.site, this.outside, urlOf);
    const channels = this.#channels(process, redis, clock, press);
    const parts: PublishDeps = {
      ledger,
      channels,
      clock,
      calendar: () => planner.calendar(),
      plan: { version: () => planner.version(), follow: () => planner.follow() },
      amending: (run) => run(),
      byHand: {
        put: (one) =>
          Promise.resolve(void this.site.byHand.set(one.publication as PublicationId, one)),
        all: () => Promise.resolve(new Map(this.site.byHand)),
      },
      mayForget: redis.mayForget,
      rememberLedger: () => memory.note(ledger.seen),
      withdrawn: {
        ...notesOf(this.site.tombstones),
        add: (publication, at) => {
          if (!this.site.tombstones.has(publication)) this.site.tombstoneTimes.set(publication, at);
          return Promise.resolve(void this.site.tombstones.add(publication));
        },
        at: (publication) => Promise.resolve(this.site.tombstoneTimes.get(publication)),
      },
      held: notesOf(this.site.held),
      workers: heartbeat,
      claimed: new Set(),
      letGo: new Set(),
      wake: wakeOf(queues),
      log: () => undefined,
      load: (release) => Promise.resolve(this.#load(release)),
      hasContentFolder: () => this.unreadableUntil <= this.scheduler.now,
      itemOf: (release, bundle, channel) => itemOf(release, bundle, channel, urlOf(release.id)),
      flawsFor: () => [],
      approvals: (release, digest) => notebook.approvals(release, digest),
      clockLag: () => heartbeat.clockLag(),
    };
    Object.assign(parts, this.#without.parts?.(parts));
    const app: SimulatedApp = {
      config,
      redis,
      ledger,
      planStore: notebook,
      incidents: new IncidentStore(redis),
      preflights: new PreflightNotes(redis),
      usedLinks: new UsedLinks(redis),
      // No channel of the simulation writes to readers.
      mailings: {
        untold: () => Promise.resolve([]),
        read: () => Promise.resolve(undefined),
        told: () => Promise.resolve(),
      },
      transports: new Map([['mail', this.#mail(process)]]),
      planService: planner,
      queues,
      siteBuilder: {
        ...press,
        refresh: () => Promise.resolve(),
        makePrebuilt: () => Promise.resolve(),
        ensure: () => Promise.resolve('sound'),
        nextChange: () => undefined,
      },
      channels,
      publishDeps: parts,
      heartbeat,
      clock,
      memory,
      shownUnknown: () => Promise.resolve([]),
      lostPages: () =>
        this.#without.lost === false
          ? Promise.resolve({ pages: [], tombstones: [], behind: [] })
          : lostPages(parts, new Set(this.site.releases.keys())),
      compareRecord: () => Promise.resolve(),
      putBackPages: async (lost: Lost) =>
        (await press.putBack(await describeLost(parts, journal, lost))).size,
      published: async () => {
        const withdrawn = [...this.site.tombstones].map(
          (publication) => parsePublicationId(publication).release,
        );
        return new Set([
          ...(await ledger.publishedReleases()),
          ...(this.#without.shown === false ? [] : this.site.releases.keys()),
          ...withdrawn,
        ]);
      },
      // When the plan came into force stands near the end of its text: reading all of it each time
      // would take long.
      reconcileContext: async (now: Instant): Promise<ReconcileContext> => ({
        plannedAt: instant(
          Number(
            /"at":(\d+),"(?:seq|notices)"/.exec(
              (await redis.client.get(`${PREFIX}:plan`)) ?? '',
            )?.[1] ?? now,
          ),
        ),
        afterRestore: ((await redis.client.get(`${PREFIX}:plan`)) ?? '').includes(
          '"afterRestore":true',
        ),
        hadLedger: this.remembered + this.site.releases.size > 0,
        withdrawn: new Map([...this.site.tombstones].map((publication) => [publication, '撤回'])),
        isTakenDown: (entry) => isTakenDown(parts, entry),
        held: new Set(this.site.held),
        site: 'website',
        shown: new Map(
          this.#without.shown === false
            ? []
            : [...this.site.releases].map(([id, { since }]) => [id, since]),
        ),
        doubtPlan: () => notebook.doubtPlan(),
      }),
      journal,
    };
    return app;
  }

  /** What a file beside the site keeps of the ledger. */
  #memory(): Pick<LedgerMemory, 'read' | 'note' | 'wasLost'> {
    return {
      wasLost: false,
      read: () => Promise.resolve(this.remembered),
      note: (changes) => {
        this.remembered = Math.max(this.remembered, changes);
        return Promise.resolve();
      },
    };
  }

  /** And of the plan in force. */
  #planMemory(): Pick<PlanMemory, 'read' | 'note'> {
    return {
      read: () => Promise.resolve(this.rememberedPlan),
      note: (plan) => {
        this.rememberedPlan = plan;
        return Promise.resolve();
      },
    };
  }

  #channels(
    process: Process,
    redis: RedisHandle,
    clock: Clock,
    press: Parameters<typeof websiteChannel>[1],
  ): Map<string, Channel> {
    const send = network(process, this.outside, this.#calls);
    const make = (name: string, one: ChannelConfig): Channel => {
      switch (one.kind) {
        case 'website':
          return websiteChannel(name, press, clock);
        case 'http':
          return webhookChannel(name, one, clock, send);
        case 'wordpress':
          return wordpressChannel(name, one, clock, send);
        // Nothing of a simulated history goes by mail to readers.
        case 'email':
        case 'module':
        case 'manual':
          return manualChannel(name);
        case 'wechat':
          return wechatChannel(
            name,
            one,
            tokenStore(redis, name),
            clock,
            send,
            callCounts(redis, name),
          );
        case 'weibo':
          return weiboChannel(
            name,
            one,
            tokenStore(redis, name),
            clock,
            send,
            callCounts(redis, name),
          );
      }
    };
    const { channel = (same: Channel) => same } = this.#without;
    return new Map(
      [...this.#config.channels].map(([name, one]) => [name, channel(make(name, one))]),
    );
  }

  #load(release: Release): Loaded {
    if (this.unreadableUntil > this.scheduler.now)
      return {
        state: 'flawed',
        flaws: [{ file: 'release.md', line: 1, code: 'unreadable', detail: 'EACCES' }],
      };
    const content = this.contents.get(release.id);
    if (!content || content.state === 'missing') return { state: 'missing' };
    if (content.state === 'flawed')
      return { state: 'flawed', flaws: [{ file: 'release.md', line: 1, code: 'empty-body' }] };
    return { state: 'ready', bundle: loadedBundle(release.id, content.version) };
  }

  #mail(process: Process): Transport {
    return {
      send: (delivery, person) =>
        new Promise((done, failed) => {
          process.after(this.scheduler.random.whole(5, 300), () => {
            const { severity, event, subject, text } = delivery;
            const { address } = delivery;
            const to =
              address !== undefined && person.mail.includes(address) ? [address] : person.mail;
            const taken = this.outside.deliver(to, { severity, event, subject, text });
            // As nodemailer: it fails where nobody takes it. What follows from that is the business
            // of the next rounds.
            if (taken.length === 0) {
              for (const after of [15_000, 75_000]) this.scheduler.tick(this.scheduler.now + after);
              failed(new SendError('550 no such user', true));
            } else done();
          });
        }),
      check: () => Promise.resolve(),
      close: () => undefined,
    };
  }
}

/**
 * Takes rules out of production's table, for good: a thread that did so lives no other histories.
 */
function dropRules(codes: readonly string[] = []): void {
  const all = RULES as (typeof RULES)[number][];
  for (const code of codes) {
    const index = all.findIndex((rule) => rule.code === code);
    if (index >= 0) all.splice(index, 1);
  }
}

export function loadedBundle(release: string, version: number): Bundle {
  return {
    folder: `/sim/content/${release}`,
    digest: digestOf(release, version),
    title: `${release} #${version}`,
    summary: undefined,
    author: undefined,
    source: undefined,
    body: 'x',
    bodyLine: 1,
    weibo: undefined,
    cover: undefined,
    pictures: [],
    attachments: [],
    rendered: { html: '', wechat: [], pictures: [], links: [], start: '', plain: '' },
  };
}

const cover = {
  name: 'cover.png',
  type: 'image/png',
  sha256: 'c'.repeat(64),
  bytes: 3,
  read: () => Promise.resolve(Buffer.from('png')),
};

function itemOf(release: Release, bundle: Bundle, channel: string, url: string): ChannelItem {
  const { title, digest } = bundle;
  return {
    publication: publicationId(release.id, channel) as PublicationId,
    release: release.id,
    due: release.due,
    title,
    summary: title,
    author: '',
    source: '',
    category: '',
    url,
    digest,
    pictures: [],
    attachments: [],
    html: () => title,
    wechatHtml: () => title,
    plainText: () => title,
    weiboText: () => `${title} ${url}`,
    ownCover: undefined,
    cover: () => Promise.resolve(cover),
  };
}

function notesOf(
  all: Set<PublicationId>,
): PublishDeps['held'] & Omit<PublishDeps['withdrawn'], 'at'> {
  return {
    has: (publication) => Promise.resolve(all.has(publication)),
    all: () => Promise.resolve(new Map([...all].map((publication) => [publication, '撤回']))),
    add: (publication) => Promise.resolve(void all.add(publication)),
    remove: (publication) => Promise.resolve(void all.delete(publication)),
  };
}

/** As lib/clock.ts, in simulated time. */
function clockOf(process: Process): Clock {
  return {
    now: () => instant(Math.floor(process.wall())),
    async sleepUntil(at, signal) {
      signal?.throwIfAborted();
      const { scheduler } = process;
      const wanted = at - process.wall();
      const notBefore = scheduler.now + Math.min(wanted, 60_000) - 1;
      for (let left = wanted; left > 0 || scheduler.now < notBefore; left = at - process.wall()) {
        const coarse = Math.min(Math.max(left, notBefore - scheduler.now, 1), LONGEST_MS);
        await new Promise<void>((done, failed) => {
          const stop = (): void => {
            timer.cancel();
            failed(signal?.reason as Error);
          };
          const timer = process.after(coarse, () => {
            signal?.removeEventListener('abort', stop);
            done();
          });
          signal?.addEventListener('abort', stop, { once: true });
        });
      }
    },
  };
}

function wakeOf(queues: JobQueues): JobScheduler {
  return {
    stage: (publication, at) => queues.add('stage', [stageJobOf(publication, at)]),
    release(publications, due, notBefore) {
      const jobs = publications.map((publication) => waveJob(publication, due, notBefore));
      return queues.add('release', [...new Map(jobs.map((job) => [job.id, job])).values()]);
    },
    verify: (publication, look, at) =>
      queues.add('verify', [{ id: `${publication}~${at}`, data: { publication, look }, at }]),
  };
}
