// `banli publish | retry | hold | approve`: what an operator does about one release. Never early, and never blindly twice.
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { Change, Entry } from '../ledger/ledger.ts';
import { minuteIn } from '../plan/time.ts';
import { publicationId } from '../plan/types.ts';
import type { Release } from '../plan/types.ts';
import type { House } from '../house.ts';
import { BanliError } from '../words/error.ts';
import { contextOf, print, releaseOf, withHouse } from './context.ts';
import type { Context } from './context.ts';

const BY_HAND = { code: 'by-operator' } as const;
/** Held because nobody knows whether it is public: look before anything else. */
const UNKNOWN = ['cannot-tell', 'vanished', 'worker-died'];

type Options = { channel?: string };

async function each(
  context: Context,
  id: string,
  options: Options,
  act: (house: House, release: Release, entry: Entry) => Promise<string>,
): Promise<number> {
  return withHouse(context, async (house) => {
    const release = releaseOf(house.planner.calendar(), id, context.words);
    const { channel } = options;
    if (channel !== undefined && !release.settings.channels.includes(channel))
      throw new BanliError('unknown-channel', context.words.cli.unknownChannel(channel), { hint: release.settings.channels.join(', ') });
    const channels = channel === undefined ? release.settings.channels : [channel];
    for (const name of channels) {
      const entry = await house.ledger.get(publicationId(release.id, name));
      if (entry) print(await act(house, release, entry));
    }
    return 0;
  });
}

async function move(house: House, entry: Entry, to: Change['to'], set: Change['set'] = {}): Promise<boolean> {
  const changed = await house.ledger.change({
    publication: entry.publication,
    from: entry,
    to,
    set,
    take: true,
    actor: userInfo().username,
    at: house.clock.now(),
    detail: { command: process.argv.slice(2).join(' ') },
  });
  return changed.ok;
}

/** Publishes what is due and stands still. Held in doubt: the operator says that it is not public. */
export function publish(id: string, options: Options, command: Command): Promise<number> {
  const context = contextOf(command);
  return each(context, id, options, async (house, release, entry) => {
    const now = house.clock.now();
    if (now < release.due)
      throw new BanliError('never-early', context.words.cli.neverEarly(minuteIn(release.due, release.timezone)), {
        hint: context.words.cli.neverEarlyHow,
      });
    if (entry.state === 'held' || entry.state === 'bygone' || entry.state === 'planned') {
      if (!(await move(house, entry, 'planned', { reason: BY_HAND, retryAt: null, staged: null })))
        return context.words.cli.skipped(entry.publication, context.words.state(entry.state));
      await house.parts.wake.stage(entry.publication, now);
      return context.words.cli.asked(entry.publication);
    }
    return context.words.cli.skipped(entry.publication, context.words.state(entry.state));
  });
}

/** Tries again what is held: looks first where the outcome is unknown. */
export function retry(id: string, options: Options, command: Command): Promise<number> {
  const context = contextOf(command);
  return each(context, id, options, async (house, _, entry) => {
    const now = house.clock.now();
    if (entry.state !== 'held') return context.words.cli.skipped(entry.publication, context.words.state(entry.state));
    const doubt = UNKNOWN.includes(entry.reason?.code ?? '');
    const done = doubt ? await move(house, entry, 'doubtful') : await move(house, entry, 'planned', { reason: BY_HAND, retryAt: null, staged: null });
    if (!done) return context.words.cli.skipped(entry.publication, context.words.state(entry.state));
    await (doubt ? house.parts.wake.verify(entry.publication, 0, now) : house.parts.wake.stage(entry.publication, now));
    return context.words.cli.asked(entry.publication);
  });
}

export function hold(id: string, options: Options, command: Command): Promise<number> {
  const context = contextOf(command);
  return each(context, id, options, async (house, _, entry) => {
    const can = entry.state === 'planned' || entry.state === 'staged' || entry.state === 'armed';
    return can && (await move(house, entry, 'held', { reason: BY_HAND, worker: null }))
      ? context.words.cli.heldNow(entry.publication)
      : context.words.cli.skipped(entry.publication, context.words.state(entry.state));
  });
}

/** Notes that a person approves exactly the content that is there now; another byte needs another approval. */
export function approve(id: string, options: { as: string }, command: Command): Promise<number> {
  const context = contextOf(command);
  return withHouse(context, async (house) => {
    const release = releaseOf(house.planner.calendar(), id, context.words);
    const loaded = await house.parts.load(release);
    if (loaded.state !== 'ready') {
      print(context.words.cli.contentWrong);
      if (loaded.state === 'flawed')
        for (const flaw of loaded.flaws) print(`${flaw.file}:${flaw.line}  ${context.words.flaw(flaw.code, flaw.detail)}`);
      else print(context.words.reason('content-missing', undefined, ''));
      return 1;
    }
    const now = house.clock.now();
    await house.notebook.approve(release.id, loaded.bundle.digest, options.as, now);
    await house.journal.append('approved', release.id, options.as, now, { digest: loaded.bundle.digest });
    print(context.words.cli.approved(release.id, await house.notebook.approvals(release.id, loaded.bundle.digest)));
    for (const channel of release.settings.channels) {
      const entry = await house.ledger.get(publicationId(release.id, channel));
      if (entry?.state === 'planned' && now >= release.due - release.settings.lead) await house.parts.wake.stage(entry.publication, now);
    }
    return 0;
  });
}
