// Runs production's Lua scripts as they are, on the data of a fake Redis: redis.call and
// redis.pcall, KEYS and ARGV, cjson, and the conversions between Lua's values and Redis's answers
// that Redis documents. For the language itself see lua-compiler.ts.
import { createHash } from 'node:crypto';
import { compile, numberText, Table } from './lua-compiler.ts';
import type { RedisData, Reply } from './redis-data.ts';

type Compiled = (values: readonly unknown[]) => unknown;

const compiled = new Map<string, Compiled>();

export class Scripts {
  readonly #data: RedisData;
  readonly #library: Readonly<Record<string, unknown>>;
  readonly #names: readonly string[];

  constructor(data: RedisData) {
    this.#data = data;
    this.#library = { ...LIBRARY, redis: this.#redis() };
    this.#names = ['KEYS', 'ARGV', ...Object.keys(this.#library)];
  }

  /** Runs a script in one go. @throws Error as a client would get it */
  run(source: string, keys: readonly string[], args: readonly string[]): Reply {
    const script = compiled.get(source) ?? compile(source, this.#names);
    compiled.set(source, script);
    try {
      return toReply(script([listOf(keys), listOf(args), ...Object.values(this.#library)]));
    } catch (error) {
      const { message } = error as Error;
      throw /^[A-Z]+ |^no$/.test(message) ? error : new Error(`ERR script: ${message}`);
    }
  }

  #redis(): object {
    const call = (...args: unknown[]): unknown => {
      const [name = '', ...rest] = args.map(argument);
      return toLua(this.#data.call(name, rest));
    };
    return {
      call,
      pcall: (...args: unknown[]) => {
        try {
          return call(...args);
        } catch (error) {
          return tableOf({ err: (error as Error).message });
        }
      },
      sha1hex: (text: unknown) => createHash('sha1').update(String(text)).digest('hex'),
    };
  }
}

function argument(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw new Error('Lua redis lib command arguments must be strings or integers');
}

function listOf(values: readonly unknown[]): Table {
  const made = new Table();
  for (const one of values) made.list.push(one);
  return made;
}

function tableOf(values: object): Table {
  const made = new Table();
  for (const [key, value] of Object.entries(values)) made.rest.set(key, value);
  return made;
}

/** Redis's answer → Lua: nil is false, OK is a table with a status. */
function toLua(reply: Reply): unknown {
  if (reply === null) return false;
  if (reply === 'OK') return tableOf({ ok: 'OK' });
  return Array.isArray(reply) ? listOf(reply.map(toLua)) : reply;
}

/**
 * Lua's value → Redis's answer: numbers lose what is behind the point, a table ends at its first
 * nil.
 */
function toReply(value: unknown): Reply {
  if (typeof value === 'number') return Math.trunc(value);
  if (typeof value === 'string') return value;
  if (!(value instanceof Table)) return value === true ? 1 : null;
  const [failed, status] = [value.get('err'), value.get('ok')];
  if (typeof failed === 'string') throw new Error(failed);
  if (typeof status === 'string') return status;
  const end = value.list.indexOf(undefined);
  return (end < 0 ? value.list : value.list.slice(0, end)).map(toReply);
}

function fromJson(value: unknown): unknown {
  if (Array.isArray(value)) return listOf(value.map(fromJson));
  if (value === null) return new Table();
  if (typeof value !== 'object') return value;
  return tableOf(
    Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fromJson(one)])),
  );
}

function format(how: string, ...values: unknown[]): string {
  let at = 0;
  return how.replace(/%(%|d|s|\.0f|\.14g)/g, (_, mark: string) => {
    if (mark === '%') return '%';
    const value = values[at++];
    if (mark === 's') return LIBRARY.tostring(value);
    const number = LIBRARY.tonumber(value);
    if (number === undefined) throw new Error('bad argument to format (number expected)');
    return mark === '.14g'
      ? numberText(number)
      : String(mark === 'd' ? Math.trunc(number) : Math.round(number));
  });
}

/** By bytes, both ends with it; from the end where negative. */
function sub(text: string, from: number, to = -1): string {
  const bytes = Buffer.from(text);
  const at = (index: number): number => (index < 0 ? bytes.length + index + 1 : index);
  return bytes.subarray(Math.max(at(from), 1) - 1, Math.max(at(to), 0)).toString();
}

const LIBRARY = {
  tonumber(value: unknown): number | undefined {
    if (typeof value === 'number') return value;
    if (typeof value !== 'string' || value.trim() === '') return undefined;
    const number = Number(value);
    return Number.isNaN(number) ? undefined : number;
  },
  tostring(value: unknown): string {
    if (typeof value === 'number') return numberText(value);
    return value === undefined ? 'nil' : String(value);
  },
  unpack: (table: Table): readonly unknown[] => table.list,
  math: { floor: Math.floor, ceil: Math.ceil, max: Math.max, min: Math.min, abs: Math.abs },
  string: { format, sub },
  cjson: { decode: (text: string) => fromJson(JSON.parse(text)) },
};
