// The app: makes the parts and hands them to each other; Redis open, nothing running yet. Not for
// running it: service/service.ts, rehearsal/.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeTransports, type Transports } from '../alerts/deliver-letters.ts';
import { readerMail } from '../alerts/transports/mail.ts';
import type { Channel } from '../channels/channel.ts';
import { emailChannel, type Mailer } from '../channels/email.ts';
import { RELEASE_MS } from '../channels/http.ts';
import { manualChannel } from '../channels/manual.ts';
import { moduleChannel } from '../channels/module.ts';
import { webhookChannel } from '../channels/webhook.ts';
import { websiteChannel } from '../channels/website.ts';
import type { TokenStore } from '../channels/wechat/api.ts';
import { wechatChannel } from '../channels/wechat/channel.ts';
import { weiboChannel } from '../channels/weibo.ts';
import { wordpressChannel } from '../channels/wordpress.ts';
import type { ChannelConfig, Config } from '../config/load.ts';
import { type ContentIssue, loadBundle } from '../content/bundle.ts';
import { flawsFor } from '../content/channel-checks.ts';
import { itemOf } from '../content/channel-item.ts';
import { Accounts } from '../ledger/accounts.ts';
import { PublicationNotes } from '../ledger/disk-notes.ts';
import { IncidentStore } from '../ledger/incidents.ts';
import { Journal } from '../ledger/journal.ts';
import { Ledger } from '../ledger/ledger.ts';
import { LedgerMemory, PlanMemory } from '../ledger/lost-state.ts';
import { MailingStore } from '../ledger/mailings.ts';
import { ByHand } from '../ledger/manual-tasks.ts';
import { PlanStore } from '../ledger/plan-store.ts';
import { SiteCopy } from '../ledger/site-record-copy.ts';
import { Tombstones } from '../ledger/tombstones.ts';
import { Heartbeat } from '../ledger/worker-heartbeats.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import { type Instant, instant } from '../lib/instant.ts';
import type { EventLog } from '../lib/log-events.ts';
import { seldom } from '../lib/seldom.ts';
import {
  type PublicationId,
  parsePublicationId,
  publicationId,
  type ReleaseId,
} from '../plan/types.ts';
import { isTakenDown } from '../publish/correct-and-withdraw.ts';
import { type JobScheduler, type PublishDeps, siteOf } from '../publish/deps.ts';
import { describeLost, itemAsOut, type Lost, lostPages } from '../publish/lost-pages.ts';
import type { ReconcileContext } from '../queue/compare-plan-and-ledger.ts';
import { type JobQueues, Queues } from '../queue/queues.ts';
import { stageJobOf, waveJob } from '../queue/reconcile.ts';
import { openRedis, type RedisHandle } from '../redis/connection.ts';
import { keyOf } from '../redis/keys.ts';
import { turnsOf } from '../redis/save-lock.ts';
import { tokenStore } from '../redis/token-store.ts';
import { SiteBuilder } from '../site/editions/edition.ts';
import type { ShownRelease } from '../site/model.ts';
import { forgetToken, leaveToken, tokenLeft } from '../watchdog/channel-tokens.ts';
import { Planner } from './plan-service.ts';

