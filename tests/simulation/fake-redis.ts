// A Redis in memory as its clients see it: the subset of ioredis's interface that Banli uses.
// Commands take effect when the carrier says (the scheduler, or at once in a test of this file).
// For the data and its commands see redis-data.ts.

import { Scripts } from './lua.ts';
import { RedisData, type Reply } from './redis-data.ts';

/** Carries a command to the server, and its answer back. */
export type Carrier = <T>(command: () => T) => Promise<T>;

/** The server: one for all simulated processes. */
export class FakeRedis {
  readonly data: RedisData;
  readonly #scripts: Scripts;

  constructor(now: () => number) {
    this.data = new RedisData(now);
    this.#scripts = new Scripts(this.data);
  }

  /**
   * A connection.
   * @param edit changes a script's text before it runs: a rule is taken away in a test of sharpness
   */
  connect(carry: Carrier, edit: (lua: string) => string = (same) => same): FakeClient {
    return new FakeClient(this.data, this.#scripts, carry, edit) as FakeClient;
  }
}

type Given =
  | string
  | number
  | Buffer
  | readonly Given[]
  | { readonly [field: string]: string | number };

function flat(args: readonly Given[]): string[] {
  const all: string[] = [];
  for (const one of args) {
    if (typeof one === 'string') all.push(one);
    else if (typeof one !== 'object' || Buffer.isBuffer(one)) all.push(String(one));
    else if (Array.isArray(one)) all.push(...flat(one as readonly Given[]));
    else for (const [key, value] of Object.entries(one)) all.push(key, String(value));
  }
  return all;
}

/** What ioredis makes of an answer. */
function convenient(name: string, reply: Reply): unknown {
  if (name !== 'hgetall') return reply;
  const all = reply as string[];
  const made: Record<string, string> = {};
  for (let at = 0; at + 1 < all.length; at += 2) made[all[at] ?? ''] = all[at + 1] ?? '';
  return made;
}

const NAMES =
  'ping time set get getdel del unlink exists type pexpire expire pttl incr incrby hset hsetnx hget hmget hgetall hkeys hvals hlen hexists hdel hincrby zadd zrem zscore zmscore zcard zcount zrange zrangebyscore zrevrangebyscore sadd srem smembers sismember scard rpush llen lrange xadd xlen xrange xrevrange scan wait'.split(
    ' ',
  );

export class FakeClient {
  readonly #data: RedisData;
  readonly #scripts: Scripts;
  readonly #carry: Carrier;
  readonly #edit: (lua: string) => string;
  readonly #own = new Map<string, { keys: number | undefined; lua: string }>();
  // Methods of the commands are put on below, as ioredis does.
  [command: string]: unknown;

  constructor(data: RedisData, scripts: Scripts, carry: Carrier, edit: (lua: string) => string) {
    this.#data = data;
    this.#scripts = scripts;
    this.#carry = carry;
    this.#edit = edit;
  }

  send(name: string, args: readonly Given[]): Promise<unknown> {
    return this.#carry(() => this.perform(name, args));
  }

  /** One command, now. */
  perform(name: string, args: readonly Given[]): unknown {
    const script = this.#own.get(name);
    if (!script) return convenient(name, this.#data.call(name, flat(args)));
    const all = flat(args);
    const count = script.keys ?? Number(all.shift());
    return this.#scripts.run(script.lua, all.slice(0, count), all.slice(count));
  }

  defineCommand(name: string, { numberOfKeys, lua }: { numberOfKeys?: number; lua: string }): void {
    this.#own.set(name, { keys: numberOfKeys, lua: this.#edit(lua) });
    this[name] = (...args: Given[]) => this.#carry(() => this.perform(name, args));
  }

  eval(lua: string, keys: number, ...args: Given[]): Promise<unknown> {
    const all = flat(args);
    return this.#carry(() =>
      this.#scripts.run(this.#edit(lua), all.slice(0, keys), all.slice(keys)),
    );
  }

  /** Commands that take effect together, or a mere pipeline. */
  multi(): Chain {
    return new Chain(
      (all) => this.#carry(() => all.map(([name, args]) => [null, this.perform(name, args)])),
      this.#own.keys(),
    );
  }

  pipeline(): Chain {
    return this.multi();
  }

  on(): this {
    return this;
  }

  disconnect(): void {
    // Nothing is open.
  }
}

for (const name of NAMES)
  FakeClient.prototype[name] = function (this: FakeClient, ...args: Given[]): Promise<unknown> {
    return this.send(name, args);
  };

class Chain {
  readonly #all: [string, Given[]][] = [];
  readonly #run: (all: readonly [string, Given[]][]) => Promise<unknown>;
  [command: string]: unknown;

  constructor(run: (all: readonly [string, Given[]][]) => Promise<unknown>, own: Iterable<string>) {
    this.#run = run;
    for (const name of own) this[name] = (...args: Given[]): this => this.add(name, args);
  }

  add(name: string, args: Given[]): this {
    this.#all.push([name, args]);
    return this;
  }

  exec(): Promise<unknown> {
    return this.#run(this.#all);
  }
}

for (const name of NAMES)
  Chain.prototype[name] = function (this: Chain, ...args: Given[]): Chain {
    return this.add(name, args);
  };
