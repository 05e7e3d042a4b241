// One history: a bureau at work while a script of acts happens to it, until everything is well
// again and nothing is left to do. The same script is the same history, byte for byte. For the acts
// see acts.ts, for what is right oracle.ts.
import { createHash } from 'node:crypto';
import { readBackup, writeBackup } from '../../src/ledger/backup.ts';
import { publicationId, type Release, releaseId } from '../../src/plan/types.ts';
import {
  holdBack,
  publishNow,
  retryHeld,
  settleDoubt,
  stageApproved,
} from '../../src/publish/commands.ts';
import { correctPublished, withdrawPublished } from '../../src/publish/correct-and-withdraw.ts';
import type { Act, Script } from './acts.ts';
import { type Failure, Oracle } from './oracle.ts';
import { crowd } from './outside.ts';
import type { PlanModel, Planned } from './plan-model.ts';
import { chance } from './random.ts';
import { digestOf } from './words.ts';
import { loadedBundle, type Running, type SimulatedApp, type Without, World } from './world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** After the last act all is well, and goes on for so long. */
const AFTER_MS = 4 * HOUR;

/** What came of a history. */
export interface Outcome {
  readonly failures: readonly Failure[];
  readonly publications: number;
  readonly acts: number;
  /** What was seen outside, and which letters were taken: the same for the same script. */
  readonly digest: string;
  /** What handlers threw: production logs it. */
  readonly thrown: readonly string[];
  readonly log: readonly string[];
}

export async function live(script: Script, without: Without = {}): Promise<Outcome> {
  return new History(script, without).run();
}

class History {
  readonly #script: Script;
  readonly #world: World;
  readonly #oracle = new Oracle();
  readonly #models = new Map<number, PlanModel>();
  readonly #log: string[] = [];
  readonly #backups = new Map<number, string[]>();
  #draft: PlanModel;
  #accepted: PlanModel | undefined;
  readonly #acceptedBefore: { readonly model: PlanModel; readonly at: number }[] = [];
  #deafSince: number | undefined;

  constructor(script: Script, without: Without) {
    this.#script = script;
    this.#world = new World(script.seed, script.start, without);
    const releases = new Map(script.releases.map((one) => [one.id, one]));
    this.#draft = { version: 1, releases, broken: false, away: false, wrongYear: false };
  }

