// `banli watchdog`: the process that looks from outside. `banli start` keeps one beside it
// (start.ts). Not for what it sees: watchdog/.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { makeTransports } from '../alerts/deliver-letters.ts';
import { describeIncident } from '../alerts/templates/describe-incident.ts';
import { configChange, takeSecrets } from '../app/config-changes.ts';
import { makeChannel } from '../app/make-channels.ts';
import type { Config } from '../config/load.ts';
import { systemClock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import { makeLog } from '../lib/log.ts';
import { leftToken, memoryTokens } from '../watchdog/channel-tokens.ts';
import { Watchdog } from '../watchdog/watchdog.ts';
import { contextOf, print } from './context.ts';
import { signalled } from './signals.ts';

/** How often a watchdog looks whether another has taken over, ms. */
const OWNER_MS = 300;

export async function watchdog(options: { once?: boolean }, command: Command): Promise<number> {
  const context = contextOf(command);
  const config = context.config();
  const { words } = context;
  const log = makeLog(config.log.level, join(config.paths.var, 'log', 'watchdog.log'));
  const ways = makeTransports(config.mail, config.alerts.ways, systemClock);
  const tokens = memoryTokens();
  const folder = join(config.paths.var, 'watchdog');
  const channels = new Map(
    [...config.channels].flatMap(([name, one]) =>
      one.kind === 'website' || one.kind === 'email' || one.kind === 'module'
        ? []
        : [
            [
              name,
              makeChannel(
                name,
                one,
                one.kind === 'weibo' ? leftToken(folder, name, systemClock) : tokens(name),
                systemClock,
              ),
            ] as const,
          ],
    ),
  );
  const dog = new Watchdog({ config, clock: systemClock, ways, log, channels });
  if (options.once) {
    const wrong = await dog.look();
    for (const condition of wrong.values())
      print(words.acts.found(describeIncident(words, condition, systemClock.now()).head));
    if (wrong.size === 0) print(words.acts.looked(config.watchdog.site));
    for (const way of ways.values()) way.close();
    return wrong.size === 0 ? 0 : 1;
  }
  await dog.start();
  print(words.acts.watching(config.watchdog.site));
  const stopping = new AbortController();
  void signalled().then(() => stopping.abort());
  while (!stopping.signal.aborted && (await dog.isOwner())) {
    const change = configChange(config);
    if (change.what === 'changed' && change.secrets.length > 0)
      takeSecrets(config, change.secrets, ways, systemClock);
    // A look that fails must not be the last one.
    await dog.round().catch((error: unknown) => log.error({ message: messageOf(error) }, 'round'));
    // In short sleeps: one that takes over waits until this one has ended.
    for (
      const until = performance.now() + config.watchdog.every;
      performance.now() < until && !stopping.signal.aborted;
    ) {
      await sleep(Math.min(OWNER_MS, Math.max(0, until - performance.now())), undefined, {
        signal: stopping.signal,
      }).catch(() => undefined);
      if (!(await dog.isOwner())) break;
    }
  }
  for (const way of ways.values()) way.close();
  return 0;
}

/** Whether there is anybody whom a watchdog could tell. */
export function canTell(config: Config): boolean {
  return (
    (config.alerts.people.length > 0 &&
      (config.mail !== undefined || config.alerts.ways.size > 0)) ||
    config.watchdog.ping !== undefined
  );
}
