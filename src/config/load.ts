// config/banli.yaml + environment + secret files → Config, or every error with its line. Not for
// the plan: app/plan-service.ts.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import type { MailOptions } from '../alerts/transports/mail.ts';
import { limitsOf } from '../channels/limits.ts';
import { howItRuns, languageOfTerminal, type Running } from '../i18n/environment.ts';
import { messagesFor } from '../i18n/index.ts';
import { BanliError } from '../lib/errors.ts';
import type { ChannelLimit } from '../plan/conflicts.ts';
import { showProblem } from '../plan/issues.ts';
import { parseDuration } from '../plan/time.ts';
import type { Language, Name } from '../plan/types.ts';
import type { ExternalRedis } from '../redis/options.ts';
import type { Theme } from '../site/theme.ts';
import {
  type AlertOptions,
  alertEntries,
  alertsOf,
  checkWays,
  mailOf,
  type WatchdogOptions,
  watchdogOf,
} from './alerts.ts';
import { type ChannelConfig, channelEntry, revealChannel } from './channels.ts';
import type { Env } from './env-file.ts';
import { parseSecretly } from './redact.ts';
import {
  type Elsewhere,
  environmentApart,
  environmentOf,
  type MissingSecret,
  missingSecrets,
  SecretReader,
  setElsewhere,
} from './secrets.ts';
import { themeEntry, themeOf } from './theme.ts';
import {
  id,
  isPrivateWay,
  length,
  network,
  origin,
  port,
  type Reveal,
  secret,
  siteAddress,
  text,
  url,
} from './values.ts';

const host = z.strictObject({ host: text, port });

const file = z
  .strictObject({
    bureau: z.strictObject({ zh: text, en: text.optional() }),
    language: z.enum(['zh', 'en']).default('zh'),
    paths: z
      .strictObject({
        plan: text.optional(),
        workdays: text.optional(),
        content: text.optional(),
        var: text.optional(),
      })
      .default({}),
    redis: z
      .strictObject({
        url: z
          .string('text')
          .regex(/^rediss?:\/\/[^@]*$/, 'text')
          .optional(),
        sentinels: z.array(host).optional(),
        master: text.optional(),
        cluster: z.array(host).optional(),
        username: text.optional(),
        password: secret.optional(),
        tls: z.boolean().optional(),
        prefix: text.optional(),
        replicas: z.number('count').int('count').min(0, 'count').max(10, 'count').optional(),
        accept: z.array(text).default([]),
      })
      .optional(),
    site: z
      .strictObject({
        publicUrl: siteAddress.optional(),
        host: text.default('127.0.0.1'),
        port: port.default(8040),
        sample: z.boolean().default(false),
        earlier: url.optional().describe('where releases from before Banli are'),
        theme: themeEntry.optional(),
        trustedProxies: z.array(network).default(['127.0.0.1', '::1']),
      })
      .prefault({}),
    desk: z
      .strictObject({
        publicUrl: origin.optional(),
        totp: z.enum(['optional', 'required']).default('optional'),
        oidc: z
          .strictObject({
            issuer: url,
            clientId: text,
            secret,
            claim: text.default('preferred_username'),
          })
          .optional(),
      })
      .prefault({}),
    channels: z.record(id, channelEntry),
    ...alertEntries,
    schedule: z
      .strictObject({ sweep: length.default('5s'), reconcile: length.default('60s') })
      .prefault({}),
    log: z
      .strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']).default('info') })
      .prefault({}),
  })
  .superRefine(checkWays)
  .superRefine(({ channels, mail }, context) => {
    for (const [name, one] of Object.entries(channels))
      if (one.kind === 'email' && !mail)
        context.addIssue({
          code: 'custom',
          path: ['channels', name, 'kind'],
          message: 'email-way',
          input: one.kind,
        });
    for (const [name, one] of Object.entries(channels))
      if (one.kind === 'weibo' && one.accessToken === undefined && one.app === undefined)
        context.addIssue({
          code: 'custom',
          path: ['channels', name, 'accessToken'],
          message: 'weibo-token',
          input: undefined,
        });
    for (const [name, one] of Object.entries(channels)) {
      if (one.kind !== 'email') continue;
      one.to.forEach((address, index) => {
        if (one.to.findIndex((other) => isSameReader(other, address)) < index)
          context.addIssue({
            code: 'custom',
            path: ['channels', name, 'to', index],
            message: 'reader-twice',
            input: address,
          });
      });
    }
    for (const [name, one] of Object.entries(channels))
      if (one.kind === 'wordpress' && !isPrivateWay(one.url))
        context.addIssue({
          code: 'custom',
          path: ['channels', name, 'url'],
          message: 'wordpress-tls',
          input: one.url,
        });
  });