  async run(): Promise<Outcome> {
    const { acts, start } = this.#script;
    const world = this.#world;
    const { scheduler } = world;
    scheduler.stopped = (process, ms) => {
      world.jobs.stall(process);
      this.#noteHearing();
      scheduler.at(scheduler.now + ms, () => this.#noteHearing());
    };
    world.applied = (version, at) => this.#planApplied(version, at);
    this.#begin();
    const last = Math.max(
      start,
      ...acts.map(({ at }) => at),
      ...this.#script.releases.map(({ due }) => due),
    );
    for (const act of acts) {
      scheduler.at(act.at, () => this.#perform(act));
      if (act.kind === 'redis-restored')
        scheduler.at(Math.max(start + MINUTE, act.at - act.age), () => this.#backUp(act.number));
      for (const after of [75_000, 400_000]) scheduler.tick(act.at + after);
    }
    await scheduler.run(last + 5 * MINUTE);
    this.#heal();
    const healed = scheduler.now;
    for (const after of [1, 4, 10, 40, 65, 130, 200]) scheduler.tick(healed + after * MINUTE);
    await scheduler.run(healed + AFTER_MS);
    if (this.#deafSince !== undefined) this.#oracle.deaf(this.#deafSince, scheduler.now, true);
    return this.#outcome();
  }

  #outcome(): Outcome {
    const { outside, jobs, scheduler } = this.#world;
    const failures = [
      ...this.#oracle.judge(outside.shown, outside.letters, scheduler.now),
      ...this.#stuck(),
    ];
    const log = [
      ...this.#log,
      ...outside.shown.map(
        (one) => `${iso(one.at)} ${one.what} ${one.channel} ${one.release} #${one.version}`,
      ),
      ...outside.letters.map(
        (one) => `${iso(one.at)} letter ${one.address} ${one.severity} ${one.event} ${one.subject}`,
      ),
    ].sort();
    const digest = createHash('sha256').update(log.join('\n')).digest('hex').slice(0, 16);
    const publications = outside.shown.filter(({ what }) => what === 'shown').length;
    return {
      failures,
      publications,
      acts: this.#script.acts.length,
      digest,
      thrown: jobs.failures,
      log,
    };
  }

  /**
   * Hours after everything was well again, nothing is in the hands of a worker any more. What its
   * channel has taken, and has no calls left to be asked about today, waits for midnight: people
   * were told.
   */
  #stuck(): Failure[] {
    const { redis, scheduler } = this.#world;
    const marker = ':pub:';
    const { keys } = redis.data.snapshot();
    const wakes = [...keys].find(([key]) => key.endsWith(':wake'))?.[1];
    const isWaiting = (id: string, entry: Map<string, unknown>): boolean =>
      wakes?.type === 'zset' &&
      (wakes.value.get(id) ?? 0) > scheduler.now &&
      entry.has('r') &&
      String(entry.get('y') ?? '').includes('looked-at-later');
    return [...keys].flatMap(([key, { value }]) => {
      if (!key.includes(marker) || !(value instanceof Map)) return [];
      const state = value.get('s') ?? '';
      if (state !== 'armed' && state !== 'releasing') return [];
      const id = key.slice(key.indexOf(marker) + marker.length);
      if (isWaiting(id, value)) return [];
      const [release = '', channel = ''] = id.split('@');
      const why = `最后仍是 ${state}，在 ${value.get('w') ?? '无人'} 手里`;
      return [{ wrong: 'stuck', at: scheduler.now, release, channel, why }];
    });
  }

  #begin(): void {
    const { seed, releases } = this.#script;
    for (const { id, approval } of releases) {
      const random = chance(seed, 'content', id);
      if (random.next() < 0.85) this.#world.contents.set(id, { version: 1, state: 'ready' });
      if (approval !== 'none' && random.next() < 0.8)
        for (const person of ['wang', 'li', 'zhao']) this.#approve(id, 1, person);
    }
    this.#save(this.#draft);
    this.#world.start('service');
    this.#world.start('worker');
    for (const one of releases) this.#watch(one);
  }

  /** Instants at which somebody looking would see something of a release. */
  #watch({ due, lead, grace, window }: Planned): void {
    const { scheduler } = this.#world;
    for (const at of [
      -lead,
      -lead + 62_000,
      -10_000,
      0,
      grace + 1000,
      grace + 70_000,
      grace + 140_000,
      grace + 330_000,
      window + 2000,
    ])
      scheduler.tick(due + at);
  }

  #planApplied(version: number | undefined, at: number): void {
    const model = version === undefined ? this.#draft : this.#models.get(version);
    this.#log.push(`${iso(at)} plan v${version ?? '-'} in force`);
    // An older one that comes back is nobody's word.
    if (!model || (this.#accepted && model.version <= this.#accepted.version)) return;
    this.#accepted = model;
    this.#acceptedBefore.push({ model, at });
    this.#oracle.accepted(model, at);
  }

  #save(model: PlanModel): void {
    this.#draft = model;
    this.#models.set(model.version, model);
    this.#world.save(model);
  }

