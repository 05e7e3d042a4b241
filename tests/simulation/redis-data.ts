// What Redis keeps, in memory: the types and commands that Banli uses, with the answers that a real
// one gives (fake-redis.test.ts compares them). Not for clients: fake-redis.ts.

type Stream = {
  last: [number, number];
  ids: [number, number][];
  entries: [id: string, fields: string[]][];
};
interface Types {
  string: string;
  hash: Map<string, string>;
  list: string[];
  set: Set<string>;
  zset: Map<string, number>;
  stream: Stream;
}
type Kind = keyof Types;
type Of<K extends Kind> = Types[K];
type Value = { [K in Kind]: { type: K; value: Types[K] } }[Kind];

/** What commands answer, before a client makes it convenient. */
export type Reply = string | number | null | Reply[];

const EMPTY: { readonly [K in Kind]: () => Of<K> } = {
  string: () => '',
  hash: () => new Map(),
  list: () => [],
  set: () => new Set(),
  zset: () => new Map(),
  stream: () => ({ last: [0, 0], ids: [], entries: [] }),
};

/** What was there at some moment. */
export interface Snapshot {
  readonly keys: ReadonlyMap<string, Value>;
  readonly expires: ReadonlyMap<string, number>;
}

export class RedisData {
  #keys = new Map<string, Value>();
  #expires = new Map<string, number>();
  readonly #now: () => number;
  /** A string was written. */
  written: (key: string, value: string) => void = () => undefined;