/** With or without a name before it. */
const isSameReader = (one: string, other: string): boolean => bareOf(one) === bareOf(other);
const bareOf = (address: string): string =>
  (/<([^>]+)>/.exec(address)?.[1] ?? address).trim().toLowerCase();

/** Where the site is, and who stands before it. */
export interface SiteConfig {
  readonly publicUrl: string;
  readonly host: string;
  readonly port: number;
  readonly sample: boolean;
  /** Where releases from before Banli are. */
  readonly earlier?: string | undefined;
  readonly theme: Theme | undefined;
  /**
   * Addresses and networks of proxies whose word on where a request comes from is believed; this
   * machine's alone where nothing is said.
   */
  readonly trustedProxies: readonly string[];
}

/** Where the desk is, and how people sign in there. */
export interface DeskConfig {
  /**
   * Where people reach it, with a slash at the end: the site's, where it has no host of its own.
   */
  readonly publicUrl: string;
  /** Whether everybody needs a second factor. */
  readonly totp: 'optional' | 'required';
  readonly oidc:
    | {
        readonly issuer: string;
        readonly clientId: string;
        readonly secret: string;
        /** The claim that holds the name a person has here. */
        readonly claim: string;
      }
    | undefined;
}

/** What is read in the place of what is there, before it takes that place. */
export interface ConfigDraft {
  /** A file in the place of banli.yaml, which is what it is called in what is said of it. */
  readonly file: string;
  /** Secrets that are about to be written, by their variables. */
  readonly secrets: Env;
}

/** How this installation is set up, for whoever changes its settings. */
export interface Installation {
  /** The folder that banli.yaml lies in. */
  readonly folder: string;
  readonly running: Running;
  readonly setElsewhere: (variable: string) => Elsewhere | undefined;
}

export interface Config {
  /**
   * Reads it again from where it was read, with the same environment.
   * @throws BanliError as then
   */
  readonly again: (draft?: ConfigDraft) => Config;
  readonly installation: Installation;
  /** What its secrets are, by the setting that asks for each: `channels.wechat.secret`. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly bureau: Name;
  readonly language: Language;
  /** All absolute. */
  readonly paths: {
    readonly root: string;
    readonly plan: string;
    readonly workdays: string;
    readonly content: string;
    readonly var: string;
  };
  readonly redis: ExternalRedis | undefined;
  readonly prefix: string;
  readonly site: SiteConfig;
  readonly desk: DeskConfig;
  readonly channels: ReadonlyMap<string, ChannelConfig>;
  readonly mail: MailOptions | undefined;
  readonly alerts: AlertOptions;
  readonly watchdog: WatchdogOptions;
  /** Milliseconds. */
  readonly schedule: { readonly sweep: number; readonly reconcile: number };
  readonly log: { readonly level: string };
}

/**
 * What the plan commands need: channels with their limits, and paths; no secret. Undefined where
 * there is no configuration file.
 */
export function outlineOf(
  folder: string,
  env: Env,
):
  | { channels: readonly string[]; limits: readonly ChannelLimit[]; paths: Config['paths'] }
  | undefined {
  if (!existsSync(join(folder, 'banli.yaml'))) return undefined;
  const entry = parseFile(folder, languageOfTerminal(env));
  return {
    channels: Object.keys(entry.channels),
    limits: limitsOf(Object.entries(entry.channels)),
    paths: pathsOf(folder, entry.paths),
  };
}

function pathsOf(folder: string, paths: z.output<typeof file>['paths']): Config['paths'] {
  const root = dirname(resolve(folder));
  const at = (path: string): string => resolve(root, path);
  return {
    root,
    plan: at(paths.plan ?? join(folder, 'plan')),
    workdays: at(paths.workdays ?? join(folder, 'workdays.yaml')),
    content: at(paths.content ?? 'content'),
    var: at(paths.var ?? 'var'),
  };
}

