// `banli doctor`: everything that could stand in the way, looked at now: plan, Redis, clocks,
// folders, channels, mail, content.
import { access, constants, mkdir } from 'node:fs/promises';
import type { Command } from 'commander';
import { MAIL } from '../alerts/recipients.ts';
import type { App } from '../app/app.ts';
import { ownHostOf } from '../config/hosts.ts';
import { type Config } from '../config/load.ts';
import { type MissingSecret, missingSecrets } from '../config/secrets.ts';
import { drawCover } from '../content/cover.ts';
import type { Messages } from '../i18n/index.ts';
import { messageOf, systemCode } from '../lib/errors.ts';
import { openFolders } from '../lib/private-folders.ts';
import { showProblem } from '../plan/issues.ts';
import { hasErrors, readPlan } from '../plan/read-all.ts';
import { minuteIn } from '../plan/time.ts';
import { readSources } from '../plan-files/sources.ts';
import { channelOption, contextOf, print, printJson, withApp } from './context.ts';

/** One thing that was looked at. */
interface Finding {
  readonly what: string;
  readonly result: 'ok' | 'bad' | 'note';
  readonly say: string;
}

const WEEK_MS = 7 * 86_400_000;
/** More than this is told as wrong. */
const CLOCK_MS = 1000;
const PREFLIGHT_MS = 30_000;
const DESK_MS = 5000;
/** Pictures are uploaded, and a fresh one is unknown for some seconds. */
const TRY_MS = 120_000;

export async function doctor(
  options: { json?: boolean; channel?: string; try?: boolean },
  command: Command,
): Promise<number> {
  const context = contextOf(command);
  const { config, missing } = context.withoutSecrets();
  // What a secret belongs to: `channels.wechat`, `mail`.
  const without = new Set(missing.map(({ what }) => what.slice(0, what.lastIndexOf('.'))));
  const only = channelOption(
    options.channel,
    [...config.channels.keys()],
    context.words,
    context.words.cli.noChannel,
  );
  const findings = await withApp(context, async (app) => {
    const channels = await checkChannels(app, context.words, only, without);
    if (options.try) channels.push(...(await tryChannels(app, context.words, only, without)));
    if (only !== undefined) return channels;
    return [
      ...(missing.length > 0
        ? [
            {
              what: context.words.cli.doctor.secrets,
              result: 'bad' as const,
              say: secretsSay(missing, config),
            },
          ]
        : []),
      ...(await checkPlan(app, config, context.words)),
      ...(await checkRedis(app, context.words)),
      ...(await checkFolders(config, context.words)),
      ...(await checkSite(config, context.words)),
      ...(await checkDesk(config, context.words)),
      ...channels,
      ...(await checkMail(app, context.words, without)),
    ];
  });
  const bad = findings.filter((finding) => finding.result === 'bad').length;
  if (options.json) printJson({ ok: bad === 0, findings });
  else
    for (const finding of findings)
      print(`${{ ok: '✓', bad: '✗', note: '·' }[finding.result]} ${finding.what}：${finding.say}`);
  return bad === 0 ? 0 : 1;
}

/** All that are missing, and where to put them. */
function secretsSay(missing: readonly MissingSecret[], { paths }: Config): string {
  const { message, hint } = missingSecrets(missing, paths.root, process.env);
  return `${message}\n${hint ?? ''}`;
}

