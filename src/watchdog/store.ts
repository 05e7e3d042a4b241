// What the watchdog remembers: its own incidents, letters not sent yet, the last plan that it saw,
// its own copy of what was promised, and what it has seen in public. One file, so that a restart
// tells nothing twice; with the disk full it goes on from memory. Not in Redis: it must outlive
// that.
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { AlertChanges, AlertStore } from '../ledger/alert-store.ts';
import { type Delivery, readDelivery } from '../ledger/delivery.ts';
import { type Incident, readIncident } from '../ledger/incident.ts';
import { joined, type PromisedRelease, type Promises, readPromises } from '../ledger/promises.ts';
import { writeDurably } from '../lib/durable-files.ts';
import { messageOf, systemCode } from '../lib/errors.ts';
import type { PublicationId, ReleaseId } from '../plan/types.ts';

const sources = z.array(z.object({ name: z.string(), text: z.string() }));
const kept = z.object({
  incidents: z.record(z.string(), z.unknown()),
  outbox: z.array(z.unknown()),
  /** What letters that somebody took have told, by incident (`toldKey`). */
  taken: z.record(z.string(), z.array(z.string())).default({}),
  plan: sources.optional(),
  promises: z.record(z.string(), z.unknown()).default({}),
  /** Publications and when they were first seen in public. */
  seen: z.record(z.string(), z.number()).default({}),
});
type Kept = z.output<typeof kept>;

const FILE = 'state.json';
const ACKS = 'acks';
/** Ids of incidents; anything else in the folder was put there by somebody else. */
const ID = /^[A-Za-z0-9-]{1,64}$/;
const NOTHING: Kept = { incidents: {}, outbox: [], taken: {}, promises: {}, seen: {} };