function parseFile(folder: string, language: Language, from?: string): z.output<typeof file> {
  const words = messagesFor(language);
  const path = join(folder, 'banli.yaml');
  let source: string;
  try {
    source = readFileSync(from ?? path, 'utf8');
  } catch (error) {
    throw new BanliError('no-config', words.cli.noConfig(path), {
      hint: words.command(`--config ${words.help.place.folder} …`),
      cause: error,
    });
  }
  const parsed = parseSecretly({ name: path, text: source }, file);
  if ('problems' in parsed)
    throw new BanliError(
      'config',
      `${words.cli.configWrong(path)}\n${parsed.problems
        .map((problem) => showProblem(problem, words.plan))
        .join('\n')}`,
    );
  return parsed.entry;
}

/**
 * Reads a configuration folder; relative paths in it start at the folder's parent.
 * @param reveal what a secret is, if not what stands where the configuration says: a rehearsal
 *   needs none
 * @throws BanliError with every error at its line, or naming every secret that is missing and where
 *   to put it
 */
export function loadConfig(
  folder: string,
  env: Env,
  reveal?: (what: string) => string,
  draft?: ConfigDraft,
): Config {
  const { config, missing } = read(folder, env, reveal, draft);
  if (missing.length > 0) throw missingSecrets(missing, config.paths.root, env);
  return config;
}

/**
 * For what needs no channel: secrets may be missing, and what is made with one of those is not to
 * be used.
 * @throws BanliError with every error at its line, or where Redis asks for a password that is
 *   missing
 */
export function loadWithoutSecrets(
  folder: string,
  env: Env,
): { readonly config: Config; readonly missing: readonly MissingSecret[] } {
  const found = read(folder, env);
  const needed = found.missing.filter(({ what }) => what.startsWith('redis.'));
  if (needed.length > 0) throw missingSecrets(needed, found.config.paths.root, env);
  return found;
}

function read(
  folder: string,
  env: Env,
  reveal?: (what: string) => string,
  draft?: ConfigDraft,
): { config: Config; missing: readonly MissingSecret[] } {
  const entry = parseFile(folder, languageOfTerminal(env), draft?.file);
  const paths = pathsOf(folder, entry.paths);
  const secrets = new SecretReader(
    paths.root,
    reveal ? env : { ...environmentOf(folder, env), ...draft?.secrets },
  );
  const revealed: Reveal = reveal ?? secrets.reveal;
  const configured = entry.site.publicUrl ?? `http://${entry.site.host}:${entry.site.port}/`;
  const publicUrl = slashed(configured);
  const deskUrl = slashed(entry.desk.publicUrl ?? publicUrl);
  const channels = Object.entries(entry.channels).map(([name, one]): [string, ChannelConfig] => [
    name,
    revealChannel(name, one, revealed, entry.language, paths.root),
  ]);
  const { redis } = entry;
  const apart = reveal ? env : environmentApart(folder, env);
  const config: Config = {
    again: (next) => loadConfig(folder, apart, reveal, next),
    installation: {
      folder: resolve(folder),
      running: howItRuns(env),
      setElsewhere: (variable) => setElsewhere(variable, env),
    },
    secrets: secrets.found,
    bureau: entry.bureau,
    language: entry.language,
    paths,
    redis: redis && {
      ...redis,
      password: redis.password && revealed('redis.password', redis.password),
    },
    prefix: redis?.prefix ?? '{banli}',
    site: {
      ...entry.site,
      publicUrl,
      theme: themeOf(entry.site.theme, paths.root, messagesFor(languageOfTerminal(env))),
    },
    desk: {
      publicUrl: deskUrl,
      totp: entry.desk.totp,
      oidc: entry.desk.oidc && {
        ...entry.desk.oidc,
        secret: revealed('desk.oidc.secret', entry.desk.oidc.secret),
      },
    },
    channels: new Map(channels),
    mail: mailOf(entry, revealed),
    alerts: alertsOf(entry, deskUrl, entry.language, limitsOf(channels), revealed),
    watchdog: watchdogOf(entry, publicUrl, revealed),
    schedule: {
      sweep: parseDuration(entry.schedule.sweep) ?? 5000,
      reconcile: parseDuration(entry.schedule.reconcile) ?? 60_000,
    },
    log: entry.log,
  };
  return { config, missing: secrets.missing };
}

const slashed = (address: string): string => (address.endsWith('/') ? address : `${address}/`);
