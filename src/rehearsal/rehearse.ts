// A whole year in simulated time, through the same stage, release, verify and alert code as
// production, against the sandbox: only clock and timer differ. Nothing leaves this machine, and
// nothing of the real ledger or site is touched. Not for telling it: cli/rehearse.ts.
import { cp, mkdir, mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { MAIL } from '../alerts/recipients.ts';
import { warningsOf } from '../alerts/upcoming.ts';
import { type App, openApp } from '../app/app.ts';
import { Maintenance } from '../app/maintenance.ts';
import type { ChannelConfig } from '../config/channels.ts';
import type { Config } from '../config/load.ts';
import type { Bundle } from '../content/bundle.ts';
import { BanliError } from '../lib/errors.ts';
import { type Instant, instant } from '../lib/instant.ts';
import { makeLog } from '../lib/log.ts';
import { EMPTY } from '../plan/read-all.ts';
import type { Calendar, Plan, Release, ReleaseId } from '../plan/types.ts';
import type { Workdays } from '../plan/workdays.ts';
import { SANDBOX, type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { work } from '../service/service.ts';
import { type Rehearsal, reportOf } from './report.ts';
import { standInBundle } from './sample-content.ts';
import { Simulation } from './simulation.ts';

export interface RehearseOptions {
  /** The configuration as it is, secrets aside. */
  readonly config: Config;
  readonly plan: Plan;
  /** The dates of that plan alone. */
  readonly calendar: Calendar;
  readonly workdays: Workdays;
  /**
   * Only the content that is there; else what is missing is made up, so that all the rest is
   * rehearsed.
   */
  readonly asIs: boolean;
  readonly signal: AbortSignal;
  told(now: Instant): void;
}

/** Regular rounds see nothing new between these instants unless a job runs. */
const SETTLED_MS = 61_000;
const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;
/** Linux's file system in memory. */
const MEMORY = '/dev/shm';
/** Bytes. */
const ROOM = 1e9;

export async function runRehearsal(options: RehearseOptions): Promise<Rehearsal> {
  const { config, calendar } = options;
  const began = performance.now();
  const folder = await mkdtemp(join(await scratch(), 'banli-rehearsal-'));
  const landmarks = calendar.releases.flatMap((release) => [
    ...landmarksOf(release),
    ...warningsOf(release, config.alerts.before, options.workdays),
  ]);
  const start = instant(
    landmarks.reduce<number>((earliest, at) => Math.min(earliest, at), Number.POSITIVE_INFINITY) -
      HOUR_MS,
  );
  const last = calendar.releases.at(-1)?.due ?? 0;
  const end = instant(
    last + Math.max(0, ...calendar.releases.map(({ settings }) => settings.window)) + HOUR_MS,
  );
  const simulation = new Simulation(start, landmarks);
  const sandboxes = await standIns(config, simulation);
  const stopping = new AbortController();
  let app: App | undefined;
  try {
    const own = await configFor(config, options.plan, folder, sandboxes);
    app = await openApp(own, {
      log: makeLog('silent'),
      clock: simulation,
      queues: simulation,
      throwaway: true,
    });
    const missing = new Set<ReleaseId>();
    const publishDeps = options.asIs ? app.publishDeps : withStandIns(app, config, missing);
    // Of one type with the app, so that a name that it has no more does not compile.
    const running: App = {
      ...app,
      publishDeps: {
        ...publishDeps,
        approvals: () => Promise.resolve(Number.POSITIVE_INFINITY),
      },
    };
    await app.heartbeat.start();
    const maintenance = new Maintenance(running, makeLog('silent'), stopping.signal);
    await maintenance.applyPlan();
    if (app.planService.calendar() === EMPTY)
      throw new BanliError('rehearsal', 'the plan did not come into force');
    work(running, maintenance, stopping.signal);
    await maintenance.reconcile();
    await app.queues.every('maintenance', 'sweep', own.schedule.sweep, { kind: 'sweep' });
    await app.queues.every('maintenance', 'reconcile', own.schedule.reconcile, {
      kind: 'reconcile',
    });
    await simulation.run(end, options.told, options.signal);
    const content = options.asIs ? await missingContent(app, calendar) : missing;
    return await reportOf({
      config,
      calendar,
      app,
      sandboxes,
      missing: content,
      failures: simulation.failures,
      from: start,
      to: end,
      seconds: (performance.now() - began) / 1000,
    });
  } finally {
    stopping.abort();
    await app?.heartbeat.stop().catch(() => undefined);
    await app?.close();
    await Promise.all([...new Set(sandboxes.values())].map((one) => one.close()));
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * In memory where there is room: a year's editions are many small files, and none of them is kept.
 */
async function scratch(): Promise<string> {
  const memory = await statfs(MEMORY).catch(() => undefined);
  return memory && memory.bavail * memory.bsize > ROOM ? MEMORY : tmpdir();
}

/** When something about a release can become late, over, or too late. */
function landmarksOf({ due, settings }: Release): Instant[] {
  return [
    due - settings.lead + SETTLED_MS,
    due,
    due + settings.grace,
    due + settings.window + SECOND_MS,
  ].map(instant);
}

/** A stand-in for each channel; two channels of one kind have one each. */
async function standIns(config: Config, simulation: Simulation): Promise<Map<string, Sandbox>> {
  const turns = new Map<string, number>();
  const made: Sandbox[] = [];
  const byChannel = new Map<string, Sandbox>();
  const channels = [...config.channels];
  const one = <K extends ChannelConfig['kind']>(
    kind: K,
    nth: number,
  ): Extract<ChannelConfig, { kind: K }> | undefined =>
    channels
      .map(([, channel]) => channel)
      .filter((channel): channel is Extract<ChannelConfig, { kind: K }> => channel.kind === kind)[
      nth
    ];
  for (const [name, { kind }] of channels) {
    // These take the place of a catalogue, and each has one of its own.
    const as = ['manual', 'email', 'module'].includes(kind) ? 'http' : kind;
    const turn = turns.get(as) ?? 0;
    turns.set(as, turn + 1);
    made[turn] ??= await startSandbox({
      now: () => simulation.now(),
      account: one('wechat', turn)?.account ?? 'service',
      // Said at once, so that the report names it: what is only never delivered is seen hours later.
      fifth: 'used-up',
      ...(one('weibo', turn) ? { safeDomain: one('weibo', turn)?.safeDomain ?? '' } : {}),
    });
    const sandbox = made[turn];
    if (sandbox) byChannel.set(name, sandbox);
  }
  return byChannel;
}

/**
 * The configuration, with every address inside this machine and every folder a temporary one. Only
 * the year's plan files are there.
 */
async function configFor(
  config: Config,
  plan: Plan,
  folder: string,
  sandboxes: ReadonlyMap<string, Sandbox>,
): Promise<Config> {
  const plans = join(folder, 'config', 'plan');
  await mkdir(plans, { recursive: true });
  for (const name of plan.files)
    await cp(join(config.paths.root, name), join(plans, basename(name)));
  const workdays = join(folder, 'config', 'workdays.yaml');
  await cp(config.paths.workdays, workdays).catch(() => undefined);
  const channels = [...config.channels].map(([name, channel]): [string, ChannelConfig] => [
    name,
    redirected(channel, sandboxes.get(name)),
  ]);
  return {
    ...config,
    paths: { ...config.paths, root: folder, plan: plans, workdays, var: join(folder, 'var') },
    redis: undefined,
    channels: new Map(channels),
    mail: mailTo(sandboxes, config),
    alerts: alertsFor(config),
  };
}

function redirected(channel: ChannelConfig, sandbox: Sandbox | undefined): ChannelConfig {
  if (!sandbox) return channel;
  const at = (port: number): string => `http://127.0.0.1:${port}`;
  switch (channel.kind) {
    case 'website':
      return channel;
    // Whoever publishes by hand does so in time; and nothing of a rehearsal is sent to readers, or
    // done by code that is not Banli's.
    case 'manual':
    case 'email':
    case 'module':
      return {
        kind: 'http',
        mode: 'post',
        lookup: 'id',
        url: `${at(sandbox.ports.catalogue)}/catalogue`,
        secret: SANDBOX.webhookSecret,
      };
    case 'http':
      return {
        ...channel,
        url: `${at(sandbox.ports.catalogue)}/catalogue`,
        secret: SANDBOX.webhookSecret,
      };
    case 'wordpress':
      return {
        ...channel,
        url: at(sandbox.ports.wordpress),
        user: SANDBOX.wordpress.user,
        password: SANDBOX.wordpress.password,
      };
    case 'wechat':
      return {
        ...channel,
        mode: channel.mode === 'draft-only' ? 'publish' : channel.mode,
        appId: SANDBOX.appId,
        secret: SANDBOX.wechatSecret,
        baseUrl: at(sandbox.ports.wechat),
      };
    case 'weibo':
      return {
        ...channel,
        accessToken: SANDBOX.weiboToken,
        // Where it is not set, start and doctor say so.
        rip: channel.rip ?? SANDBOX.rip,
        baseUrl: at(sandbox.ports.weibo),
      };
  }
}

/** Mails go to the first stand-in's inbox, to those who would get them. */
function mailTo(
  sandboxes: ReadonlyMap<string, Sandbox>,
  config?: Config,
): NonNullable<Config['mail']> {
  const [first] = sandboxes.values();
  const people = { from: config?.mail?.from ?? 'banli@example.cn', to: [] };
  return {
    host: '127.0.0.1',
    port: first?.ports.smtp ?? 0,
    secure: false,
    requireTls: false,
    ...people,
  };
}

/**
 * The same people, all by mail; nothing that comes by the calendar alone, or because this is one
 * year by itself.
 */
function alertsFor({ alerts, language }: Config): Config['alerts'] {
  const ways = { missed: [MAIL], warning: [MAIL], report: [MAIL] };
  const somebody = {
    name: 'operator@example.cn',
    mail: ['operator@example.cn'],
    language,
    quiet: undefined,
    ways,
  };
  const people = alerts.people.map((one) => ({
    ...one,
    ways,
    mail: one.mail.length > 0 ? one.mail : [`${one.name}@example.cn`],
  }));
  return {
    ...alerts,
    people: people.length > 0 ? people : [somebody],
    ways: new Map(),
    planEnds: undefined,
    weekAhead: undefined,
    monthBack: undefined,
    receipts: false,
  };
}

/** Production's parts, but that a release without content is given some. */
function withStandIns(app: App, config: Config, missing: Set<ReleaseId>): App['publishDeps'] {
  let cover: Promise<Bundle['cover']> | undefined;
  return {
    ...app.publishDeps,
    async load(release) {
      const loaded = await app.publishDeps.load(release);
      if (loaded.state !== 'missing') return loaded;
      missing.add(release.id);
      const made = standInBundle(release, config.bureau.zh, cover);
      cover ??= made.then((bundle) => bundle.cover);
      return { state: 'ready', bundle: await made };
    },
  };
}

async function missingContent(app: App, calendar: Calendar): Promise<Set<ReleaseId>> {
  const missing = new Set<ReleaseId>();
  for (const release of calendar.releases)
    if (release.status !== 'cancelled' && (await app.publishDeps.load(release)).state === 'missing')
      missing.add(release.id);
  return missing;
}
