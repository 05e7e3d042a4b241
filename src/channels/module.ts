// A channel of the bureau's own: a module on this machine that speaks to what Banli does not know. It
// runs with all the rights of the service, so that only the configuration can name it, and the file
// must be nobody else's to write. Not for what such a module has to do: docs/channels/writing-one.md.
import { stat } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { Clock } from '../lib/clock.ts';
import { BanliError, messageOf } from '../lib/errors.ts';
import type { Channel, LookupResult, ReleaseAnswer, StageAnswer } from './channel.ts';
import { type Http, http } from './http.ts';

export interface ModuleOptions {
  /** Absolute. */
  readonly path: string;
  /** Handed to the module as they stand. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly secret?: string | undefined;
}

/** What a module's default export is called with. */
export interface ModuleSetup {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly secret: string | undefined;
  readonly clock: Pick<Clock, 'now'>;
  /** One call with every limit; says whether anything was sent when it fails. */
  readonly http: Http;
}

const NEEDED = ['stage', 'release', 'lookup', 'withdraw', 'preflight'] as const;
const OPTIONAL = ['isStaged', 'arm', 'correct', 'tend'] as const;
const CLASSES: Readonly<Record<'stage' | 'release' | 'lookup', readonly string[]>> = {
  stage: ['staged', 'again', 'refused', 'quota'],
  release: ['done', 'accepted', 'handed', 'again', 'refused', 'quota', 'doubtful'],
  lookup: ['public', 'not-public', 'pending', 'handed', 'gone', 'repeatable', 'unknown'],
};
/** Others may write it. */
const WRITABLE = 0o022;

/** @throws BanliError naming the file and what is wrong with it */
export async function moduleChannel(
  name: string,
  { path, options, secret }: ModuleOptions,
  clock: Clock,
): Promise<Channel> {
  const wrong = (why: string, cause?: unknown): never => {
    throw new BanliError('module', `channels.${name}: ${path}: ${why}`, { cause });
  };
  const file = await stat(path).catch((error: unknown) => wrong(messageOf(error), error));
  const isOurs = file.uid === 0 || file.uid === process.getuid?.();
  if (!isOurs || (file.mode & WRITABLE) !== 0)
    wrong('chmod go-w; owner: root or the user of the service');
  const loaded = await (import(pathToFileURL(path).href) as Promise<{ default?: unknown }>).catch(
    (error: unknown) => wrong(messageOf(error), error),
  );
  if (typeof loaded.default !== 'function') return wrong('export default function');
  const setup: ModuleSetup = { name, options, secret, clock: { now: () => clock.now() }, http };
  const own: unknown = await loaded.default(setup);
  const methods = new Map(Object.entries(own ?? {}).filter(([, one]) => typeof one === 'function'));
  const lacking = NEEDED.filter((one) => !methods.has(one));
  if (lacking.length > 0) wrong(`${lacking.join(', ')}?`);
  const call = methodsOf(own as Channel);
  const more = OPTIONAL.flatMap((one) => {
    const method: unknown = methods.get(one);
    return typeof method === 'function' ? [[one, method.bind(own) as unknown] as const] : [];
  });
  return { name, kind: 'module', ...call, ...Object.fromEntries(more) };
}

/** What it throws, and an answer that is none, is never taken for "nothing happened" at T. */
function methodsOf(own: Channel): Pick<Channel, (typeof NEEDED)[number]> {
  const failed = (error: unknown): { code: string; detail: string } => ({
    code: 'module-failed',
    detail: messageOf(error).slice(0, 200),
  });
  const known = <T extends { class: string }>(verb: keyof typeof CLASSES, answer: T): T => {
    if (!CLASSES[verb].includes(answer?.class))
      throw new Error(`${verb}: ${String(answer?.class)}`);
    return answer;
  };
  return {
    stage: async (item, signal): Promise<StageAnswer> => {
      try {
        return known('stage', await own.stage(item, signal));
      } catch (error) {
        return { class: 'again', why: failed(error) };
      }
    },
    release: async (one, signal): Promise<ReleaseAnswer> => {
      if (one.guard && !one.guard()) return { class: 'again', why: { code: 'worker-stale' } };
      try {
        return known('release', await own.release(one, signal));
      } catch (error) {
        return { class: 'doubtful', why: failed(error) };
      }
    },
    lookup: async (one, signal): Promise<LookupResult> => {
      try {
        return known('lookup', await own.lookup(one, signal));
      } catch (error) {
        return { class: 'unknown', why: failed(error) };
      }
    },
    withdraw: async (one, signal, reason) => {
      try {
        return await own.withdraw(one, signal, reason);
      } catch (error) {
        return { class: 'cannot', why: failed(error) };
      }
    },
    preflight: async (signal) => {
      try {
        return await own.preflight(signal);
      } catch (error) {
        return { wrong: [failed(error)], notes: [] };
      }
    },
  };
}
