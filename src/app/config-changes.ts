// What is written in the configuration now, beside what this process was started with; secrets that
// were replaced are taken over at once. Not for reading it: config/load.ts.
import { renewTransports, type Transports } from '../alerts/deliver-letters.ts';
import { MAIL } from '../alerts/recipients.ts';
import type { Config } from '../config/load.ts';
import type { Clock } from '../lib/clock.ts';
import { BanliError } from '../lib/errors.ts';

/** Parts of the configuration, as banli.yaml names them. */
const PARTS = [
  'bureau',
  'language',
  'paths',
  'redis',
  'site',
  'desk',
  'channels',
  'mail',
  'alerts',
  'watchdog',
  'schedule',
  'log',
] as const;
/**
 * Secrets of these are taken over by a running process; the others are in force after a restart.
 */
const TAKEN_OVER = /^(channels|mail|alerts)\./;

export type ConfigChange =
  | { readonly what: 'same' }
  | {
      readonly what: 'changed';
      /** These parts are in force after a restart. */
      readonly parts: readonly string[];
      /**
       * These secrets have another value, and `takeSecrets` takes them over:
       * `channels.wechat.secret`.
       */
      readonly secrets: readonly string[];
    }
  /** Started anew, it would not start. */
  | { readonly what: 'wrong'; readonly message: string };

/** Reads the configuration again. */
export function configChange(config: Config): ConfigChange {
  const now = readAgain(config);
  if (typeof now === 'string') return { what: 'wrong', message: now };
  const replaced = [...now.secrets]
    .filter(([what, value]) => config.secrets.has(what) && config.secrets.get(what) !== value)
    .map(([what]) => what);
  const { taken, left } = split(config, now, replaced);
  const parts = PARTS.filter(
    (part) =>
      written(now[part], now) !== written(config[part], config) ||
      left.some((what) => what.startsWith(`${part}.`)),
  );
  return parts.length + taken.length === 0
    ? { what: 'same' }
    : { what: 'changed', parts, secrets: taken };
}

/**
 * The configuration as it is written now, in force or not; as it is in force, where that cannot be
 * read.
 */
export function writtenNow(config: Config): Config {
  const now = readAgain(config);
  return typeof now === 'string' ? config : now;
}

/** @returns what is wrong with it, where it cannot be read */
function readAgain(config: Config): Config | string {
  try {
    return config.again();
  } catch (error) {
    if (!(error instanceof BanliError)) throw error;
    return error.message;
  }
}

/** Whose secret it is: `channels.wechat`, `mail`, `alerts.ways.team`. */
const ownerOf = (secret: string): string =>
  /^(mail|channels\.[^.]+|alerts\.ways\.[^.]+)\./.exec(secret)?.[1] ?? secret;

function ownedBy(config: Config, owner: string): unknown {
  if (owner === 'mail') return config.mail;
  const [, name = ''] = /^(?:channels|alerts\.ways)\.(.+)$/.exec(owner) ?? [];
  return owner.startsWith('channels.') ? config.channels.get(name) : config.alerts.ways.get(name);
}

/**
 * A secret alone is taken over; one that comes with another change of the same channel or way waits
 * for the restart with it.
 */
function split(
  config: Config,
  now: Config,
  replaced: readonly string[],
): { taken: readonly string[]; left: readonly string[] } {
  const isAlone = (what: string): boolean =>
    TAKEN_OVER.test(what) &&
    written(ownedBy(now, ownerOf(what)), now) === written(ownedBy(config, ownerOf(what)), config);
  return { taken: replaced.filter(isAlone), left: replaced.filter((what) => !isAlone(what)) };
}

/** Maps with their entries; functions by nothing; a secret as one, whatever it is. */
function written(value: unknown, { secrets }: Config): string {
  const values = new Set(secrets.values());
  return (
    JSON.stringify(value, (_, one: unknown) =>
      one instanceof Map
        ? [...one]
        : typeof one === 'string' && values.has(one)
          ? { secret: true }
          : one,
    ) ?? ''
  );
}

/**
 * Takes over secrets that were replaced: channels and ways use the new ones from their next call
 * on. Nothing else of the configuration changes.
 * @param secrets as `configChange` lists them
 */
export function takeSecrets(
  config: Config,
  secrets: readonly string[],
  ways: Transports,
  clock: Clock,
): void {
  const now = readAgain(config);
  if (typeof now === 'string') return;
  for (const owner of new Set(secrets.map(ownerOf))) {
    const own = ownedBy(config, owner);
    // The objects that channels and ways were made with: whoever holds one holds the new secret.
    if (own) Object.assign(own, ownedBy(now, owner));
  }
  const known = config.secrets as Map<string, string>;
  for (const what of secrets) known.set(what, now.secrets.get(what) ?? '');
  const names = new Set(
    secrets.flatMap((what) =>
      what.startsWith('channels.')
        ? []
        : [
            ownerOf(what)
              .replace(/^alerts\.ways\./, '')
              .replace(/^mail$/, MAIL),
          ],
    ),
  );
  renewTransports(ways, names, config, clock);
}
