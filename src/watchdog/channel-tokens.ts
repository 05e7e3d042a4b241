// The watchdog's access tokens: it shares none with the service, whose store may be gone. In
// memory, but for those that were authorised at the desk, which leaves it a copy of each. Not for
// the service's: redis/token-store.ts.
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { TokenStore } from '../channels/wechat/api.ts';
import type { Clock } from '../lib/clock.ts';
import { writeDurably } from '../lib/durable-files.ts';
import { parseJson } from '../lib/parse-json.ts';

export function memoryTokens(): (channel: string) => TokenStore {
  const tokens = new Map<string, { token: string; until: number }>();
  return (channel) => ({
    get() {
      const one = tokens.get(channel);
      return Promise.resolve(one && one.until > performance.now() ? one.token : undefined);
    },
    set(token, forMs) {
      tokens.set(channel, { token, until: performance.now() + forMs });
      return Promise.resolve();
    },
    drop(token) {
      if (tokens.get(channel)?.token === token) tokens.delete(channel);
      return Promise.resolve();
    },
  });
}

const left = z.object({ token: z.string(), until: z.number() });
/** What the desk leaves; `until` in ms UTC. */
type Left = z.output<typeof left>;
const pathOf = (folder: string, channel: string): string =>
  join(folder, 'tokens', `${channel}.json`);

/** @param folder the watchdog's */
export function leaveToken(folder: string, channel: string, token: Left): Promise<void> {
  return writeDurably(pathOf(folder, channel), JSON.stringify(token), 0o600);
}

/** It counts no more. */
export function forgetToken(folder: string, channel: string): Promise<void> {
  return rm(pathOf(folder, channel), { force: true });
}

/** What the desk left for a channel, while it is good. */
export async function tokenLeft(
  folder: string,
  channel: string,
  clock: Clock,
): Promise<Left | undefined> {
  const one = left.safeParse(
    parseJson(await readFile(pathOf(folder, channel), 'utf8').catch(() => '')),
  ).data;
  return one && one.until > clock.now() ? one : undefined;
}

/** The same as a channel asks for it. */
export function leftToken(folder: string, channel: string, clock: Clock): TokenStore {
  const read = (): Promise<Left | undefined> => tokenLeft(folder, channel, clock);
  return {
    async get() {
      return (await read())?.token;
    },
    // The watchdog gets no token by itself where a person has to say yes.
    set: () => Promise.resolve(),
    async drop(token) {
      if ((await read())?.token === token) await forgetToken(folder, channel);
    },
  };
}