/** Everything that commands and the running service share: Redis open, nothing running yet. */
export interface App {
  readonly config: Config;
  readonly redis: RedisHandle;
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly mailings: MailingStore;
  readonly planStore: PlanStore;
  readonly incidents: IncidentStore;
  /** Who may sign in. */
  readonly accounts: Accounts;
  /** To reach people by. */
  readonly ways: Transports;
  readonly planner: Planner;
  readonly queues: JobQueues;
  readonly siteBuilder: SiteBuilder;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly parts: PublishDeps;
  readonly heartbeat: Heartbeat;
  readonly clock: Clock;
  /**
   * How much the ledger is known to know, and whether this bureau had one before this process
   * began.
   */
  readonly memory: LedgerMemory;
  /**
   * Releases that were public at some time, by ledger, site and what was withdrawn: whatever one of
   * them has lost, the plan moves none of these.
   */
  published(): Promise<Set<ReleaseId>>;
  /**
   * What the site shows and the ledger has yet to send, without a doubt: the ledger was set back.
   */
  shownUnknown(): Promise<PublicationId[]>;
  /**
   * What the ledger knows of the site, and the site does not show: its folder was lost, or set
   * back. Undefined where it cannot be looked at.
   */
  lostPages(): Promise<Lost | undefined>;
  /**
   * Site's record and the copy of it in Redis know the same of each release from now on, the newer
   * of both.
   */
  compareRecord(): Promise<void>;
  /**
   * Hands a channel's token to every worker, and leaves the watchdog, which asks nothing of Redis,
   * a copy.
   * @param until ms UTC
   */
  keepAuthorization(channel: string, token: string, until: Instant): Promise<void>;
  /** The channel goes by what the configuration has. */
  forgetAuthorization(channel: string): Promise<void>;
  /** A Redis that is new, or was restored, is handed what the watchdog has a copy of. */
  takeLeftAuthorizations(): Promise<void>;
  /** Shows these again as they came out, where that is possible. @returns how many */
  putBackPages(lost: Lost): Promise<number>;
  /** What the ledger is brought into agreement by, besides the plan. */
  reconcileContext(now: Instant): Promise<ReconcileContext>;
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
  const ways = makeTransports(config.mail, config.alerts.ways, clock);
  const heartbeat = new Heartbeat(redis, warn, RELEASE_MS);
  const queues = options.queues ?? new Queues(redis, () => clock.now(), warn);
  const planner = new Planner(
    config.paths,
    [...config.channels.keys()],
    planStore,
    new PlanMemory(join(config.paths.var, 'plan.json')),
  );
  const siteCopy = new SiteCopy(redis);
  const siteBuilder = new SiteBuilder(
    join(config.paths.var, 'site'),
    () => planner.calendar(),
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
  const flaws = new Map<string, ContentIssue[]>();
  const parts: PublishDeps = {
    ledger,
    channels,
    clock,
    calendar: () => planner.calendar(),
    plan: { version: () => planner.version(), follow: () => planner.follow() },
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
      if (flaws.size > REMEMBERED) flaws.clear();
      flaws.set(key, found);
      return found;
    },
    approvals: (release, digest) => planStore.approvals(release, digest),
    // Simulated time is nobody's to be behind; what a busy machine adds to the question would move
    // T.
    clockLag: () => (options.clock ? Promise.resolve(0) : heartbeat.clockLag()),
  };
  const shownNow = async (): Promise<ReadonlyMap<ReleaseId, ShownRelease>> =>
    (await siteBuilder.current().catch(() => undefined))?.releases ?? new Map();
  return {
    config,
    redis,
    ledger,
    planStore,
    incidents: new IncidentStore(redis),
    accounts: new Accounts(redis),
    ways,
    planner,
    queues,
    siteBuilder,
    channels,
    parts,
    heartbeat,
    clock,
    memory,
    async published() {
      const shown = (await shownNow()).keys();
      const withdrawn = [...(await parts.withdrawn.all()).keys()].map(
        (publication) => parsePublicationId(publication).release,
      );
      return new Set([...(await ledger.publishedReleases()), ...shown, ...withdrawn]);
    },
    async shownUnknown() {
      const site = siteOf(parts);
      if (site === undefined) return [];
      const waiting = await ledger.open();
      const all = [...(await shownNow()).keys()]
        .map((id) => publicationId(id, site))
        .filter((publication) => waiting.has(publication));
      const entries = [...(await ledger.getAll(all)).values()];
      return entries
        .filter(({ state, unsettled }) => (state === 'planned' || state === 'staged') && !unsettled)
        .map((entry) => entry.publication);
    },
    async lostPages() {
      const current = await siteBuilder.current().catch((error: unknown) => messageOf(error));
      if (typeof current === 'string') return undefined;
      return lostPages(
        parts,
        new Set(current?.releases.keys()),
        siteBuilder.record.behind((await siteCopy.all()).values()),
      );
    },
    async keepAuthorization(channel, token, until) {
      await tokenStore(redis, channel).set(token, until - clock.now());
      await leaveToken(join(config.paths.var, 'watchdog'), channel, { token, until });
    },
    async compareRecord() {
      const copy = await siteCopy.all();
      const site = siteOf(parts);
      if (site === undefined) return;
      await siteBuilder.record.catchUp(copy.values(), async (release, page) => {
        const entry = await ledger.get(publicationId(release, site));
        return entry && itemAsOut(parts, entry, page);
      });
      // Tombstones outlive ledger and record: what was withdrawn is shown as withdrawn, whatever
      // else has come back.
      const current = await siteBuilder.current();
      for (const [publication, reason] of await parts.withdrawn.all()) {
        const { release, channel } = parsePublicationId(publication);
        const page = channel === site ? current?.releases.get(release) : undefined;
        if (page && !page.withdrawn)
          await parts.amending(() => siteBuilder.withdraw(release, reason));
      }
      const newer = [...siteBuilder.record.lines()].filter(
        ([release, line]) => copy.get(release) !== line,
      );
      const [own, known] = [siteBuilder.record.born(), await siteCopy.born()];
      if (known !== undefined && (own === undefined || known < own))
        await siteBuilder.record.begunBy(instant(known));
      else if (own !== undefined && own !== known) await siteCopy.setBorn(own);
      // What the record could not take over is the copy's to keep.
      const behind = new Set<string>(siteBuilder.record.behind(copy.values()));
      await siteCopy.put(new Map(newer.filter(([release]) => !behind.has(release))));
    },
    async forgetAuthorization(channel) {
      await redis.client.del(keyOf(redis, `token:${channel}`));
      await forgetToken(join(config.paths.var, 'watchdog'), channel);
    },
    async takeLeftAuthorizations() {
      for (const [name, one] of config.channels) {
        const tokens = tokenStore(redis, name);
        if (one.kind !== 'weibo' || (await tokens.get()) !== undefined) continue;
        const left = await tokenLeft(join(config.paths.var, 'watchdog'), name, clock);
        if (left) await tokens.set(left.token, left.until - clock.now());
      }
    },
    async putBackPages(lost) {
      return (await siteBuilder.putBack(await describeLost(parts, journal, lost))).size;
    },
    async reconcileContext(now) {
      const site = siteOf(parts);
      const shown = new Map(
        [...(await shownNow())].map(([id, { since }]) => [id as string, since]),
      );
      const plan = await planStore.plan();
      const [withdrawn, held] = [await parts.withdrawn.all(), await parts.held.all()];
      const doubtPlan = (): Promise<void> => planStore.doubtPlan();
      const hadLedger = known + shown.size > 0 || memory.wasLost;
      return {
        plannedAt: instant(plan?.at ?? now),
        afterRestore: plan?.afterRestore === true,
        hadLedger,
        withdrawn,
        isTakenDown: (entry) => isTakenDown(parts, entry),
        held,
        site,
        shown,
        doubtPlan,
      };
    },
    journal,
    mailings,
    async close() {
      for (const way of ways.values()) way.close();
      mail?.close();
      await queues.close(1200);
      await siteBuilder.close();
      await redis.close();
    },
  };
}

