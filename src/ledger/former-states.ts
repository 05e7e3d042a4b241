// States of a ledger that an earlier release of Banli wrote get their present names at start. What
// such a release writes beside this one is understood all the same: states.ts, ledger.lua.

import { readFileSync } from 'node:fs';
import type { RedisClient, RedisHandle } from '../redis/connection.ts';
import { keyOf } from '../redis/keys.ts';
import type { Ledger } from './ledger.ts';
import { FORMER_STATES } from './states.ts';

const script = readFileSync(new URL('./rename-state.lua', import.meta.url), 'utf8');
const PAGE = 10_000;

type Scripted = RedisClient & {
  banliRenameState(...args: string[]): Promise<unknown>;
};

/** @returns how many publications were renamed */
export async function renameFormerStates(
  { client, prefix }: RedisHandle,
  ledger: Ledger,
): Promise<number> {
  client.defineCommand('banliRenameState', { numberOfKeys: 1, lua: script });
  const redis = client as Scripted;
  // Every former name was one of a closed state.
  const closed = [...(await ledger.closed()).keys()];
  let renamed = 0;
  for (let start = 0; start < closed.length; start += PAGE) {
    const keys = closed.slice(start, start + PAGE).map((one) => keyOf({ prefix }, `pub:${one}`));
    const found = await Promise.all(keys.map((key) => redis.hget(key, 's')));
    const answers = await Promise.all(
      keys.flatMap((key, index) => {
        const was = found[index] ?? '';
        const named = FORMER_STATES[was];
        return named ? [redis.banliRenameState(key, was, named)] : [];
      }),
    );
    renamed += answers.filter((answer) => answer === 1).length;
  }
  return renamed;
}
