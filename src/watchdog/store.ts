// What the watchdog remembers: its own incidents, letters not sent yet, the last plan that it saw. One small file, so that a restart tells nothing
// twice; with the disk full it goes on from memory. Not in Redis: it must outlive that.
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readDelivery, readIncident } from '../ledger/incidents.ts';
import type { AlertChanges, AlertStore, Delivery, Incident } from '../ledger/incidents.ts';

const sources = z.array(z.object({ name: z.string(), text: z.string() }));
const kept = z.object({
  incidents: z.record(z.string(), z.unknown()),
  outbox: z.array(z.unknown()),
  plan: sources.optional(),
  /** Publications that no longer need to be seen, as the ledger last said. */
  settled: z.array(z.string()).default([]),
});

const FILE = 'state.json';
const ACKS = 'acks';

export class WatchStore implements AlertStore {
  readonly #folder: string;
  #incidents = new Map<string, Incident>();
  #outbox = new Map<string, Delivery>();
  plan: z.output<typeof sources> | undefined;
  settled = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async open(): Promise<void> {
    const read = await readState(this.#folder);
    this.#incidents = read.incidents;
    this.#outbox = new Map(read.outbox.map((one) => [one.id, one]));
    this.plan = read.plan;
    this.settled = new Set(read.settled);
  }

  incidents(): Promise<Map<string, Incident>> {
    return Promise.resolve(new Map(this.#incidents));
  }

  outbox(): Delivery[] {
    return [...this.#outbox.values()].sort((a, b) => a.at - b.at);
  }

  async record({ set, remove = [], deliveries = [] }: AlertChanges): Promise<void> {
    for (const [key, value] of set ?? []) this.#incidents.set(key, value);
    for (const key of remove) this.#incidents.delete(key);
    for (const one of deliveries) this.#outbox.set(one.id, one);
    await this.save();
  }

  async delivered(id: string): Promise<void> {
    this.#outbox.delete(id);
    await this.save();
  }

  /** There is one watchdog. */
  alone<T>(_: string, __: number, run: () => Promise<T>): Promise<T | undefined> {
    return run();
  }

  /** Never fails: what cannot be written now is written with the next change. */
  async save(): Promise<void> {
    const state = { incidents: Object.fromEntries(this.#incidents), outbox: [...this.#outbox.values()], plan: this.plan, settled: [...this.settled] };
    await mkdir(this.#folder, { recursive: true })
      .then(() => writeFile(join(this.#folder, `${FILE}.new`), JSON.stringify(state), { mode: 0o600 }))
      .then(() => rename(join(this.#folder, `${FILE}.new`), join(this.#folder, FILE)))
      .catch(() => undefined);
  }

  /** Acknowledgements that `banli ack` left: by whom, by incident. Taken once. */
  async acknowledgements(): Promise<Map<string, string>> {
    const folder = join(this.#folder, ACKS);
    const found = new Map<string, string>();
    for (const id of await readdir(folder).catch(() => [])) {
      found.set(id, (await readFile(join(folder, id), 'utf8').catch(() => '')).trim());
      await rm(join(folder, id), { force: true });
    }
    return found;
  }
}

/** What the watchdog has open, read by another process. */
export async function watchdogIncidents(folder: string): Promise<Map<string, Incident>> {
  return (await readState(folder)).incidents;
}

/** Leaves an acknowledgement for the watchdog to find. */
export async function requestAcknowledgement(folder: string, id: string, by: string): Promise<void> {
  await mkdir(join(folder, ACKS), { recursive: true });
  await writeFile(join(folder, ACKS, id), by);
}

async function readState(
  folder: string,
): Promise<{ incidents: Map<string, Incident>; outbox: Delivery[]; plan: z.output<typeof sources> | undefined; settled: string[] }> {
  const text = await readFile(join(folder, FILE), 'utf8').catch(() => '{"incidents":{},"outbox":[]}');
  const { incidents, outbox, plan, settled } = kept.parse(JSON.parse(text));
  const read = Object.entries(incidents).flatMap(([key, value]): [string, Incident][] => {
    const one = readIncident(value);
    return one ? [[key, one]] : [];
  });
  return { incidents: new Map(read), outbox: outbox.flatMap((one) => readDelivery(one) ?? []), plan, settled };
}
