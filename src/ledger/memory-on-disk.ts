// What is known of Redis on disk: how many changes its ledger has made, and the plan in force. A
// Redis that was lost, set back or restored is found out by the one, and goes on with the other.
// Not for the changes themselves: ledger.ts.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeDurably } from '../lib/durable-files.ts';
import { parseJson } from '../lib/parse-json.ts';
import { type GoodPlan, goodPlan, versionOf } from './plan-store.ts';

const changesFile = z.object({ changes: z.number().int().min(0) });

/** Empty or broken, as a power cut leaves it: as good as not there. */
async function kept<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const read = schema.safeParse(parseJson(await readFile(path, 'utf8').catch(() => '')));
  return read.success ? read.data : undefined;
}

export class LedgerMemory {
  readonly #path: string;
  #written = 0;
  #writing: Promise<void> = Promise.resolve();
  /** The ledger of this bureau was lost or set back since this process began. */
  wasLost = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** 0 where nothing is known: it is a bureau's first ledger, or the folder was lost too. */
  async read(): Promise<number> {
    this.#written = Math.max(this.#written, (await kept(this.#path, changesFile))?.changes ?? 0);
    return this.#written;
  }

  /**
   * On disk when it resolves, or not at all: a disk that is full or gone stops nobody from
   * publishing.
   */
  note(changes: number): Promise<void> {
    if (changes <= this.#written) return this.#writing;
    this.#written = changes;
    this.#writing = this.#writing
      .then(() => writeDurably(this.#path, JSON.stringify({ changes })))
      .catch(() => undefined);
    return this.#writing;
  }
}

/** The plan in force, for the day on which Redis does not know it any more. */
export class PlanMemory {
  readonly #path: string;
  #written: GoodPlan | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** The last plan that was in force, as far as it is known. */
  read(): Promise<GoodPlan | undefined> {
    return kept(this.#path, goodPlan);
  }

  /**
   * On disk when it resolves, or not at all, as above: then the next call tries again. An older
   * plan than the one on disk leaves that alone.
   */
  async note(plan: GoodPlan): Promise<void> {
    // Asked each second, and right before each intent: the plan as an object says enough.
    if (plan === this.#written && existsSync(this.#path)) return;
    const last = await this.read();
    if ((last?.seq ?? 0) > (plan.seq ?? 0)) return;
    try {
      // Whoever runs a command may be another user than the service: both read it.
      if (!last || versionOf(last) !== versionOf(plan))
        await writeDurably(this.#path, JSON.stringify(plan));
      this.#written = plan;
    } catch {
      // As above.
    }
  }
}
