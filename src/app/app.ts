// The app: makes the parts and hands them to each other; Redis open, nothing running yet. Not for
// running it: service/service.ts, rehearsal/.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { makeTransports, type Transports } from '../alerts/deliver-letters.ts';
import { readerMail } from '../alerts/transports/mail.ts';
import type { Channel } from '../channels/channel.ts';
import type { Mailer } from '../channels/email.ts';
import { RELEASE_MS } from '../channels/http.ts';
import type { Config } from '../config/load.ts';
import { type ContentIssue, loadBundle } from '../content/bundle.ts';
import { flawsFor } from '../content/channel-checks.ts';
import { itemOf } from '../content/channel-item.ts';
import { Accounts } from '../ledger/accounts.ts';
import { PublicationNotes } from '../ledger/disk-notes.ts';
import { IncidentStore } from '../ledger/incident-store.ts';
import { Journal } from '../ledger/journal.ts';
import { Ledger } from '../ledger/ledger.ts';
import { MailingStore } from '../ledger/mailings.ts';
import { ByHand } from '../ledger/manual-tasks.ts';
import { LedgerMemory, PlanMemory } from '../ledger/memory-on-disk.ts';
import { PlanStore } from '../ledger/plan-store.ts';
import { PreflightNotes } from '../ledger/preflight-notes.ts';
import { SiteCopy } from '../ledger/site-record-copy.ts';
import { Tombstones } from '../ledger/tombstones.ts';
import { UsedLinks } from '../ledger/used-links.ts';
import { Heartbeat } from '../ledger/worker-heartbeats.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { EventLog } from '../lib/log-events.ts';
import { seldom } from '../lib/throttled-log.ts';
import { type JobScheduler, type PublishDeps } from '../publish/deps.ts';
import { type JobQueues, Queues } from '../queue/queues.ts';
import { stageJobOf, waveJob } from '../queue/reconcile.ts';
import { openRedis, type RedisHandle } from '../redis/connection.ts';
import { turnsOf } from '../redis/save-lock.ts';
import { SiteBuilder } from '../site/editions/site-builder.ts';
import { type ChannelAuthorizations, channelAuthorizations } from './channel-authorizations.ts';
import { makeChannels } from './make-channels.ts';
import { PlanService } from './plan-service.ts';
import { type SiteAndLedger, siteAndLedger } from './site-and-ledger.ts';

/** Everything that commands and the running service share: Redis open, nothing running yet. */
export interface App extends SiteAndLedger, ChannelAuthorizations {
  readonly config: Config;
  readonly redis: RedisHandle;
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly mailings: MailingStore;
  readonly planStore: PlanStore;
  readonly incidents: IncidentStore;
  /** What each channel said when it was last asked whether it is ready. */
  readonly preflights: PreflightNotes;
  /** Buttons of letters that were used. */
  readonly usedLinks: UsedLinks;
  /** Who may sign in. */
  readonly accounts: Accounts;
  /** To reach people by. */
  readonly transports: Transports;
  readonly planService: PlanService;
  readonly queues: JobQueues;
  readonly siteBuilder: SiteBuilder;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly publishDeps: PublishDeps;
  readonly heartbeat: Heartbeat;
  readonly clock: Clock;
  /**
   * How much the ledger is known to know, and whether this bureau had one before this process
   * began.
   */
  readonly memory: LedgerMemory;
  close(): Promise<void>;
}

/** Contents whose flaws are remembered. */
const REMEMBERED = 5000;
/** What Redis says again and again is logged once in so long, with how often. */
const SAME_MESSAGE_MS = 10_000;