export class WatchStore implements AlertStore {
  readonly #folder: string;
  #incidents = new Map<string, Incident>();
  #outbox = new Map<string, Delivery>();
  #taken = new Map<string, Set<string>>();
  #promises = new Map<ReleaseId, PromisedRelease>();
  readonly #seen = new Map<PublicationId, number>();
  #saving: Promise<void> = Promise.resolve();
  plan: z.output<typeof sources> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Reads what is there. A file that cannot be read is put aside and all begins anew.
   * @returns why, in that case
   */
  async open(): Promise<string | undefined> {
    const read = await readState(this.#folder);
    const state = 'why' in read ? NOTHING : read;
    if ('why' in read)
      await rename(join(this.#folder, FILE), join(this.#folder, `${FILE}.broken`)).catch(
        () => undefined,
      );
    this.#incidents = incidentsIn(state);
    this.#outbox = new Map(
      state.outbox.flatMap((one) => readDelivery(one) ?? []).map((one) => [one.id, one]),
    );
    this.#taken = new Map(Object.entries(state.taken).map(([id, told]) => [id, new Set(told)]));
    this.#promises = readPromises(state.promises);
    this.#seen.clear();
    for (const [publication, at] of Object.entries(state.seen))
      this.#seen.set(publication as PublicationId, at);
    this.plan = state.plan;
    return 'why' in read ? read.why : undefined;
  }

  incidents(): Promise<Map<string, Incident>> {
    return Promise.resolve(new Map(this.#incidents));
  }

  outbox(): Delivery[] {
    return [...this.#outbox.values()].sort((a, b) => a.at - b.at);
  }

  deliveries(): Promise<Delivery[]> {
    return Promise.resolve(this.outbox());
  }

  taken(incident: string): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set(this.#taken.get(incident)));
  }

  /**
   * Somebody's mail server or robot has it: it leaves the outbox, and what it says is missed counts
   * as told.
   */
  async sent({ id, late = {} }: Delivery): Promise<void> {
    const open = new Set([...this.#incidents.values()].map((one) => one.id));
    for (const [incident, told] of Object.entries(late))
      if (open.has(incident))
        this.#taken.set(incident, new Set([...(this.#taken.get(incident) ?? []), '', ...told]));
    await this.delivered(id);
  }

  promises(): Promises {
    return this.#promises;
  }

  /** Nothing that it has is forgotten; what the other copy knows besides is added. */
  async learn(others: Promises): Promise<void> {
    await this.#put(joined(this.#promises, others));
  }

  async change(work: (promises: Promises) => Promises): Promise<void> {
    await this.#put(work(this.#promises));
  }

  async #put(changed: Promises): Promise<void> {
    if (changed.size === 0) return;
    for (const [id, one] of changed) this.#promises.set(id, one);
    await this.save();
  }

  /** When a publication was first seen in public. */
  seenAt(publication: PublicationId): number | undefined {
    return this.#seen.get(publication);
  }

  async noteSeen(all: readonly PublicationId[], now: number): Promise<void> {
    const fresh = all.filter((one) => !this.#seen.has(one));
    for (const one of fresh) this.#seen.set(one, now);
    if (fresh.length > 0) await this.save();
  }

  async record({ set, remove = [], deliveries = [] }: AlertChanges): Promise<boolean> {
    for (const [key, value] of set ?? []) this.#incidents.set(key, value);
    for (const key of remove) {
      this.#taken.delete(this.#incidents.get(key)?.id ?? '');
      this.#incidents.delete(key);
    }
    for (const one of deliveries) this.#outbox.set(one.id, one);
    if ((set?.size ?? 0) + remove.length + deliveries.length > 0) await this.save();
    return true;
  }

  async delivered(id: string): Promise<void> {
    this.#outbox.delete(id);
    await this.save();
  }

  /** There is one watchdog. */
  alone<T>(_: string, __: number, run: () => Promise<T>): Promise<T | undefined> {
    return run();
  }

  /**
   * Never fails: what cannot be written now is written with the next change. One after the other.
   */
  save(): Promise<void> {
    this.#saving = this.#saving.then(() => this.#save()).catch(() => undefined);
    return this.#saving;
  }

  async #save(): Promise<void> {
    const state: Kept = {
      incidents: Object.fromEntries(this.#incidents),
      outbox: [...this.#outbox.values()],
      taken: Object.fromEntries([...this.#taken].map(([id, told]) => [id, [...told]])),
      plan: this.plan,
      promises: Object.fromEntries(this.#promises),
      seen: Object.fromEntries(this.#seen),
    };
    await writeDurably(join(this.#folder, FILE), JSON.stringify(state), 0o600);
  }

  /**
   * Acknowledgements that `banli ack` left: by whom, by incident. Taken once; whatever else lies
   * there is removed.
   */
  async acknowledgements(): Promise<Map<string, string>> {
    const folder = join(this.#folder, ACKS);
    const found = new Map<string, string>();
    for (const id of await readdir(folder).catch(() => [])) {
      const by = ID.test(id)
        ? await readFile(join(folder, id), 'utf8').catch(() => undefined)
        : undefined;
      if (by !== undefined) found.set(id, by.trim().slice(0, 200));
      await rm(join(folder, id), { force: true, recursive: true }).catch(() => undefined);
    }
    return found;
  }
}

/** What the watchdog has open, read by another process. */
export async function watchdogIncidents(folder: string): Promise<Map<string, Incident>> {
  const read = await readState(folder);
  return incidentsIn('why' in read ? NOTHING : read);
}

/** Leaves an acknowledgement for the watchdog to find; an id that is none is left alone. */
export async function requestAcknowledgement(
  folder: string,
  id: string,
  by: string,
): Promise<void> {
  if (!ID.test(id)) return;
  await mkdir(join(folder, ACKS), { recursive: true });
  await writeFile(join(folder, ACKS, id), by);
}

function incidentsIn({ incidents }: Kept): Map<string, Incident> {
  return new Map(
    Object.entries(incidents).flatMap(([key, value]): [string, Incident][] => {
      const one = readIncident(value);
      return one ? [[key, one]] : [];
    }),
  );
}

async function readState(folder: string): Promise<Kept | { readonly why: string }> {
  try {
    return kept.parse(JSON.parse(await readFile(join(folder, FILE), 'utf8')));
  } catch (error) {
    return systemCode(error) === 'ENOENT' ? NOTHING : { why: messageOf(error) };
  }
}
