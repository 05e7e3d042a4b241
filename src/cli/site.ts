// `banli correct`, `withdraw`, `site editions`, `site rollback`: what is done about what is public
// already. Not for publishing: operations.ts.

import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { PUBLIC } from '../ledger/states.ts';
import { BanliError } from '../lib/errors.ts';
import { instant } from '../lib/instant.ts';
import type { OperationResult } from '../operations/result.ts';
import { minuteIn } from '../plan/time.ts';
import { publicationId } from '../plan/types.ts';
import { channelsWith } from '../publish/correct-and-withdraw.ts';
import {
  channelOption,
  contextOf,
  print,
  printJson,
  releaseOf,
  withApp,
  withChannels,
} from './context.ts';
import { operate } from './operations.ts';

/** New content for a public release: what is in its folder now. */
export function correct(
  id: string,
  options: { reason: string },
  command: Command,
): Promise<number> {
  const context = contextOf(command);
  const { words } = context;
  return withChannels(context, async (app) => {
    const release = releaseOf(app.planService.calendar(), id, words);
    const channels = await channelsWith(app.publishDeps, release);
    const states = await app.ledger.statesOf(
      channels.map((name) => publicationId(release.id, name)),
    );
    if (![...states.values()].some((state) => PUBLIC.includes(state)))
      throw new BanliError('not-public', words.amend.nothingPublic(release.id));
    const loaded = await app.publishDeps.load(release);
    if (loaded.state !== 'ready')
      throw new BanliError('content', words.amend.noText, { hint: words.command('doctor') });
    const { digest } = loaded.bundle;
    return told(await operate(app, 'correct', release, { reason: options.reason, digest }, words));
  });
}

/** A tombstone with the reason, on every channel that can. */
export function withdraw(
  id: string,
  options: { reason: string; channel?: string },
  command: Command,
): Promise<number> {
  const context = contextOf(command);
  const { words } = context;
  return withChannels(context, async (app) => {
    const release = releaseOf(app.planService.calendar(), id, words);
    // Where it is public, too, though plan or configuration have dropped that channel since.
    const channels = await channelsWith(app.publishDeps, release);
    const channel = channelOption(options.channel, channels, context.words);
    return told(
      await operate(app, 'withdraw', release, { reason: options.reason, channel }, words),
    );
  });
}

/** Says what came of it on each channel. @returns 1 where some channel could not */
function told(done: readonly OperationResult[]): number {
  for (const one of done) print(one.message);
  if (!done.some(({ outcome }) => outcome === 'done')) return 1;
  return done.some(({ outcome }) => outcome === 'cannot') ? 1 : 0;
}

/** Editions of the public site that are kept, newest first. */
export function editions(options: { json?: boolean }, command: Command): Promise<number> {
  const context = contextOf(command);
  return withApp(context, async (app) => {
    const current = (await app.siteBuilder.current())?.edition;
    const all = (await app.siteBuilder.editions()).reverse();
    const { timezone } = app.planService.calendar();
    if (options.json) printJson({ editions: all.map((id) => ({ id, public: id === current })) });
    else
      for (const id of all)
        print(
          `${id === current ? '*' : ' '} ${id}  ${minuteIn(instant(Number(id.split('-')[0])), timezone)}`,
        );
    return 0;
  });
}

/** Shows again what an earlier edition showed. */
export function rollback(edition: string, _: unknown, command: Command): Promise<number> {
  const context = contextOf(command);
  const { words } = context;
  return withApp(context, async (app) => {
    if (!(await app.siteBuilder.editions()).includes(edition))
      throw new BanliError('unknown-edition', words.amend.unknownEdition(edition), {
        hint: words.amend.unknownEditionHow,
      });
    await app.publishDeps.amending(() => app.siteBuilder.rollBack(edition));
    await app.journal.append('rolled-back', '', userInfo().username, app.clock.now(), {
      edition,
    });
    print(words.amend.rolledBack(edition));
    return 0;
  });
}