/** Opens Redis and makes the parts. @throws BanliError when Redis can't be used */
export async function openApp(
  config: Config,
  options: { log: EventLog; clock?: Clock; queues?: JobQueues; throwaway?: boolean },
): Promise<App> {
  const clock = options.clock ?? systemClock;
  const warn = seldom(SAME_MESSAGE_MS, (message, times) =>
    options.log.warn({ message, ...(times > 1 ? { times } : {}) }, 'redis'),
  );
  const redis = await openRedis(
    {
      external: config.redis,
      folder: join(config.paths.var, 'redis'),
      prefix: config.prefix,
      throwaway: options.throwaway,
    },
    { stopWhenLast: true, log: warn },
  );
  const ledger = new Ledger(redis, { clock: options.clock ? 'caller' : 'redis' });
  const memory = new LedgerMemory(join(config.paths.var, 'ledger.json'));
  const known = await memory.read();
  ledger.remember(known);
  const planStore = new PlanStore(redis);
  const journal = new Journal(redis, options.clock ? 'caller' : 'redis');
  const transports = makeTransports(config.mail, config.alerts.ways, clock);
  const heartbeat = new Heartbeat(redis, warn, RELEASE_MS);
  const queues = options.queues ?? new Queues(redis, () => clock.now(), warn);
  const planService = new PlanService(
    config.paths,
    [...config.channels.keys()],
    planStore,
    new PlanMemory(join(config.paths.var, 'plan.json')),
  );
  const siteCopy = new SiteCopy(redis);
  const siteBuilder = new SiteBuilder(
    join(config.paths.var, 'site'),
    () => planService.calendar(),
    {
      bureau: config.bureau,
      publicUrl: config.site.publicUrl,
      sample: config.site.sample,
      earlier: config.site.earlier,
      theme: config.site.theme,
      unserved: options.throwaway === true,
      channels: [...config.channels].flatMap(([name, { kind }]) =>
        kind === 'website' ? [name] : [],
      ),
      warn: (event, message) => options.log.warn({ message }, event),
      // What is lost of it is found by comparing.
      recorded: (lines) =>
        void siteCopy.put(lines).catch((error: unknown) => warn(messageOf(error))),
    },
    clock,
  );
  const withdrawn = new Tombstones(join(config.paths.var, 'published', 'tombstones'));
  const mailings = new MailingStore(join(config.paths.var, 'published', 'mailings'), redis);
  const mail = config.mail && readerMail(config.mail);
  const channels = await makeChannels(config, siteBuilder, redis, clock, {
    clock,
    mailings,
    mailer: mailerOf(mail),
    isCalledOff: (publication) => withdrawn.has(publication),
  });
  const flaws = new LRUCache<string, ContentIssue[]>({ max: REMEMBERED });
  const publishDeps: PublishDeps = {
    ledger,
    channels,
    clock,
    calendar: () => planService.calendar(),
    plan: { version: () => planService.version(), follow: () => planService.follow() },
    mayForget: redis.mayForget,
    rememberLedger: () => memory.note(ledger.seen),
    withdrawn,
    held: new PublicationNotes(join(config.paths.var, 'held')),
    byHand: new ByHand(join(config.paths.var, 'published', 'by-hand'), redis),
    amending: turnsOf(redis, 'amend'),
    workers: heartbeat,
    claimed: new Set(),
    letGo: new Set(),
    wake: wakeOf(queues),
    log: (event, fields) => options.log.info(fields, event),
    load: (release) => loadBundle(config.paths.content, release),
    hasContentFolder: () => existsSync(config.paths.content),
    itemOf: (release, bundle, channel) =>
      itemOf(release, bundle, channel, {
        url: siteBuilder.urlOf(release.id),
        bureau: config.bureau.zh,
      }),
    flawsFor: (channel, item, bundle) => {
      // The same content for the same channel is looked at again and again in the days before T.
      const key = `${item.publication} ${item.digest} ${item.url}`;
      const known = flaws.get(key);
      if (known) return known;
      const own = config.channels.get(channel.name);
      const found = flawsFor(
        channel.kind,
        item,
        bundle,
        own?.kind === 'weibo' ? { safeDomain: own.safeDomain } : {},
      );
      flaws.set(key, found);
      return found;
    },
    approvals: (release, digest) => planStore.approvals(release, digest),
    // Simulated time is nobody's to be behind; what a busy machine adds to the question would move
    // T.
    clockLag: () => (options.clock ? Promise.resolve(0) : heartbeat.clockLag()),
  };
  return {
    config,
    redis,
    ledger,
    planStore,
    incidents: new IncidentStore(redis),
    preflights: new PreflightNotes(redis),
    usedLinks: new UsedLinks(redis),
    accounts: new Accounts(redis),
    transports,
    planService: planService,
    queues,
    siteBuilder,
    channels,
    publishDeps,
    heartbeat,
    clock,
    memory,
    ...siteAndLedger({
      ledger,
      journal,
      planStore,
      siteBuilder,
      siteCopy,
      publishDeps,
      hadLedger: () => known > 0 || memory.wasLost,
    }),
    ...channelAuthorizations(config, redis, clock),
    journal,
    mailings,
    async close() {
      for (const way of transports.values()) way.close();
      mail?.close();
      await queues.close(1200);
      await siteBuilder.close();
      await redis.close();
    },
  };
}

/** The configuration makes sure that there is a server where there are readers. */
function mailerOf(mail: ReturnType<typeof readerMail> | undefined): Mailer {
  const none = { class: 'again', why: 'mail' } as const;
  return {
    async send(letter) {
      const { class: is, why } = (await mail?.send(letter)) ?? none;
      return is === 'taken'
        ? { class: is }
        : { class: is, why: { code: 'email-way', detail: why } };
    },
    check: async () => mail?.check(),
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
