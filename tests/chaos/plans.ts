// The plan files of a chaos run as its people write them, and every version that they ever wrote:
// what was promised is judged by these. Each version carries its number in the name of a notice
// that is never due, so that the public calendar says which one is in force. Not for when who
// writes what: people.ts.
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DateTime } from 'luxon';
import { MARK } from './observer.ts';
import { type Due, GRACE_MS, LEAD_MS } from './scenario.ts';

export const ZONE = 'Asia/Shanghai';
export const NEEDED = { none: 0, one: 1, three: 3 } as const;
export type Approval = keyof typeof NEEDED;

/** One release as a version of the plan has it; instants in epoch ms. */
export interface Entry {
  readonly due: number;
  readonly channels: readonly string[];
  readonly was?: number;
  readonly cancelled?: boolean;
  readonly provisional?: boolean;
  readonly immediate?: boolean;
  readonly approval?: Approval;
  /** Why Banli must refuse a plan that says so. */
  readonly bad?: string;
  /** The line is not in the file (or under another id): only ever with `bad`. */
  readonly gone?: boolean;
}

export interface Settings {
  readonly leadMs: number;
  readonly graceMs: number;
  readonly windowMs: number;
}

/** A plan that was written, whether or not it ever came into force. */
export interface Version {
  readonly number: number;
  readonly writtenAt: number;
  readonly entries: ReadonlyMap<string, Entry>;
  /** Why it must be refused, if it must. */
  readonly bad: string | undefined;
}

export class Plans {
  readonly versions: Version[] = [];
  entries = new Map<string, Entry>();
  settings: Settings = { leadMs: LEAD_MS, graceMs: GRACE_MS, windowMs: 600_000 };
  /** Every grace that was ever said: a release is silently late only by the longest. */
  longestGraceMs = GRACE_MS;
  readonly #folder: string;
  readonly #year: number;
  readonly #added = new Map<string, string>();

  constructor(folder: string) {
    this.#folder = folder;
    this.#year = DateTime.now().setZone(ZONE).year;
  }

  /** @param start epoch ms; the dues count from it */
  add(dues: readonly Due[], start: number): void {
    for (const due of dues)
      this.entries.set(due.id, { due: start + due.at, channels: due.channels });
  }

  get latest(): Version {
    const last = this.versions.at(-1);
    if (!last) throw new Error('no plan has been written');
    return last;
  }

  /** Puts an entry in place of the one before. */
  set(id: string, entry: Entry): void {
    this.entries.set(id, entry);
  }

  /** Puts in what the file lacks: the text of a release whose id was mistyped. */
  rename(id: string, to: string | undefined): void {
    if (to === undefined) this.#added.delete(id);
    else this.#added.set(id, to);
  }

  change(settings: Partial<Settings>): void {
    this.settings = { ...this.settings, ...settings };
    this.longestGraceMs = Math.max(this.longestGraceMs, this.settings.graceMs);
  }

  /** Writes both years: this one, and the next, of which nothing comes due in the run. */
  async write(): Promise<Version> {
    const number = this.versions.length;
    const bad = [...this.entries.values()].find((entry) => entry.bad !== undefined)?.bad;
    const version: Version = { number, writtenAt: Date.now(), entries: new Map(this.entries), bad };
    // Noted first: the service may read the file before we have come back.
    this.versions.push(version);
    if (number === 0)
      await writeFile(join(this.#folder, `${this.#year + 1}.yaml`), this.#nextYear());
    await writeFile(join(this.#folder, `${this.#year}.yaml`), this.text(number));
    return version;
  }

  /**
   * The year's file is moved away, as people do who tidy up; a version of its own that must be
   * refused.
   */
  async moveAway(): Promise<void> {
    this.versions.push({
      number: this.versions.length,
      writtenAt: Date.now(),
      entries: new Map(),
      bad: 'the year is gone',
    });
    await rename(
      join(this.#folder, `${this.#year}.yaml`),
      join(this.#folder, `${this.#year}.away`),
    );
  }

  async moveBack(): Promise<void> {
    await rename(
      join(this.#folder, `${this.#year}.away`),
      join(this.#folder, `${this.#year}.yaml`),
    );
    await this.write();
  }

  text(number: number): string {
    const { leadMs, graceMs, windowMs } = this.settings;
    const seconds = (ms: number): string => `${Math.round(ms / 1000)}s`;
    const lines = [...this.entries].flatMap(([id, entry]) => {
      const to = this.#added.get(id);
      if (to !== undefined) return [line(to, entry)];
      return entry.gone ? [] : [line(id, entry)];
    });
    return `${head('混沌', this.#year)}defaults: { lead: ${seconds(leadMs)}, grace: ${seconds(graceMs)}, window: ${seconds(windowMs)} }
notices:
  ${MARK}: { name: { zh: 第${number}版 }, at: ${this.#year}-12-31 23:59, channels: [website] }
${lines.join('')}`;
  }

  #nextYear(): string {
    const year = this.#year + 1;
    return `${head('明年', year)}notices:\n  next-year: { name: { zh: 明年的公告 }, at: ${year}-06-30 10:00, channels: [website] }\n`;
  }
}

const clock = (at: number): string =>
  DateTime.fromMillis(at, { zone: ZONE }).toFormat('yyyy-MM-dd HH:mm:ss');
const head = (title: string, year: number): string =>
  `plan: ${title}\ntimezone: ${ZONE}\nyear: ${year}\nannounced: ${year - 2}-01-01\n`;

function line(
  id: string,
  { due, channels, was, cancelled, provisional, immediate, approval }: Entry,
): string {
  const reason = was !== undefined || cancelled || immediate ? ', reason: 演练' : '';
  const more = [
    was === undefined ? '' : `, was: ${clock(was)}`,
    cancelled ? ', cancelled: true' : '',
    provisional ? ', provisional: true' : '',
    immediate ? ', immediate: true' : '',
    approval ? `, approval: ${approval}` : '',
  ].join('');
  return `  ${id}: { name: { zh: 公告${id} }, at: ${clock(due)}${more}${reason}, channels: [${channels.join(', ')}] }\n`;
}
