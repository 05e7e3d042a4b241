// Runs production's Lua scripts as they are, on the data of a fake Redis: redis.call and redis.pcall, KEYS and ARGV, and the
// conversions between Lua's values and Redis's answers that Redis documents.
import { createHash } from 'node:crypto';
import fengari from 'fengari';
import type { LuaState } from 'fengari';
import type { RedisData, Reply } from './redis-data.ts';

const { lua, lauxlib, lualib, to_luastring: bytesOf, to_jsstring: textOf } = fengari;

/** Bytes of short texts, which come again and again. */
const known = new Map<string, Uint8Array>();

function bytes(text: string): Uint8Array {
  const found = known.get(text);
  if (found) return found;
  const made = bytesOf(text);
  if (text.length < 40 && known.size < 20_000) known.set(text, made);
  return made;
}

function text(all: Uint8Array): string {
  let made = '';
  for (const byte of all) {
    if (byte > 127) return textOf(all);
    made += String.fromCharCode(byte);
  }
  return made;
}

/** Redis's Lua is 5.1, where every number is a double: 5.0 is written 5. Here whole ones have 32 bits and wrap around, so what is read is made a double. */
const PRELUDE = `
unpack = table.unpack
local number = tonumber
tonumber = function(...)
  local found = number(...)
  return found and found + 0.0
end
local format = string.format
string.format = function(how, ...)
  return format((how:gsub('%%d', '%%.0f')), ...)
end
local old = tostring
tostring = function(v)
  if math.type(v) == 'float' then return string.format('%.14g', v) end
  return old(v)
end
`;

export class Scripts {
  readonly #state: LuaState;
  readonly #scripts = new Map<string, number>();
  readonly #data: RedisData;