async function checkPlan(app: App, config: Config, words: Messages): Promise<Finding[]> {
  const w = words.cli.doctor;
  const read = readPlan(await readSources(config.paths), [...config.channels.keys()]);
  if (hasErrors(read.problems))
    return [
      {
        what: w.plan,
        result: 'bad',
        say: read.problems.map((problem) => showProblem(problem, words.plan)).join('\n'),
      },
    ];
  const now = app.clock.now();
  const soon = read.calendar.releases.filter(
    (release) => release.status !== 'cancelled' && release.due > now && release.due < now + WEEK_MS,
  );
  const content: Finding[] = [];
  for (const release of soon) {
    const loaded = await app.publishDeps.load(release);
    const due = minuteIn(release.due, release.timezone);
    if (loaded.state === 'missing')
      content.push({ what: w.content, result: 'note', say: w.contentMissing(release.id, due) });
    const flaws =
      loaded.state === 'flawed'
        ? loaded.flaws
        : loaded.state === 'ready'
          ? release.settings.channels.flatMap((name) => {
              const channel = app.channels.get(name);
              return channel
                ? app.publishDeps.flawsFor(
                    channel,
                    app.publishDeps.itemOf(release, loaded.bundle, name),
                    loaded.bundle,
                  )
                : [];
            })
          : [];
    for (const flaw of flaws)
      content.push({
        what: w.content,
        result: 'bad',
        say: `${flaw.file}:${flaw.line} ${flaw.problem ? Object.values(flaw.problem.say(words.plan)).filter(Boolean).join(' · ') : words.flaw(flaw.code, flaw.detail)}`,
      });
  }
  if (content.length === 0) content.push({ what: w.content, result: 'ok', say: w.allReady });
  const samples = read.plans.flatMap(({ sample, year }): Finding[] =>
    sample
      ? [{ what: w.plan, result: 'note', say: words.cli.samplePlan(year).replace(/^· /, '') }]
      : [],
  );
  return [
    { what: w.plan, result: 'ok', say: w.releases(read.calendar.releases.length) },
    ...samples,
    ...content,
  ];
}

async function checkRedis(app: App, words: Messages): Promise<Finding[]> {
  const w = words.cli.doctor;
  const info = String(await app.redis.client.info('server'));
  const version = /redis_version:(\S+)/.exec(info)?.[1] ?? '?';
  const lag = await app.heartbeat.clockLag();
  return [
    { what: w.redis, result: 'ok', say: w.redisOk(version) },
    { what: w.clock, result: lag > CLOCK_MS ? 'bad' : 'ok', say: w.clockOff(lag, w.redisClock) },
  ];
}

async function checkFolders(config: Config, words: Messages): Promise<Finding[]> {
  const w = words.cli.doctor;
  const open = (await openFolders(config.paths)).map(
    (path): Finding => ({ what: w.folders, result: 'note', say: w.readableByAll(path) }),
  );
  const writable = await Promise.all(
    [config.paths.var, config.paths.content].map(async (path): Promise<Finding> => {
      try {
        await mkdir(path, { recursive: true });
        await access(path, constants.R_OK | constants.W_OK);
        return { what: w.folders, result: 'ok', say: w.writable(path) };
      } catch {
        return { what: w.folders, result: 'bad', say: w.notWritable(path) };
      }
    }),
  );
  return [...writable, ...open];
}

/** Whether readers get to the site by its public address: what the watchdog looks at, too. */
async function checkSite({ site }: Config, words: Messages): Promise<Finding[]> {
  const w = words.cli.doctor;
  const found = await fetch(site.publicUrl, {
    redirect: 'manual',
    signal: AbortSignal.timeout(DESK_MS),
  }).then(
    ({ status }) => (status < 400 ? undefined : String(status)),
    (error: unknown) => systemCode((error as { cause?: unknown }).cause) ?? messageOf(error),
  );
  return [
    found === undefined
      ? { what: w.site, result: 'ok', say: w.siteReached(site.publicUrl) }
      : { what: w.site, result: 'note', say: w.siteUnreached(site.publicUrl, found) },
  ];
}

/**
 * Whether anything that is published shares the desk's origin, and whether the web server before it
 * keeps the two apart.
 */