  /** @param now Redis's own clock, ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  snapshot(): Snapshot {
    return {
      keys: new Map([...this.#keys].map(([key, value]) => [key, copy(value)])),
      expires: new Map(this.#expires),
    };
  }

  restore(snapshot: Snapshot): void {
    this.#keys = new Map([...snapshot.keys].map(([key, value]) => [key, copy(value)]));
    this.#expires = new Map(snapshot.expires);
  }

  clear(): void {
    this.#keys.clear();
    this.#expires.clear();
  }

  /** Keys that end by themselves and whose names hold this last so much longer. */
  prolong(holds: (key: string) => boolean, ms: number): void {
    for (const [key, at] of this.#expires) if (holds(key)) this.#expires.set(key, at + ms);
  }

  /** A string's value, without a client. */
  peek(key: string): string | undefined {
    const found = this.#keys.get(key);
    return found?.type === 'string' ? found.value : undefined;
  }

  peekHash(key: string): ReadonlyMap<string, string> {
    const found = this.#keys.get(key);
    return found?.type === 'hash' ? found.value : new Map();
  }

  names(): string[] {
    return [...this.#keys.keys()];
  }

  /** One command. @throws Error as Redis words it */
  call(name: string, args: readonly string[]): Reply {
    const command = COMMANDS[name.toLowerCase()];
    if (!command) throw new Error(`ERR unknown command '${name}'`);
    return command(this, args);
  }

  now(): number {
    return this.#now();
  }

  get<K extends Kind>(key: string, type: K): Of<K> | undefined {
    const ends = this.#expires.get(key);
    if (ends !== undefined && ends <= this.now()) this.drop(key);
    const found = this.#keys.get(key);
    if (!found) return undefined;
    if (found.type !== type)
      throw new Error('WRONGTYPE Operation against a key holding the wrong kind of value');
    return found.value as Of<K>;
  }

  /** The value to be changed; made where there is none. */
  make<K extends Kind>(key: string, type: K): Of<K> {
    const before = this.get(key, type);
    if (before !== undefined) return before;
    const value = EMPTY[type]() as Of<K>;
    this.#keys.set(key, { type, value } as Value);
    return value;
  }

  put(key: string, value: string, expires: number | undefined): void {
    this.#keys.set(key, { type: 'string', value });
    this.written(key, value);
    if (expires === undefined) this.#expires.delete(key);
    else this.#expires.set(key, expires);
  }

  rename(key: string, to: string): void {
    const [found, ends] = [this.#keys.get(key), this.#expires.get(key)];
    if (this.typeOf(key) === undefined || !found) throw new Error('ERR no such key');
    this.drop(key);
    this.drop(to);
    this.#keys.set(to, found);
    if (ends !== undefined) this.#expires.set(to, ends);
  }

  typeOf(key: string): Kind | undefined {
    const ends = this.#expires.get(key);
    if (ends !== undefined && ends <= this.now()) this.drop(key);
    return this.#keys.get(key)?.type;
  }

  expireAt(key: string, at: number): boolean {
    if (this.typeOf(key) === undefined) return false;
    this.#expires.set(key, at);
    return true;
  }

  leftOf(key: string): number {
    if (this.typeOf(key) === undefined) return -2;
    const at = this.#expires.get(key);
    return at === undefined ? -1 : at - this.now();
  }

  /** Removes a key; an empty container is none. */
  drop(key: string): boolean {
    this.#expires.delete(key);
    return this.#keys.delete(key);
  }
}

function copy(value: Value): Value {
  switch (value.type) {
    case 'string':
      return value;
    case 'hash':
      return { type: 'hash', value: new Map(value.value) };
    case 'list':
      return { type: 'list', value: [...value.value] };
    case 'set':
      return { type: 'set', value: new Set(value.value) };
    case 'zset':
      return { type: 'zset', value: new Map(value.value) };
    case 'stream':
      return {
        type: 'stream',
        value: {
          last: value.value.last,
          ids: [...value.value.ids],
          entries: [...value.value.entries],
        },
      };
  }
}

type Command = (data: RedisData, args: readonly string[]) => Reply;
const one = (args: readonly string[], index = 0): string => args[index] ?? '';
const rest = (args: readonly string[]): readonly string[] => args.slice(1);

function set(data: RedisData, args: readonly string[]): Reply {
  const [key = '', value = '', ...flags] = args;
  const words = flags.map((flag) => flag.toUpperCase());
  const number = (word: string): number => Number(flags[words.indexOf(word) + 1]);
  const there = data.typeOf(key) !== undefined;
  if ((words.includes('NX') && there) || (words.includes('XX') && !there)) {
    return words.includes('GET') ? (data.get(key, 'string') ?? null) : null;
  }
  const before = words.includes('GET') ? (data.get(key, 'string') ?? null) : undefined;
  const forMs = words.includes('PX')
    ? number('PX')
    : words.includes('EX')
      ? number('EX') * 1000
      : undefined;
  const kept = words.includes('KEEPTTL') && data.leftOf(key) > 0 ? data.leftOf(key) : undefined;
  const lasts = forMs ?? kept;
  data.put(key, value, lasts === undefined ? undefined : data.now() + lasts);
  return before === undefined ? 'OK' : before;
}

function removeAll(data: RedisData, keys: readonly string[]): number {
  return keys.filter((key) => data.typeOf(key) !== undefined && data.drop(key)).length;
}

/** Takes members out of a container, and the container when it is empty. */
function take(
  data: RedisData,
  type: 'hash' | 'set' | 'zset',
  [key = '', ...members]: readonly string[],
): number {
  const found = data.get(key, type) as Map<string, unknown> | Set<string> | undefined;
  if (!found) return 0;
  const gone = members.filter((member) => found.delete(member)).length;
  if (found.size === 0) data.drop(key);
  return gone;
}

function zadd(data: RedisData, [key = '', ...all]: readonly string[]): Reply {
  let at = 0;
  const flags = new Set<string>();
  for (; /^(NX|XX|GT|LT|CH)$/i.test(all[at] ?? ''); at++) flags.add((all[at] ?? '').toUpperCase());
  const found = data.make(key, 'zset');
  let added = 0;
  let changed = 0;
  for (; at + 1 < all.length; at += 2) {
    const [score, member] = [scoreOf(all[at] ?? ''), all[at + 1] ?? ''];
    const before = found.get(member);
    if (before === undefined ? flags.has('XX') : flags.has('NX')) continue;
    if (
      before !== undefined &&
      ((flags.has('GT') && score <= before) || (flags.has('LT') && score >= before))
    )
      continue;
    if (before === undefined) added++;
    else if (before !== score) changed++;
    found.set(member, score);
  }
  if (found.size === 0) data.drop(key);
  return flags.has('CH') ? added + changed : added;
}

function scoreOf(text: string): number {
  if (/^[+]?inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  if (/^-inf$/i.test(text)) return Number.NEGATIVE_INFINITY;
  const score = Number(text);
  if (text === '' || Number.isNaN(score)) throw new Error('ERR value is not a valid float');
  return score;
}

/** As Redis orders them: by score, then by the member's bytes. */
function sorted(found: Iterable<[string, number]>): [string, number][] {
  return [...found].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
}

const shown = (score: number): string =>
  score === Number.POSITIVE_INFINITY
    ? 'inf'
    : score === Number.NEGATIVE_INFINITY
      ? '-inf'
      : String(score);

function inside(from: string, to: string): (score: number) => boolean {
  const [least, most] = [scoreOf(from.replace('(', '')), scoreOf(to.replace('(', ''))];
  const [above, below] = [from.startsWith('('), to.startsWith('(')];
  return (score) =>
    (above ? score > least : score >= least) && (below ? score < most : score <= most);
}

function byScore(
  data: RedisData,
  [key = '', from = '', to = '', ...flags]: readonly string[],
  turned = false,
): Reply {
  const [least, most] = turned ? [to, from] : [from, to];
  const within = inside(least, most);
  let rows: [string, number][] = [];
  for (const row of data.get(key, 'zset') ?? []) if (within(row[1])) rows.push(row);
  if (rows.length > 1) rows = sorted(rows);
  if (turned) rows.reverse();
  const words = flags.map((flag) => flag.toUpperCase());
  const limit = words.indexOf('LIMIT');
  if (limit >= 0) {
    const [skip, count] = [Number(flags[limit + 1]), Number(flags[limit + 2])];
    rows = count < 0 ? rows.slice(skip) : rows.slice(skip, skip + count);
  }
  return words.includes('WITHSCORES')
    ? rows.flatMap(([member, score]) => [member, shown(score)])
    : rows.map(([member]) => member);
}

function slice<T>(all: readonly T[], from: string, to: string): T[] {
  const [start, end] = [Number(from), Number(to)].map((index) =>
    index < 0 ? all.length + index : index,
  ) as [number, number];
  return all.slice(Math.max(0, start), end + 1);
}

function xadd(data: RedisData, [key = '', ...all]: readonly string[]): Reply {
  const [wanted = '', ...fields] = all;
  const found = data.make(key, 'stream');
  const [lastMs, lastSeq] = found.last;
  let id: [number, number];
  if (wanted === '*') {
    const now = Math.floor(data.now());
    id = now > lastMs ? [now, 0] : [lastMs, lastSeq + 1];
  } else {
    const [ms = 0, seq = 0] = wanted.split('-').map(Number);
    id = [ms, seq];
    if (ms < lastMs || (ms === lastMs && seq <= lastSeq))
      throw new Error(
        'ERR The ID specified in XADD is equal or smaller than the target stream top item',
      );
  }
  found.last = id;
  const text = `${id[0]}-${id[1]}`;
  found.ids.push(id);
  found.entries.push([text, [...fields]]);
  return text;
}

function idOf(text: string, missing: number): [number, number] {
  if (text === '-') return [0, 0];
  if (text === '+') return [Number.POSITIVE_INFINITY, 0];
  const [ms = 0, seq = missing] = text.replace('(', '').split('-').map(Number);
  return [ms, seq];
}

const order = (a: readonly [number, number], b: readonly [number, number]): number =>
  a[0] - b[0] || a[1] - b[1];

/** Where the entries begin that are not before an id, or, where it is open, that are after it. */
function placeOf({ entries, ids }: Stream, text: string, missing: number, after: boolean): number {
  const wanted = idOf(text, missing);
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const found = order(ids[middle] ?? [0, 0], wanted);
    if (found < 0 || (after && found === 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function range(
  data: RedisData,
  [key = '', from = '', to = '', ...flags]: readonly string[],
  turned = false,
): Reply {
  const [start, end] = turned ? [to, from] : [from, to];
  const stream = data.get(key, 'stream');
  if (!stream) return [];
  const first = placeOf(stream, start, 0, start.startsWith('('));
  const last = placeOf(stream, end, Number.POSITIVE_INFINITY, !end.startsWith('('));
  const count = flags[0]?.toUpperCase() === 'COUNT' ? Number(flags[1]) : Number.POSITIVE_INFINITY;
  const rows = turned
    ? stream.entries.slice(Math.max(first, last - count), Math.max(first, last)).reverse()
    : stream.entries.slice(first, Math.min(last, first + count));
  return rows.map(([id, fields]) => [id, [...fields]]);
}

function scan(data: RedisData, [, ...flags]: readonly string[]): Reply {
  const at = flags.findIndex((flag) => flag.toUpperCase() === 'MATCH');
  const pattern = at < 0 ? '*' : (flags[at + 1] ?? '*');
  const source = pattern
    .replace(/[.+^$()|]/g, '\\$&')
    .replace(/\\([{}[\]*?\\])|\*|\?|[{}]/g, (found, kept?: string) =>
      kept !== undefined ? `\\${kept}` : found === '*' ? '.*' : found === '?' ? '.' : `\\${found}`,
    );
  const matches = new RegExp(`^${source}$`);
  return ['0', data.names().filter((key) => data.typeOf(key) !== undefined && matches.test(key))];
}

function time(data: RedisData): Reply {
  const now = data.now();
  return [String(Math.floor(now / 1000)), String(Math.floor((now % 1000) * 1000))];
}

function increase(data: RedisData, key: string, by: number): number {
  const next = Number(data.get(key, 'string') ?? '0') + by;
  if (!Number.isInteger(next)) throw new Error('ERR value is not an integer or out of range');
  const left = data.leftOf(key);
  data.put(key, String(next), left > 0 ? data.now() + left : undefined);
  return next;
}

function hset(data: RedisData, [key = '', ...pairs]: readonly string[]): number {
  const found = data.make(key, 'hash');
  let added = 0;
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    if (!found.has(pairs[at] ?? '')) added++;
    found.set(pairs[at] ?? '', pairs[at + 1] ?? '');
  }
  return added;
}

function sadd(data: RedisData, [key = '', ...members]: readonly string[]): number {
  const found = data.make(key, 'set');
  const before = found.size;
  for (const member of members) found.add(member);
  return found.size - before;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  ping: () => 'PONG',
  time,
  set,
  get: (data, args) => data.get(one(args), 'string') ?? null,
  getdel: (data, args) => {
    const value = data.get(one(args), 'string') ?? null;
    if (value !== null) data.drop(one(args));
    return value;
  },
  del: removeAll,
  unlink: removeAll,
  rename: (data, [key = '', to = '']) => {
    data.rename(key, to);
    return 'OK';
  },
  exists: (data, keys) => keys.filter((key) => data.typeOf(key) !== undefined).length,
  type: (data, args) => data.typeOf(one(args)) ?? 'none',
  pexpire: (data, args) => Number(data.expireAt(one(args), data.now() + Number(args[1]))),
  expire: (data, args) => Number(data.expireAt(one(args), data.now() + Number(args[1]) * 1000)),
  pttl: (data, args) => data.leftOf(one(args)),
  incr: (data, args) => increase(data, one(args), 1),
  incrby: (data, args) => increase(data, one(args), Number(args[1])),
  hset,
  hsetnx: (data, [key = '', field = '', value = '']) =>
    data.get(key, 'hash')?.has(field) ? 0 : hset(data, [key, field, value]),
  hget: (data, args) => data.get(one(args), 'hash')?.get(args[1] ?? '') ?? null,
  hmget: (data, args) => {
    const found = data.get(one(args), 'hash');
    return rest(args).map((field) => found?.get(field) ?? null);
  },
  hgetall: (data, args) => [...(data.get(one(args), 'hash') ?? [])].flat(),
  hkeys: (data, args) => [...(data.get(one(args), 'hash')?.keys() ?? [])],
  hvals: (data, args) => [...(data.get(one(args), 'hash')?.values() ?? [])],
  hlen: (data, args) => data.get(one(args), 'hash')?.size ?? 0,
  hexists: (data, args) => Number(data.get(one(args), 'hash')?.has(args[1] ?? '') ?? false),
  hdel: (data, args) => take(data, 'hash', args),
  hincrby: (data, [key = '', field = '', by = '0']) => {
    const next = Number(data.get(key, 'hash')?.get(field) ?? '0') + Number(by);
    hset(data, [key, field, String(next)]);
    return next;
  },
  zadd,
  zrem: (data, args) => take(data, 'zset', args),
  zscore: (data, args) => {
    const score = data.get(one(args), 'zset')?.get(args[1] ?? '');
    return score === undefined ? null : shown(score);
  },
  zmscore: (data, args) => {
    const found = data.get(one(args), 'zset');
    return rest(args).map((member) => {
      const score = found?.get(member);
      return score === undefined ? null : shown(score);
    });
  },
  zcard: (data, args) => data.get(one(args), 'zset')?.size ?? 0,
  zcount: (data, [key = '', from = '', to = '']) => {
    const within = inside(from, to);
    return [...(data.get(key, 'zset')?.values() ?? [])].filter(within).length;
  },
  zrange: (data, [key = '', from = '', to = '', ...flags]) => {
    if (flags.some((flag) => flag.toUpperCase() === 'BYSCORE'))
      return byScore(data, [
        key,
        from,
        to,
        ...flags.filter((flag) => flag.toUpperCase() !== 'BYSCORE'),
      ]);
    const rows = slice(sorted(data.get(key, 'zset') ?? new Map()), from, to);
    return flags[0]?.toUpperCase() === 'WITHSCORES'
      ? rows.flatMap(([member, score]) => [member, shown(score)])
      : rows.map(([member]) => member);
  },
  zrangebyscore: (data, args) => byScore(data, args),
  zrevrangebyscore: (data, args) => byScore(data, args, true),
  sadd,
  srem: (data, args) => take(data, 'set', args),
  smembers: (data, args) => [...(data.get(one(args), 'set') ?? [])],
  sismember: (data, args) => Number(data.get(one(args), 'set')?.has(args[1] ?? '') ?? false),
  scard: (data, args) => data.get(one(args), 'set')?.size ?? 0,
  rpush: (data, [key = '', ...values]) => data.make(key, 'list').push(...values),
  llen: (data, args) => data.get(one(args), 'list')?.length ?? 0,
  lrange: (data, [key = '', from = '0', to = '-1']) => slice(data.get(key, 'list') ?? [], from, to),
  xadd,
  xlen: (data, args) => data.get(one(args), 'stream')?.entries.length ?? 0,
  xrange: (data, args) => range(data, args),
  xrevrange: (data, args) => range(data, args, true),
  scan,
  // Replication is the world's to simulate.
  wait: () => 0,
};
