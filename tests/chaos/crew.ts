// Does what people do in a chaos run: writes plans and content, gives commands, and takes back what
// was refused, as somebody does who reads the mail about it. Not for what is done when: people.ts.
import { spawn } from 'node:child_process';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sandboxEnv } from '../../src/cli/sandbox.ts';
import type { Act } from './people.ts';
import type { Entry, Plans } from './plans.ts';
import { MAIN } from './processes.ts';
import type { SiteSight } from './sight.ts';
import type { Inspected } from './verdict.ts';

/** An approval that a person gave, and when they began to. */
export interface Given {
  readonly id: string;
  readonly by: string;
  readonly at: number;
}

/** A version that nobody has seen in force after so long was refused. */
const REFUSED_MS = 8000;
/**
 * After its instant a request on its way can still arrive: no sooner may anybody say that something
 * is not public.
 */
const SURE_MS = 45_000;

export interface Surroundings {
  readonly folder: string;
  readonly start: () => number;
  readonly plans: Plans;
  readonly sight: SiteSight;
  readonly inspect: () => Promise<Inspected>;
  readonly say: (text: string) => void;
}

export class People {
  readonly given: Given[] = [];
  /** Releases of which a person's own doing may have delayed something. */
  readonly delayed = new Set<string>();
  /** How often each command was answered how: `hold 0`. */
  readonly answers: Record<string, number> = {};
  readonly #around: Surroundings;
  /** Writes one after the other, as a person does. */
  #writing: Promise<unknown> = Promise.resolve();
  #away = false;
  /** When something was taken back last: it takes its time to come into force. */
  #mended = 0;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  async do(act: Act): Promise<void> {
    if (act.what === 'ask') return this.#ask(act.id, act.to, act.channel);
    if (act.what === 'content') return this.#content(act.id, act.how);
    if (act.what === 'year-away') return this.#yearAway(act.for);
    const before = 'id' in act ? this.#around.plans.entries.get(act.id) : undefined;
    if ('id' in act && (!before || before.bad)) return;
    if (act.what === 'add') await this.content(act.due.id, 1);
    await this.#write(() => this.#edit(act, before));
    if (!('for' in act) && act.what !== 'add' && !(act.what === 'put-back' && this.#isBad(act.id)))
      return;
    if (act.what === 'add' && !this.#isBad(act.due.id)) return;
    await sleep('for' in act ? act.for : 3000);
    await this.#write(() => this.#takeBack(act.what === 'add' ? act.due.id : act.id, before));
  }

  /**
   * Takes back what was refused although nobody meant it to be: it came too late, or its release
   * had come out meanwhile.
   */
  async mend(): Promise<void> {
    const { plans, sight, say } = this.#around;
    const now = Date.now();
    const force = sight.mark === undefined ? undefined : plans.versions[sight.mark];
    const waiting =
      force &&
      plans.versions.find((version) => version.number > force.number && version.bad === undefined);
    if (
      !force ||
      !waiting ||
      this.#away ||
      plans.latest.bad ||
      now < Math.max(waiting.writtenAt, this.#mended) + REFUSED_MS
    )
      return;
    const soon = (entry: Entry | undefined): boolean =>
      entry !== undefined && entry.due < now + plans.settings.leadMs + REFUSED_MS;
    const late = [...new Set([...plans.entries.keys(), ...force.entries.keys()])].filter((id) => {
      const [own, entry] = [force.entries.get(id), plans.entries.get(id)];
      return (
        !same(own, entry) && (sight.seen.has(id) || soon(own) || soon(entry) || entry === undefined)
      );
    });
    if (late.length === 0) return;
    this.#mended = now;
    await this.#write(() => {
      for (const id of late) {
        say(`edit of ${id} came too late: taken back`);
        const own = force.entries.get(id);
        if (own) plans.set(id, lawful(own));
        else plans.entries.delete(id);
      }
    });
  }

  async content(id: string, version: number): Promise<void> {
    const folder = this.#folderOf(id);
    await mkdir(folder, { recursive: true });
    const text = `---\ntitle: 公告 ${id} 第${version}稿\nsummary: 公告 ${id}，第 ${version} 稿。\n---\n\n正文 ${id}，第 ${version} 稿。\n`;
    await writeFile(join(folder, 'release.md'), text);
  }

  #edit(act: Act, before: Entry | undefined): void {
    const { plans } = this.#around;
    const start = this.#around.start();
    if (act.what === 'settings') plans.change(act);
    if (act.what === 'add') {
      const due = start + act.due.at;
      const bad = due < Date.now() ? 'added in the past' : undefined;
      const more = { ...(act.provisional ? { provisional: true } : {}), ...(bad ? { bad } : {}) };
      plans.set(act.due.id, { due, channels: act.due.channels, ...more });
    }
    if (!before || !('id' in act)) return;
    const { id } = act;
    if (act.what === 'move') plans.set(id, { ...before, due: start + act.to, was: before.due });
    else if (act.what === 'move-at-once')
      plans.set(
        id,
        this.#atOnce(before, Math.round((Date.now() + act.to) / 1000) * 1000, act.immediate, true),
      );
    else if (act.what === 'cancel') plans.set(id, { ...before, cancelled: true });
    else if (act.what === 'put-back')
      plans.set(
        id,
        this.#putBack(before, act.to === undefined ? before.due : start + act.to, act.immediate),
      );
    else if (act.what === 'confirm')
      plans.set(id, { ...before, due: start + act.to, provisional: false });
    else if (act.what === 'remove')
      plans.set(id, { ...before, gone: true, bad: 'its line is gone' });
    else if (act.what === 'rename') {
      plans.set(id, { ...before, gone: true, bad: 'its line is gone' });
      plans.rename(id, `${id}-renamed`);
    } else if (act.what === 'channels') plans.set(id, { ...before, channels: act.channels });
    else if (act.what === 'approval') {
      this.delayed.add(id);
      plans.set(id, { ...before, approval: act.needs });
    }
  }

