// The part of fengari's interface (Lua's own C API) that lua.ts uses: the package has no types of its own.
declare module 'fengari' {
  export interface LuaState {
    readonly fengari: unique symbol;
  }
  interface Lua {
    readonly LUA_REGISTRYINDEX: number;
    readonly LUA_TNIL: number;
    readonly LUA_TBOOLEAN: number;
    readonly LUA_TNUMBER: number;
    readonly LUA_TSTRING: number;
    readonly LUA_TTABLE: number;
    lua_absindex(state: LuaState, index: number): number;
    lua_createtable(state: LuaState, list: number, record: number): void;
    lua_error(state: LuaState): number;
    lua_getfield(state: LuaState, index: number, name: Uint8Array): number;
    lua_gettop(state: LuaState): number;
    lua_pcall(state: LuaState, args: number, results: number, handler: number): number;
    lua_pop(state: LuaState, count: number): void;
    lua_pushboolean(state: LuaState, value: boolean): void;
    lua_pushcfunction(state: LuaState, run: (state: LuaState) => number): void;
    lua_pushnumber(state: LuaState, value: number): void;
    lua_pushstring(state: LuaState, value: Uint8Array): void;
    lua_rawgeti(state: LuaState, index: number, position: number): number;
    lua_rawseti(state: LuaState, index: number, position: number): void;
    lua_setfield(state: LuaState, index: number, name: Uint8Array): void;
    lua_setglobal(state: LuaState, name: Uint8Array): void;
    lua_toboolean(state: LuaState, index: number): boolean;
    lua_tolstring(state: LuaState, index: number): Uint8Array | null;
    lua_tonumber(state: LuaState, index: number): number;
    lua_type(state: LuaState, index: number): number;
  }
  interface Auxiliary {
    luaL_newstate(): LuaState;
    luaL_dostring(state: LuaState, source: Uint8Array): boolean | number;
    luaL_loadstring(state: LuaState, source: Uint8Array): number;
    luaL_ref(state: LuaState, table: number): number;
  }
  const fengari: {
    readonly lua: Lua;
    readonly lauxlib: Auxiliary;
    readonly lualib: { luaL_openlibs(state: LuaState): void };
    to_luastring(text: string): Uint8Array;
    to_jsstring(bytes: Uint8Array): string;
  };
  export default fengari;
}