  /** People write on from what they wrote; what was refused they mostly drop. */
  #edit(
    act: Act,
    change: (releases: Map<string, Planned>) => void,
    more: Partial<PlanModel> = {},
  ): void {
    const fresh =
      this.#draft.version > (this.#accepted?.version ?? 0) &&
      chance(this.#script.seed, 'base', act.number).next() < 0.7;
    const base = fresh && this.#accepted ? this.#accepted : this.#draft;
    const releases = new Map(base.releases);
    change(releases);
    this.#save({ ...base, releases, broken: false, ...more, version: this.#draft.version + 1 });
  }

  #change(act: Act, id: string, change: (one: Planned) => Planned): void {
    this.#edit(act, (releases) => {
      const before = releases.get(id);
      if (!before) return;
      const after = change(before);
      releases.set(id, after);
      this.#watch(after);
    });
  }

  #perform(act: Act): void {
    this.#log.push(`${iso(this.#world.scheduler.now)} act ${act.number} ${JSON.stringify(act)}`);
    if (this.#onPlan(act) || this.#onDesk(act) || this.#onMachines(act)) return;
    this.#onChannels(act);
  }

  #onPlan(act: Act): boolean {
    switch (act.kind) {
      case 'move':
        this.#change(act, act.release, (one) => moved(one, act.to, act.words, act.immediate));
        return true;
      case 'cancel':
        this.#change(act, act.release, (one) => ({
          ...one,
          cancelled: true,
          reason: '并入年度发布',
        }));
        return true;
      case 'put-back':
        this.#change(act, act.release, (one) => {
          const back = { ...one, cancelled: false };
          return act.to === undefined ? back : moved(back, act.to, act.words, false);
        });
        return true;
      case 'confirm':
        this.#change(act, act.release, (one) => ({ ...one, provisional: false }));
        return true;
      case 'remove':
        this.#edit(act, (releases) => releases.delete(act.release));
        return true;
      case 'rename':
        this.#edit(act, (releases) => {
          const before = releases.get(act.release);
          releases.delete(act.release);
          if (before) releases.set(`x${act.release}`, { ...before, id: `x${act.release}` });
        });
        return true;
      case 'add':
        this.#add(act);
        return true;
      case 'channels':
        this.#change(act, act.release, (one) => ({ ...one, channels: act.channels }));
        return true;
      case 'approval':
        this.#change(act, act.release, (one) => ({ ...one, approval: act.approval }));
        return true;
      case 'lengths':
        this.#change(act, act.release, (one) => ({
          ...one,
          lead: act.lead,
          grace: act.grace,
          window: act.window,
        }));
        return true;
      case 'plan-broken':
        this.#edit(act, () => undefined, { broken: true });
        return true;
      case 'year-away':
        this.#edit(act, () => undefined, { away: true });
        return true;
      case 'year-wrong':
        this.#edit(act, () => undefined, { wrongYear: true });
        return true;
      case 'plan-mended':
        this.#edit(act, () => undefined, { away: false, wrongYear: false });
        return true;
      default:
        return false;
    }
  }

  #add(act: Act & { kind: 'add' }): void {
    const id = act.notice ? act.release : `${act.release}.2025`;
    const [model] = this.#script.releases;
    if (!model) return;
    const one: Planned = {
      ...model,
      id,
      notice: act.notice,
      due: act.to,
      approval: 'none',
      provisional: false,
      immediate: act.immediate,
      ...(act.immediate ? { reason: '临时增加' } : {}),
    };
    this.#world.contents.set(id, { version: 1, state: 'ready' });
    this.#edit(act, (releases) => releases.set(id, one));
    this.#watch(one);
  }

  #onDesk(act: Act): boolean {
    switch (act.kind) {
      case 'content': {
        const before = this.#world.contents.get(act.release);
        this.#world.setContent(act.release, {
          version: (before?.version ?? 0) + 1,
          state: act.state,
        });
        return true;
      }
      case 'approve': {
        const version = this.#world.contents.get(act.release)?.version ?? 1;
        this.#approve(act.release, act.old ? version - 1 : version, act.person);
        return true;
      }
      case 'publish':
      case 'retry':
        this.#oracle.say({
          what: 'free',
          at: this.#world.scheduler.now,
          release: act.release,
          channel: act.channel,
        });
        this.#command(act.release, async (app, release) => {
          const entry = await app.ledger.get(publicationId(release.id, act.channel));
          if (entry)
            await (act.kind === 'publish'
              ? publishNow(app.publishDeps, release, entry, HAND)
              : retryHeld(app.publishDeps, entry, HAND));
        });
        return true;
      case 'hold':
        this.#command(act.release, async (app, release) => {
          const entry = await app.ledger.get(publicationId(release.id, act.channel));
          if (entry && (await holdBack(app.publishDeps, entry, HAND)) === 'held')
            this.#oracle.say({
              what: 'hold',
              at: this.#world.scheduler.now,
              release: act.release,
              channel: act.channel,
            });
        });
        return true;
      case 'withdraw':
        this.#command(act.release, async (app, release) => {
          const { channels } = release.settings;
          for (const channel of channels)
            this.#oracle.say({
              what: 'withdraw',
              at: this.#world.scheduler.now,
              release: act.release,
              channel,
            });
          await withdrawPublished(app.publishDeps, release, channels, '数据有误', HAND);
        });
        return true;
      case 'correct': {
        const version = (this.#world.contents.get(act.release)?.version ?? 0) + 1;
        this.#world.setContent(act.release, { version, state: 'ready' });
        this.#command(act.release, async (app, release) => {
          await correctPublished(
            app.publishDeps,
            release,
            loadedBundle(act.release, version),
            '更正',
            {
              actor: '人',
              detail: {},
            },
          );
        });
        return true;
      }
      case 'settle':
        this.#settle(act.release, act.channel);
        return true;
      default:
        return false;
    }
  }

  /** A person looks at the channel, and says the truth of what can be seen there at that moment. */
  #settle(id: string, channel: string): void {
    this.#command(id, async (app, release) => {
      const entry = await app.ledger.get(publicationId(release.id, channel));
      const { shown } = this.#world.outside;
      const last = shown.findLast(
        (one) => one.release === id && one.channel === channel && one.what !== 'corrected',
      );
      const isPublic = last?.what === 'shown' || last?.what === 'again';
      if (!entry) return;
      if (!isPublic)
        this.#oracle.say({
          what: 'not-public',
          at: this.#world.scheduler.now,
          release: id,
          channel,
        });
      await settleDoubt(app.publishDeps, entry, isPublic, HAND);
    });
  }

  #approve(release: string, version: number, person: string): void {
    const digest = digestOf(release, version);
    this.#oracle.say({ what: 'approve', at: this.#world.scheduler.now, release, digest, person });
    this.#world.command('desk', async (app) => {
      await app.planStore.approve(releaseId(release), digest, person, app.clock.now());
      const found = app.planService.calendar().byId.get(releaseId(release));
      if (found) await stageApproved(app.publishDeps, found);
    });
  }

  #command(id: string, run: (app: SimulatedApp, release: Release) => Promise<void>): void {
    this.#world.command('command', async (app) => {
      const release = app.planService.calendar().byId.get(releaseId(id));
      if (release) await run(app, release);
    });
  }

  /** The service or the worker, as long as there is one. */
  #service(who: number): Running | undefined {
    return [...this.#world.services.values()].sort((a, b) =>
      a.process.name < b.process.name ? -1 : 1,
    )[who];
  }

  #onMachines(act: Act): boolean {
    const { scheduler, site } = this.#world;
    const { now } = scheduler;
    switch (act.kind) {
      case 'die':
        this.#die(act);
        return true;
      case 'freeze': {
        const running = this.#service(act.who);
        if (running && act.steps === 0) scheduler.stop(running.process, act.ms);
        else if (running) running.process.stopsIn ??= { steps: act.steps, ms: act.ms };
        return true;
      }
      case 'clock': {
        const running = this.#service(act.who);
        if (running?.process.skew !== 0) return true;
        running.process.skew = act.by;
        scheduler.at(now + act.ms, () => {
          running.process.skew = 0;
        });
        this.#oracle.deaf(now, now + act.ms, true);
        return true;
      }
      case 'slow-redis':
        for (const process of scheduler.processes) process.delayedUntil = now + act.ms;
        return true;
      case 'failover':
        this.#failover(act.lag);
        return true;
      case 'redis-lost':
        this.#loseRedis(act.restarts);
        return true;
      case 'redis-restored':
        this.#restore(act.number);
        return true;
      case 'queues-emptied':
        this.#world.jobs.clear();
        return true;
      case 'queues-lossy':
        this.#world.jobs.lossy = { until: now + act.ms, lost: 0.2, doubled: 0.2 };
        // A letter whose job is lost waits for the next round, and such rounds are passed over
        // while nothing happens.
        for (let after = MINUTE; after <= act.ms + 2 * MINUTE; after += MINUTE)
          scheduler.tick(now + after);
        return true;
      case 'site-lost':
        site.lose(this.#world.outside, now);
        for (const after of [70_000, 7 * MINUTE, 9 * MINUTE, 12 * MINUTE])
          scheduler.tick(now + after);
        return true;
      case 'disk-full':
        site.fullUntil = now + act.ms;
        scheduler.tick(now + act.ms + 1000);
        return true;
      case 'unreadable':
        this.#world.unreadableUntil = now + act.ms;
        scheduler.tick(now + act.ms + 1000);
        return true;
      default:
        return false;
    }
  }

  #die({ who, steps, back }: Act & { kind: 'die' }): void {
    const running = this.#service(who);
    if (!running || running.process.diesIn !== undefined) return;
    const { scheduler } = this.#world;
    const role = running.process.name.startsWith('service') ? 'service' : 'worker';
    running.process.diesIn = steps;
    scheduler.at(scheduler.now + 30_000, () => {
      if (running.process.state !== 'dead') scheduler.kill(running.process);
    });
    running.process.died = () => {
      this.#world.left(running);
      this.#noteHearing();
      scheduler.at(scheduler.now + back, () => {
        this.#world.start(role);
        this.#noteHearing();
      });
    };
  }

  #failover(lag: number): void {
    const { redis, scheduler } = this.#world;
    const behind = redis.data.snapshot();
    const known = this.#acceptedBefore.length;
    this.#world.replicaLagsUntil = scheduler.now + lag;
    scheduler.at(scheduler.now + lag, () => {
      redis.data.restore(behind);
      this.#world.replaced();
      this.#losePlans(known);
    });
  }

  /**
   * What no replica had was never acknowledged: whoever saved it was told so, and it counts once it
   * is in force again.
   */
  #losePlans(known: number): void {
    const [first] = this.#acceptedBefore.splice(known);
    if (!first) return;
    this.#accepted = this.#acceptedBefore.at(-1)?.model;
    this.#oracle.lose(first.at);
  }

  #loseRedis(restarts: boolean): void {
    const world = this.#world;
    this.#oracle.loseLetters(world.scheduler.now);
    if (restarts) for (const running of [...world.services.values()]) world.kill(running);
    world.redis.data.clear();
    world.jobs.clear();
    world.replaced();
    if (restarts) this.#startAll(2000);
  }

  #startAll(after: number): void {
    const world = this.#world;
    this.#noteHearing();
    world.scheduler.at(world.scheduler.now + after, () => {
      world.start('service');
      world.start('worker');
      this.#noteHearing();
    });
  }

  #backUp(number: number): void {
    this.#world.command('backup', async (app) => {
      const lines: string[] = [];
      for await (const line of writeBackup(app.redis, app.clock.now())) lines.push(line);
      this.#backups.set(number, lines);
    });
  }

  /**
   * As the documentation says: everything stopped, an empty ledger, the backup put in, everything
   * started.
   */
  #restore(number: number): void {
    const lines = this.#backups.get(number);
    if (!lines) return;
    const world = this.#world;
    this.#oracle.loseLetters(world.scheduler.now);
    for (const running of [...world.services.values()]) world.kill(running);
    world.redis.data.clear();
    world.jobs.clear();
    world.replaced();
    world.command('restore', async (app) => {
      const done = await readBackup(app.redis, app.ledger, lines, app.clock.now());
      this.#log.push(`${iso(world.scheduler.now)} restored ${JSON.stringify(done)}`);
      world.replaced();
    });
    this.#startAll(10_000);
  }

  #onChannels(act: Act): void {
    const { scheduler, outside } = this.#world;
    const { now } = scheduler;
    if (act.kind === 'mood') {
      outside.moods.set(act.channel, { until: now + act.ms, faults: act.faults, often: act.often });
      scheduler.tick(now + act.ms + 1000);
    } else if (act.kind === 'crowd') crowd(outside.services.get('weibo'));
    else if (act.kind === 'bounce') {
      const until = Math.max(now + act.ms, outside.refused.get(act.address) ?? 0);
      outside.refused.set(act.address, until);
      // What was refused for good is tried again after an hour.
      for (const after of [1000, 70 * MINUTE]) scheduler.tick(until + after);
      if (act.address !== 'li@sim.example')
        this.#oracle.deaf(now, until + 62 * MINUTE, act.address === '*');
    }
  }

  /** Whether anybody is there who could tell anything. */
  #noteHearing(): void {
    const { services, scheduler } = this.#world;
    const there = [...services.values()].some(({ process }) => process.state === 'running');
    if (!there) this.#deafSince ??= scheduler.now;
    else if (this.#deafSince !== undefined) {
      this.#oracle.deaf(this.#deafSince, scheduler.now, true);
      this.#deafSince = undefined;
    }
  }

  /** Everything works again, and everybody is there. */
  #heal(): void {
    const world = this.#world;
    world.outside.moods.clear();
    world.outside.refused.clear();
    world.site.fullUntil = 0;
    world.unreadableUntil = 0;
    world.jobs.lossy = { until: 0, lost: 0, doubled: 0 };
    world.scheduler.happened();
  }
}

const HAND = { actor: '王敏', detail: { by: 'command' } };
const iso = (at: number): string => new Date(at).toISOString();

/** @param words what a moved date must say; without them the files should be refused */
function moved(one: Planned, to: number, words: boolean, immediate: boolean): Planned {
  if (to === one.due) return one;
  const { was: _, reason: __, ...rest } = one;
  const said = words ? { was: one.due, reason: '调整' } : {};
  return { ...rest, due: to, immediate, ...said, ...(immediate ? { reason: '立即发布' } : {}) };
}