  #putBack(before: Entry, due: number, immediate: boolean): Entry {
    const { cancelled: _, ...own } = before;
    const moved = due === before.due ? own : { ...own, due, was: before.due };
    return due > Date.now() ? moved : this.#atOnce(own, due, immediate, false);
  }

  #atOnce(before: Entry, due: number, immediate: boolean, moved: boolean): Entry {
    const entry = { ...before, due, ...(moved ? { was: before.due } : {}) };
    if (immediate) return { ...entry, immediate: true };
    return {
      ...entry,
      bad:
        due <= Date.now()
          ? 'past, without `immediate`'
          : 'nearer than the lead, without `immediate`',
    };
  }

  #isBad(id: string): boolean {
    return this.#around.plans.entries.get(id)?.bad !== undefined;
  }

  #takeBack(id: string, before: Entry | undefined): void {
    const { plans } = this.#around;
    // Nothing to take back: it was accepted, which the verdict sees, and the release may be out.
    if (!plans.entries.get(id)?.bad) return;
    plans.rename(id, undefined);
    if (before) plans.set(id, before);
    else plans.entries.delete(id);
  }

  async #write(edit: () => void): Promise<void> {
    const next = this.#writing.then(async () => {
      edit();
      if (!this.#away) await this.#around.plans.write();
    });
    this.#writing = next.catch(() => undefined);
    await next;
  }

  async #yearAway(ms: number): Promise<void> {
    const next = this.#writing.then(async () => {
      if (this.#away) return;
      this.#away = true;
      await this.#around.plans.moveAway();
      await sleep(ms);
      await this.#around.plans.moveBack();
      this.#away = false;
    });
    this.#writing = next.catch(() => undefined);
    await next;
  }

  async #content(id: string, how: 'changed' | 'broken' | 'away' | 'mended'): Promise<void> {
    if (how !== 'changed') this.delayed.add(id);
    if (how === 'changed') return this.content(id, 2);
    if (how === 'mended') return this.content(id, 3);
    if (how === 'broken')
      return writeFile(
        join(this.#folderOf(id), 'release.md'),
        `---\ntitle: [不完整\n---\n\n![](没有这张图.png)\n`,
      );
    await rename(this.#folderOf(id), `${this.#folderOf(id)}.away`).catch(() => undefined);
    await rm(`${this.#folderOf(id)}.away`, { recursive: true, force: true });
  }

  #folderOf(id: string): string {
    return join(this.#around.folder, 'content', 'notices', id);
  }

  async #ask(
    id: string,
    to: 'hold' | 'publish' | 'retry' | 'settle' | 'approve',
    channel: string | undefined,
  ): Promise<void> {
    if (to === 'approve') {
      for (const by of ['甲', '乙', '丙']) {
        this.given.push({ id, by, at: Date.now() });
        await this.#run('approve', id, '--as', by);
      }
      return;
    }
    if (to === 'hold') this.delayed.add(id);
    if (to !== 'settle')
      return void (await this.#run(to, id, ...(channel ? ['--channel', channel] : [])));
    const entry = this.#around.plans.entries.get(id);
    for (const one of (entry?.channels ?? []).filter(
      (name) => name !== 'website' && (channel === undefined || name === channel),
    )) {
      // A person says only what they have seen: public, or long since not.
      const { items } = await this.#around.inspect();
      const isPublic = items.some((item) => item.key === id && item.channel === one);
      if (isPublic || Date.now() > (entry?.due ?? 0) + SURE_MS)
        await this.#run('settle', id, '--channel', one, isPublic ? '--public' : '--not-public');
    }
  }

  /** Runs `banli <words>` as a person at a terminal. @returns its exit code */
  async #run(...words: readonly string[]): Promise<number> {
    const args = [MAIN, '-c', join(this.#around.folder, 'config'), ...words];
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...sandboxEnv },
    });
    const limit = setTimeout(() => child.kill('SIGKILL'), 90_000);
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const code = await new Promise<number>((done) => child.once('close', (own) => done(own ?? -1)));
    clearTimeout(limit);
    this.answers[`${words[0]} ${code}`] = (this.answers[`${words[0]} ${code}`] ?? 0) + 1;
    this.#around.say(`  (${words.join(' ')}: ${code}, ${said.trim().split('\n')[0] ?? ''})`);
    return code;
  }
}

/** An entry as it is in force, whether or not it should have been refused. */
function lawful({ bad: _, gone: __, ...entry }: Entry): Entry {
  return entry;
}

function same(one: Entry | undefined, other: Entry | undefined): boolean {
  return JSON.stringify(one && lawful(one)) === JSON.stringify(other && lawful(other));
}
