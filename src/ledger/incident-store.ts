// Open incidents and the outbox in Redis: what changes together is one transaction. Not for
// deciding any of it: alerts/.

import { readFileSync } from 'node:fs';
import { readOnce } from '../lib/parse-cache.ts';
import type { RedisClient, RedisHandle } from '../redis/connection.ts';
import { type KeyName, keyOf } from '../redis/keys.ts';
import { type Fence, withLock } from '../redis/lock.ts';
import type { AlertChanges, AlertStore } from './alert-store.ts';
import { type Delivery, readDelivery } from './delivery.ts';
import { type Incident, type Reported, readIncident, readReported } from './incident.ts';

const script = readFileSync(new URL('./record.lua', import.meta.url), 'utf8');
type Scripted = RedisClient & { banliRecord(...args: string[]): Promise<unknown> };

/** Which letters were taken is remembered for so long after the last of an incident. */
export const TAKEN_MS = 400 * 86_400_000;

/** Each round reads all that is open, and mostly it is what it was. */
const incidentIn = readOnce((text) => readIncident(JSON.parse(text)), 500);
const deliveryIn = readOnce((text) => readDelivery(JSON.parse(text)), 500);

export class IncidentStore implements AlertStore {
  readonly #handle: RedisHandle;
  readonly #redis: Scripted;

  constructor(handle: RedisHandle) {
    this.#handle = handle;
    handle.client.defineCommand('banliRecord', { numberOfKeys: 4, lua: script });
    this.#redis = handle.client as Scripted;
  }

  #key(name: KeyName): string {
    return keyOf(this.#handle, name);
  }

  /**
   * Open ones, and those that are over and wait to be told. What another version of Banli wrote is
   * passed over: it is found again by the next round.
   */
  async incidents(): Promise<Map<string, Incident>> {
    const all = await this.#redis.hgetall(this.#key('incidents'));
    return new Map(Object.entries(all).flatMap(([key, text]) => pair(key, incidentIn(text))));
  }

  async record({
    set,
    remove = [],
    deliveries = [],
    once = [],
    under,
  }: AlertChanges): Promise<boolean> {
    const changes = {
      set: [...(set ?? [])].flatMap(([key, value]) => [key, JSON.stringify(value)]),
      remove,
      deliveries: deliveries.flatMap((one) => [one.id, JSON.stringify(one)]),
      once,
    };
    const keys = [
      under?.key ?? this.#key('lock:none'),
      ...(['incidents', 'outbox', 'written'] as const).map((name) => this.#key(name)),
    ];
    const done = await this.#redis.banliRecord(
      ...keys,
      under?.token ?? '',
      JSON.stringify(changes),
    );
    await this.#handle.replicated();
    return done === 1;
  }

  async wasWritten(once: string): Promise<boolean> {
    return (await this.#redis.sismember(this.#key('written'), once)) === 1;
  }

  /** In order of being written. */
  async deliveries(): Promise<Delivery[]> {
    const all = Object.values(await this.#redis.hgetall(this.#key('outbox'))).flatMap(
      (text) => deliveryIn(text) ?? [],
    );
    return all.sort((a, b) => a.at - b.at);
  }

  async delivery(id: string): Promise<Delivery | undefined> {
    const text = await this.#redis.hget(this.#key('outbox'), id);
    return text === null ? undefined : deliveryIn(text);
  }

  async delivered(id: string): Promise<void> {
    await this.#redis.hdel(this.#key('outbox'), id);
  }

  /** Somebody's mail server or robot has taken a letter: what it says is missed counts as told. */
  async noteTaken({ late = {} }: Delivery, at: number): Promise<void> {
    const all = this.#redis.multi();
    for (const [id, releases] of Object.entries(late)) {
      const fields = Object.fromEntries(['', ...releases].map((release) => [release, String(at)]));
      all.hset(this.#key(`taken:${id}`), fields).pexpire(this.#key(`taken:${id}`), TAKEN_MS);
    }
    await all.exec();
  }

  /** What letters that were taken have told of an incident (`toldKey`); '': the incident itself. */
  async taken(incident: string): Promise<Set<string>> {
    return new Set(await this.#redis.hkeys(this.#key(`taken:${incident}`)));
  }

  /** What other code has reported and not cleared, by cause. */
  async reported(): Promise<Map<string, Reported>> {
    const all = Object.entries(await this.#redis.hgetall(this.#key('reported')));
    return new Map(all.flatMap(([key, text]) => pair(key, readReported(JSON.parse(text)))));
  }

  async report(key: string, condition: Reported): Promise<void> {
    await this.#redis.hset(this.#key('reported'), key, JSON.stringify(condition));
    await this.#handle.replicated();
  }

  async unreport(key: string): Promise<void> {
    await this.#redis.hdel(this.#key('reported'), key);
  }

  /** A sweep has ended, now by Redis's clock: the service works, and not only lives. */
  async notePulse(): Promise<void> {
    const [seconds] = await this.#redis.time();
    await this.#redis.set(this.#key('pulse'), String(seconds));
  }

  /**
   * Runs something unless another process is at it; the lock ends by itself, and what is recorded
   * under its fence is refused from then on.
   */
  alone<T>(
    name: string,
    forMs: number,
    run: (fence?: Fence) => Promise<T>,
  ): Promise<T | undefined> {
    return withLock(this.#redis, this.#key(`lock:${name}`), forMs, run);
  }
}

function pair<T>(key: string, value: T | undefined): [string, T][] {
  return value === undefined ? [] : [[key, value]];
}