async function checkDesk(config: Config, words: Messages): Promise<Finding[]> {
  const w = words.cli.doctor;
  const { publicUrl } = config.desk;
  // On this machine alone there is nobody to keep apart.
  if (config.site.publicUrl.startsWith('http:')) return [];
  if (ownHostOf(config) === undefined)
    return [{ what: w.desk, result: 'note', say: w.deskSharesHost }];
  const statusOf = (site: string): Promise<number | undefined> =>
    fetch(`${site}desk/sign-in`, { redirect: 'manual', signal: AbortSignal.timeout(DESK_MS) }).then(
      ({ status }) => status,
      () => undefined,
    );
  const [there, here] = await Promise.all([statusOf(publicUrl), statusOf(config.site.publicUrl)]);
  if (here === 200)
    return [{ what: w.desk, result: 'bad', say: w.deskOnSite(config.site.publicUrl) }];
  return there === 200
    ? [{ what: w.desk, result: 'ok', say: w.deskApart(publicUrl) }]
    : [{ what: w.desk, result: 'note', say: w.deskUnreached(publicUrl, there) }];
}

async function checkChannels(
  app: App,
  words: Messages,
  only: string | undefined,
  without: ReadonlySet<string>,
): Promise<Finding[]> {
  const w = words.cli.doctor;
  const findings: Finding[] = [];
  for (const [name, channel] of app.channels) {
    if (only !== undefined && only !== name) continue;
    const what = w.channel(words.channel(name));
    if (without.has(`channels.${name}`)) {
      findings.push({ what, result: 'bad', say: w.withoutSecret });
      continue;
    }
    const found = await channel.preflight(AbortSignal.timeout(PREFLIGHT_MS));
    for (const why of found.wrong)
      findings.push({ what, result: 'bad', say: words.reason(why.code, why.detail, '') });
    for (const why of found.notes)
      findings.push({ what, result: 'note', say: words.reason(why.code, why.detail, '') });
    const offset = found.clockOffsetMs;
    if (offset !== undefined && Math.abs(offset) > CLOCK_MS)
      findings.push({
        what,
        result: 'bad',
        say: w.clockOff(offset, w.channelClock(words.channel(name))),
      });
    if (found.wrong.length === 0) findings.push({ what, result: 'ok', say: w.ok });
  }
  return findings;
}

/** What the channels answer to a draft that is made, read and deleted. */
async function tryChannels(
  app: App,
  words: Messages,
  only: string | undefined,
  without: ReadonlySet<string>,
): Promise<Finding[]> {
  const w = words.cli.doctor;
  const findings: Finding[] = [];
  for (const [name, channel] of app.channels) {
    if ((only !== undefined && only !== name) || without.has(`channels.${name}`)) continue;
    const what = w.channel(words.channel(name));
    if (!channel.tryOut) {
      if (only !== undefined) findings.push({ what, result: 'note', say: w.cannotTry });
      continue;
    }
    const text = { title: w.tryTitle, content: `<p>${w.tryText}</p>` };
    const cover = await drawCover({
      title: text.title,
      figure: undefined,
      period: '',
      bureau: app.config.bureau.zh,
    });
    for (const { call, isOk, said } of await channel.tryOut(
      cover,
      text,
      AbortSignal.timeout(TRY_MS),
    ))
      findings.push({ what, result: isOk ? 'ok' : 'bad', say: w.tried(call, said) });
  }
  return findings;
}

async function checkMail(
  { transports }: App,
  words: Messages,
  without: ReadonlySet<string>,
): Promise<Finding[]> {
  const w = words.cli.doctor;
  if (transports.size === 0) return [{ what: w.mail, result: 'note', say: w.noMail }];
  return Promise.all(
    [...transports].map(async ([name, way]): Promise<Finding> => {
      const what = name === MAIL ? w.mail : `${w.mail}（${name}）`;
      if (without.has(name === MAIL ? 'mail' : `alerts.ways.${name}`))
        return { what, result: 'bad', say: w.withoutSecret };
      try {
        await way.check();
        return { what, result: 'ok', say: w.mailOk(name) };
      } catch (error) {
        return { what, result: 'bad', say: words.acts.sendTrouble(messageOf(error)) };
      }
    }),
  );
}
