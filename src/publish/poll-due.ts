// The truth is polled: whatever the ledger says is to be done by now is done, should no job have
// come for it. Jobs are hints that make it quicker. Not for what is done: stage.ts, release.ts,
// verify.ts.
import type { LedgerEntry } from '../ledger/ledger.ts';
import { IN_HAND } from '../ledger/states.ts';
import { type Instant, instant } from '../lib/instant.ts';
import { type PublicationId, parsePublicationId } from '../plan/types.ts';
import { doubtUnsettled, laterBy, type PublishDeps } from './deps.ts';
import { releaseWave } from './release.ts';
import { stage } from './stage.ts';
import { isHeld, probe } from './verify.ts';

/** A job has so long to come first, ms. */
const HEAD_START_MS = 500;
/** So many publications are taken up by one poll. */
const MOST = 500;
/** So many are staged or looked for at once by what was polled. */
const AT_ONCE = 8;
/** Whoever lives and holds a publication is asked about again after this, ms. */
const HELD_MS = 1000;

/** What one process attends to by itself. */
export class DuePoller {
  readonly #parts: PublishDeps;
  readonly #signal: AbortSignal;
  readonly #failed: (error: unknown) => void;
  readonly #busy = new Map<string, Promise<void>>();
  #acting = 0;

  /** @param failed is told what went wrong; it is tried again with a later poll */
  constructor(parts: PublishDeps, signal: AbortSignal, failed: (error: unknown) => void) {
    this.#parts = parts;
    this.#signal = signal;
    this.#failed = failed;
  }

  /** Takes up what is to be done by now. Resolves once it knows what that is; the work goes on. */
  async poll(): Promise<void> {
    const { ledger, channels } = this.#parts;
    for (const [name, channel] of channels)
      if (channel.tend) this.#run(`tend ${name}`, async () => channel.tend?.(this.#signal));
    const orphans = await this.#ownOrphans();
    const ids = await ledger.waking(laterBy(this.#parts, -HEAD_START_MS), MOST);
    const free = [...new Set([...orphans, ...ids])].filter((id) => !this.#busy.has(id));
    if (free.length === 0) return;
    const entries = [...(await ledger.getAll(free)).values()];
    await ledger.snooze(await this.#heldByTheLiving(entries), laterBy(this.#parts, HELD_MS));
    for (const [channel, due] of wavesIn(entries))
      this.#run(`${channel} ${due}`, () => releaseWave(this.#parts, channel, due, this.#signal));
    for (const entry of entries) {
      if (this.#acting >= AT_ONCE) break;
      const act = this.#actFor(entry);
      if (act) this.#run(entry.publication, () => this.#counted(act));
    }
  }

  /**
   * What the ledger has in this worker's hands and it has let go of. Asked after whenever it is due
   * by the ledger: other workers see that this one lives and put that off, so that this one may
   * never find it among what is waking.
   */
  async #ownOrphans(): Promise<PublicationId[]> {
    const { ledger, letGo, claimed, workers } = this.#parts;
    const asked = [...letGo].filter((id) => !claimed.has(id));
    // Taken out first: what is let go of while Redis answers is asked after by the next poll.
    for (const id of asked) letGo.delete(id);
    try {
      const entries = [...(await ledger.getAll(asked)).values()];
      // What its channel has accepted is in nobody's hands: it is looked at when it is time.
      const orphans = entries
        .filter(({ state, worker }) => IN_HAND.includes(state) && worker === workers.id)
        .map(({ publication }) => publication);
      for (const id of orphans) letGo.add(id);
      return orphans;
    } catch (error) {
      for (const id of asked) letGo.add(id);
      throw error;
    }
  }

  async #counted(act: () => Promise<unknown>): Promise<void> {
    this.#acting++;
    try {
      await act();
    } finally {
      this.#acting--;
    }
  }

  #actFor(entry: LedgerEntry): (() => Promise<unknown>) | undefined {
    const { publication } = entry;
    switch (entry.state) {
      case 'planned':
        return () => stage(this.#parts, publication, this.#signal);
      case 'staged':
        return entry.unsettled && !entry.repeatable
          ? () => doubtUnsettled(this.#parts, entry)
          : undefined;
      case 'armed':
      case 'releasing':
      case 'doubtful':
      case 'public':
        return () => probe(this.#parts, publication, 0, this.#signal);
      default:
        return undefined;
    }
  }

  /** Armed or on their way by somebody who lives. */
  async #heldByTheLiving(entries: readonly LedgerEntry[]): Promise<PublicationId[]> {
    const { workers } = this.#parts;
    const known = new Map<string, boolean>();
    const held: PublicationId[] = [];
    for (const { state, worker, publication, receipt } of entries) {
      if (worker === undefined || receipt || (state !== 'armed' && state !== 'releasing')) continue;
      const key = `${state} ${worker}`;
      const lives = known.get(key) ?? (await isHeld(this.#parts, publication, state, worker));
      if (worker !== workers.id) known.set(key, lives);
      if (lives) held.push(publication);
    }
    return held;
  }

  #run(name: string, act: () => Promise<unknown>): void {
    if (this.#busy.has(name)) return;
    const done = act()
      .then(() => undefined)
      .catch((error: unknown) => {
        if (!this.#signal.aborted) this.#failed(error);
      })
      .finally(() => this.#busy.delete(name));
    this.#busy.set(name, done);
  }

  /** Resolves once all that was taken up is done. */
  async idle(): Promise<void> {
    await Promise.all(this.#busy.values());
  }
}

/** Jobs come a little before the ledger's own clock has got there, ms. */
const TOLERANCE_MS = 250;

/**
 * Looks unless somebody has looked meanwhile, and said when the next look is to be: so that chains
 * of looks never multiply.
 */
export async function lookIfDue(
  parts: PublishDeps,
  publication: PublicationId,
  looks: number,
  signal: AbortSignal,
): Promise<void> {
  const at = await parts.ledger.wakesAt(publication);
  if (at !== undefined && at <= laterBy(parts, TOLERANCE_MS))
    await probe(parts, publication, looks, signal);
}

/** The waves of what is staged and may be sent, each once. */
function wavesIn(entries: readonly LedgerEntry[]): [channel: string, due: Instant][] {
  const waves = new Map<string, [string, Instant]>();
  for (const { state, unsettled, repeatable, due, publication } of entries) {
    if (state !== 'staged' || (unsettled && !repeatable)) continue;
    const { channel } = parsePublicationId(publication);
    waves.set(`${channel} ${due}`, [channel, instant(due)]);
  }
  return [...waves.values()];
}