async function makeChannels(
  config: Config,
  siteBuilder: SiteBuilder,
  redis: RedisHandle,
  clock: Clock,
  readers: Parameters<typeof emailChannel>[2],
): Promise<Map<string, Channel>> {
  const make = (name: string, one: ChannelConfig): Channel | Promise<Channel> => {
    switch (one.kind) {
      case 'website':
        return websiteChannel(name, siteBuilder, clock);
      case 'email':
        return emailChannel(name, one, readers);
      case 'module':
        return moduleChannel(name, one, clock);
      default:
        return makeChannel(name, one, tokenStore(redis, name), clock);
    }
  };
  const channels = new Map<string, Channel>();
  for (const [name, one] of config.channels) channels.set(name, await make(name, one));
  return channels;
}

/** A channel that needs nothing of this app. */
export function makeChannel(
  name: string,
  one: Exclude<ChannelConfig, { kind: 'website' | 'email' | 'module' }>,
  tokens: TokenStore,
  clock: Clock,
): Channel {
  switch (one.kind) {
    case 'http':
      return webhookChannel(name, one, clock);
    case 'manual':
      return manualChannel(name);
    case 'wechat':
      return wechatChannel(name, one, tokens, clock);
    case 'weibo':
      return weiboChannel(name, one, tokens, clock);
    case 'wordpress':
      return wordpressChannel(name, one, clock);
  }
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