  constructor(data: RedisData) {
    this.#data = data;
    const state = lauxlib.luaL_newstate();
    this.#state = state;
    lualib.luaL_openlibs(state);
    if (lauxlib.luaL_dostring(state, bytes(PRELUDE))) throw new Error(this.#failure());
    lua.lua_createtable(state, 0, 2);
    lua.lua_pushcfunction(state, () => this.#call());
    lua.lua_setfield(state, -2, bytes('call'));
    lua.lua_pushcfunction(state, () => this.#tried());
    lua.lua_setfield(state, -2, bytes('pcall'));
    lua.lua_pushcfunction(state, () => {
      const [given = ''] = this.#arguments();
      lua.lua_pushstring(state, bytes(createHash('sha1').update(given).digest('hex')));
      return 1;
    });
    lua.lua_setfield(state, -2, bytes('sha1hex'));
    lua.lua_setglobal(state, bytes('redis'));
    lua.lua_createtable(state, 0, 1);
    lua.lua_pushcfunction(state, () => {
      const [given = ''] = this.#arguments();
      this.#pushJson(JSON.parse(given));
      return 1;
    });
    lua.lua_setfield(state, -2, bytes('decode'));
    lua.lua_setglobal(state, bytes('cjson'));
  }

  /** As cjson: numbers are doubles, null is a value of its own that is not nil. */
  #pushJson(value: unknown): void {
    const state = this.#state;
    if (typeof value === 'number') lua.lua_pushnumber(state, value);
    else if (typeof value === 'string') lua.lua_pushstring(state, bytes(value));
    else if (typeof value === 'boolean') lua.lua_pushboolean(state, value);
    else if (value === null) lua.lua_createtable(state, 0, 0);
    else if (Array.isArray(value)) {
      lua.lua_createtable(state, value.length, 0);
      value.forEach((one, index) => {
        this.#pushJson(one);
        lua.lua_rawseti(state, -2, index + 1);
      });
    } else {
      const all = Object.entries(value as object);
      lua.lua_createtable(state, 0, all.length);
      for (const [name, one] of all) {
        this.#pushJson(one);
        lua.lua_setfield(state, -2, bytes(name));
      }
    }
  }

  /** Runs a script in one go. @throws Error as a client would get it */
  run(source: string, keys: readonly string[], args: readonly string[]): Reply {
    const state = this.#state;
    this.#setTable('KEYS', keys);
    this.#setTable('ARGV', args);
    lua.lua_rawgeti(state, lua.LUA_REGISTRYINDEX, this.#compiled(source));
    if (lua.lua_pcall(state, 0, 1, 0)) throw new Error(`ERR ${this.#failure()}`);
    const answer = this.#toReply(-1);
    lua.lua_pop(state, 1);
    return answer;
  }

  #compiled(source: string): number {
    const found = this.#scripts.get(source);
    if (found !== undefined) return found;
    if (lauxlib.luaL_loadstring(this.#state, bytes(source))) throw new Error(`ERR ${this.#failure()}`);
    const made = lauxlib.luaL_ref(this.#state, lua.LUA_REGISTRYINDEX);
    this.#scripts.set(source, made);
    return made;
  }

  #setTable(name: string, values: readonly string[]): void {
    const state = this.#state;
    lua.lua_createtable(state, values.length, 0);
    values.forEach((value, index) => {
      lua.lua_pushstring(state, bytes(value));
      lua.lua_rawseti(state, -2, index + 1);
    });
    lua.lua_setglobal(state, bytes(name));
  }

  #failure(): string {
    const said = lua.lua_tolstring(this.#state, -1);
    lua.lua_pop(this.#state, 1);
    return said ? text(said) : 'unknown';
  }

  #arguments(): string[] {
    const state = this.#state;
    const all: string[] = [];
    for (let index = 1; index <= lua.lua_gettop(state); index++) {
      if (lua.lua_type(state, index) === lua.LUA_TNUMBER) {
        const number = lua.lua_tonumber(state, index);
        all.push(Number.isInteger(number) ? String(number) : shortest(number));
        continue;
      }
      const given = lua.lua_tolstring(state, index);
      if (!given) throw new Error('Lua redis lib command arguments must be strings or integers');
      all.push(text(given));
    }
    return all;
  }

  #call(): number {
    let failure: string;
    try {
      const [name = '', ...args] = this.#arguments();
      this.#push(this.#data.call(name, args));
      return 1;
    } catch (error) {
      failure = (error as Error).message;
    }
    lua.lua_pushstring(this.#state, bytes(failure));
    return lua.lua_error(this.#state);
  }

  /** As `redis.pcall`: a failure is a table with `err`. */
  #tried(): number {
    try {
      const [name = '', ...args] = this.#arguments();
      this.#push(this.#data.call(name, args));
    } catch (error) {
      lua.lua_createtable(this.#state, 0, 1);
      lua.lua_pushstring(this.#state, bytes((error as Error).message));
      lua.lua_setfield(this.#state, -2, bytes('err'));
    }
    return 1;
  }

  /** Redis's answer → Lua: nil is false, OK is a table with a status. */
  #push(reply: Reply): void {
    const state = this.#state;
    if (reply === null) lua.lua_pushboolean(state, false);
    else if (typeof reply === 'number') lua.lua_pushnumber(state, reply);
    else if (reply === 'OK') {
      lua.lua_createtable(state, 0, 1);
      lua.lua_pushstring(state, bytes(reply));
      lua.lua_setfield(state, -2, bytes('ok'));
    } else if (typeof reply === 'string') lua.lua_pushstring(state, bytes(reply));
    else {
      lua.lua_createtable(state, reply.length, 0);
      reply.forEach((one, index) => {
        this.#push(one);
        lua.lua_rawseti(state, -2, index + 1);
      });
    }
  }

  /** Lua's value → Redis's answer: numbers lose what is behind the point, a table ends at its first nil. */
  #toReply(index: number): Reply {
    const state = this.#state;
    switch (lua.lua_type(state, index)) {
      case lua.LUA_TNUMBER:
        return Math.trunc(lua.lua_tonumber(state, index));
      case lua.LUA_TBOOLEAN:
        return lua.lua_toboolean(state, index) ? 1 : null;
      case lua.LUA_TSTRING:
        return text(lua.lua_tolstring(state, index) ?? new Uint8Array());
      case lua.LUA_TTABLE:
        return this.#tableToReply(index);
      default:
        return null;
    }
  }

  #tableToReply(index: number): Reply {
    const state = this.#state;
    const at = lua.lua_absindex(state, index);
    for (const name of ['ok', 'err']) {
      lua.lua_getfield(state, at, bytes(name));
      const said = lua.lua_type(state, -1) === lua.LUA_TSTRING ? text(lua.lua_tolstring(state, -1) ?? new Uint8Array()) : undefined;
      lua.lua_pop(state, 1);
      if (said !== undefined && name === 'err') throw new Error(said);
      if (said !== undefined) return said;
    }
    const all: Reply[] = [];
    for (let position = 1; ; position++) {
      lua.lua_rawgeti(state, at, position);
      if (lua.lua_type(state, -1) === lua.LUA_TNIL) break;
      all.push(this.#toReply(-1));
      lua.lua_pop(state, 1);
    }
    lua.lua_pop(state, 1);
    return all;
  }
}

/** As Lua 5.1 writes a number that is not whole: 14 digits, no zeros at the end. */
function shortest(number: number): string {
  return String(Number(number.toPrecision(14)));
}
