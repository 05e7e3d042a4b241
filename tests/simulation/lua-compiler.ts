// Lua 5.1 → JavaScript, as much of it as Redis scripts use, so that thousands of histories are
// lived in minutes: an interpreter in JavaScript takes fifty times as long. What is not known here
// is refused when the script is compiled. fake-redis.test.ts holds what it makes against a real
// Redis. For redis.call and answers see lua.ts.

/** A table: its list from 1 on, and everything else by key. */
export class Table {
  readonly list: unknown[] = [];
  readonly rest = new Map<unknown, unknown>();

  get(key: unknown): unknown {
    if (typeof key === 'number' && key >= 1 && key <= this.list.length) return this.list[key - 1];
    return this.rest.get(key);
  }

  set(key: unknown, value: unknown): void {
    if (
      typeof key !== 'number' ||
      !Number.isInteger(key) ||
      key < 1 ||
      key > this.list.length + 1
    ) {
      if (value === undefined) this.rest.delete(key);
      else this.rest.set(key, value);
      return;
    }
    if (value === undefined && key === this.list.length) this.list.pop();
    else if (value !== undefined || key <= this.list.length) this.list[key - 1] = value;
  }
}

/** As Lua 5.1 writes a number: 14 digits, no zeros at the end. */
export function numberText(number: number): string {
  if (Number.isInteger(number) && Math.abs(number) < 1e14) return String(number);
  return String(Number(number.toPrecision(14))).replace(/e\+?(-?)(\d)$/, 'e$10$2');
}

function numberOf(value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || Number.isNaN(number))
    throw new Error(
      `attempt to perform arithmetic on a ${value === undefined ? 'nil' : typeof value} value`,
    );
  return number;
}

const isTrue = (value: unknown): boolean => value !== undefined && value !== false;

/** What operators become where JavaScript's own do something else. */
const OPERATIONS: Readonly<Record<string, unknown>> = {
  _truth: isTrue,
  _number: numberOf,
  _modulo: (a: number, b: number) => a - Math.floor(a / b) * b,
  _less(a: never, b: never): boolean {
    if (typeof a !== typeof b || !['number', 'string'].includes(typeof a))
      throw new Error('attempt to compare two values of different types');
    return a < b;
  },
  _text(value: unknown): string {
    if (typeof value === 'string') return value;
    if (typeof value === 'number') return numberText(value);
    throw new Error(`attempt to concatenate a ${value === undefined ? 'nil' : typeof value} value`);
  },
  _index(value: unknown, key: unknown): unknown {
    if (value instanceof Table) return value.get(key);
    if (value === null || typeof value !== 'object')
      throw new Error(`attempt to index a ${value === undefined ? 'nil' : typeof value} value`);
    return (value as Record<string, unknown>)[String(key)];
  },
  _put(value: unknown, key: unknown, put: unknown): void {
    if (!(value instanceof Table)) throw new Error('attempt to index what is no table');
    value.set(key, put);
  },
  _call(value: unknown, ...args: unknown[]): unknown {
    if (typeof value !== 'function') throw new Error('attempt to call what is no function');
    return (value as (...args: unknown[]) => unknown)(...args);
  },
  _size(value: unknown): number {
    if (typeof value === 'string') return Buffer.byteLength(value);
    if (!(value instanceof Table)) throw new Error('attempt to get length of what has none');
    let { length } = value.list;
    while (length > 0 && value.list[length - 1] === undefined) length--;
    return length;
  },
  _table(list: readonly unknown[], named: readonly (readonly [string, unknown])[]): Table {
    const made = new Table();
    for (const one of list) made.list.push(one);
    for (const [key, one] of named) if (one !== undefined) made.rest.set(key, one);
    return made;
  },
};

const TOKEN =
  /\s*(?:--[^\n]*|(?<number>\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(?<name>[A-Za-z_]\w*)|(?<string>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")|(?<sign>\.\.\.|\.\.|==|~=|<=|>=|[-+*/%^#<>=(){}[\];:,.]))/y;
const WORDS = new Set(
  'and break do else elseif end false for function if in local nil not or repeat return then true until while'.split(
    ' ',
  ),
);
const LEVELS: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  '<': 3,
  '>': 3,
  '<=': 3,
  '>=': 3,
  '~=': 3,
  '==': 3,
  '..': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '%': 6,
};
const HELPERS: Readonly<Record<string, string>> = {
  '<': '_less(A, B)',
  '>': '_less(B, A)',
  '<=': '!_less(B, A)',
  '>=': '!_less(A, B)',
  '==': 'A === B',
  '~=': 'A !== B',
  '..': '_text(A) + _text(B)',
  '+': '_number(A) + _number(B)',
  '-': '_number(A) - _number(B)',
  '*': '_number(A) * _number(B)',
  '/': '_number(A) / _number(B)',
  '%': '_modulo(_number(A), _number(B))',
};
const UNARY = 7;

interface Token {
  readonly kind: 'number' | 'name' | 'word' | 'string' | 'sign' | 'end';
  readonly text: string;
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; source.slice(at).trim() !== ''; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(source)?.groups;
    if (!found) throw new Error(`Lua that is not known here: ${source.slice(at, at + 40)}`);
    const { number, name, string, sign } = found;
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (name !== undefined)
      tokens.push({ kind: WORDS.has(name) ? 'word' : 'name', text: name });
    else if (string !== undefined) tokens.push({ kind: 'string', text: string });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
  }
  return [...tokens, { kind: 'end', text: '' }];
}

/** A script as a JavaScript function of these globals, by name. */
export function compile(
  source: string,
  globals: readonly string[],
): (values: readonly unknown[]) => unknown {
  const body = new Parser(tokensOf(source), globals).chunk();
  // Only scripts of this repository and of its tests come here.
  const made = new Function(...Object.keys(OPERATIONS), ...globals, body) as (
    ...values: unknown[]
  ) => unknown;
  const operations = Object.values(OPERATIONS);
  return (values) => made(...operations, ...values);
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #globals: readonly string[];
  #scopes: Set<string>[] = [new Set()];
  #at = 0;

  constructor(tokens: readonly Token[], globals: readonly string[]) {
    this.#tokens = tokens;
    this.#globals = globals;
  }

  chunk(): string {
    const body = this.#block();
    this.#expect('');
    return body;
  }

  get #next(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '' };
  }

  #take(text?: string): boolean {
    if (this.#next.kind === 'string' || (text !== undefined && this.#next.text !== text))
      return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (this.#next.kind === 'string' || this.#next.text !== text)
      throw new Error(`Lua: expected ${text || 'the end'}, found ${this.#next.text}`);
    this.#at++;
  }

  #name(): string {
    const { kind, text } = this.#next;
    if (kind !== 'name') throw new Error(`Lua: expected a name, found ${text}`);
    this.#at++;
    return text;
  }

  #declare(name: string): string {
    this.#scopes.at(-1)?.add(name);
    return `$${name}`;
  }

  #block(): string {
    this.#scopes.push(new Set());
    let made = '';
    while (
      !['', 'end', 'else', 'elseif'].includes(this.#next.text) ||
      this.#next.kind === 'string'
    ) {
      const isReturn = this.#next.text === 'return';
      made += `${this.#statement()}\n`;
      this.#take(';');
      if (isReturn) break;
    }
    this.#scopes.pop();
    return made;
  }

  #statement(): string {
    if (this.#take('local')) return this.#local();
    if (this.#take('if')) return this.#if();
    if (this.#take('for')) return this.#for();
    if (this.#take('while')) {
      const test = this.#truth();
      this.#expect('do');
      const body = this.#block();
      this.#expect('end');
      return `while (${test}) {\n${body}}`;
    }
    if (this.#take('break')) return 'break;';
    if (this.#take('return'))
      return ['end', 'else', 'elseif', ''].includes(this.#next.text) && this.#next.kind !== 'string'
        ? 'return;'
        : `return ${this.#expression()};`;
    if (this.#next.kind === 'word') throw new Error(`Lua: ${this.#next.text} is not known here`);
    return this.#assignment();
  }

  #local(): string {
    if (this.#take('function')) {
      const name = this.#declare(this.#name());
      return `const ${name} = ${this.#function()};`;
    }
    const names = [this.#name()];
    while (this.#take(',')) names.push(this.#name());
    const values: string[] = [];
    if (this.#take('=')) {
      do values.push(this.#expression());
      while (this.#take(','));
    }
    // What stands on the right is of before: it may hold the same names.
    const kept = values.map((value, index) => `const t${this.#at}_${index} = ${value};`).join(' ');
    const said = names
      .map(
        (name, index) =>
          `let ${this.#declare(name)}${index < values.length ? ` = t${this.#at}_${index}` : ''};`,
      )
      .join(' ');
    return values.length === 1 && names.length === 1
      ? `let ${this.#declare(names[0] ?? '')} = ${values[0]};`
      : `${kept} ${said}`;
  }

  #function(): string {
    this.#expect('(');
    this.#scopes.push(new Set());
    const names: string[] = [];
    while (!this.#take(')')) {
      names.push(this.#declare(this.#name()));
      this.#take(',');
    }
    const body = this.#block();
    this.#expect('end');
    this.#scopes.pop();
    return `(${names.join(', ')}) => {\n${body}}`;
  }

  #if(): string {
    let made = `if (${this.#truth()}) {\n`;
    this.#expect('then');
    made += `${this.#block()}}`;
    while (this.#take('elseif')) {
      made += ` else if (${this.#truth()}) {\n`;
      this.#expect('then');
      made += `${this.#block()}}`;
    }
    if (this.#take('else')) made += ` else {\n${this.#block()}}`;
    this.#expect('end');
    return made;
  }

  #for(): string {
    const name = this.#name();
    this.#expect('=');
    const from = this.#expression();
    this.#expect(',');
    const to = this.#expression();
    const step = this.#take(',') ? this.#expression() : '1';
    this.#expect('do');
    this.#scopes.push(new Set());
    const own = this.#declare(name);
    const body = this.#block();
    this.#scopes.pop();
    this.#expect('end');
    const [end, by] = [`e${this.#at}`, `s${this.#at}`];
    return `for (let i = ${from}, ${end} = ${to}, ${by} = ${step}; ${by} > 0 ? i <= ${end} : i >= ${end}; i += ${by}) { let ${own} = i;\n${body}}`;
  }

  #assignment(): string {
    const targets = [this.#suffixed()];
    while (this.#take(',')) targets.push(this.#suffixed());
    if (!this.#take('=')) return `${targets[0]};`;
    const values: string[] = [];
    do values.push(this.#expression());
    while (this.#take(','));
    const kept = values.map((value, index) => `const v${this.#at}_${index} = ${value};`).join(' ');
    const put = targets.map((target, index) => stored(target, `v${this.#at}_${index}`)).join(' ');
    return `{ ${kept} ${put} }`;
  }

  #truth(): string {
    return `_truth(${this.#expression()})`;
  }

  #expression(level = 0): string {
    let left = this.#unary();
    for (;;) {
      const { text, kind } = this.#next;
      const own = kind === 'sign' || kind === 'word' ? LEVELS[text] : undefined;
      if (own === undefined || own <= level) return left;
      this.#at++;
      // `..` binds to the right.
      const right = this.#expression(text === '..' ? own - 1 : own);
      if (text === 'and' || text === 'or') {
        left =
          text === 'and'
            ? `((a) => (_truth(a) ? ${right} : a))(${left})`
            : `((a) => (_truth(a) ? a : ${right}))(${left})`;
        continue;
      }
      const [first = '', second = ''] = [left, right];
      left = `(${(HELPERS[text] ?? '').replace(/[AB]/g, (which) => (which === 'A' ? first : second))})`;
    }
  }

  #unary(): string {
    if (this.#take('not')) return `!_truth(${this.#expression(UNARY)})`;
    if (this.#take('-')) return `(-_number(${this.#expression(UNARY)}))`;
    if (this.#take('#')) return `_size(${this.#expression(UNARY)})`;
    return this.#suffixed();
  }

  #suffixed(): string {
    let left = this.#primary();
    for (;;) {
      if (this.#next.kind === 'string') return left;
      if (this.#take('.')) left = `_index(${left}, ${JSON.stringify(this.#name())})`;
      else if (this.#take('[')) {
        left = `_index(${left}, ${this.#expression()})`;
        this.#expect(']');
      } else if (this.#take('(')) left = `_call(${[left, ...this.#list(')')].join(', ')})`;
      else return left;
    }
  }

  #list(close: string): string[] {
    const all: string[] = [];
    while (!this.#take(close)) {
      const value = this.#expression();
      const last = !this.#take(',');
      // The last one's many values are as many arguments.
      all.push(last && value.startsWith('_call(unpack') ? `...${value}` : value);
    }
    return all;
  }

  #primary(): string {
    const { kind, text } = this.#next;
    this.#at++;
    switch (kind) {
      case 'number':
        return text;
      case 'string':
        return JSON.stringify(unescaped(text));
      case 'name':
        return this.#variable(text);
      case 'sign':
        return this.#bracketed(text);
      case 'word':
        return this.#wordValue(text);
      default:
        throw new Error('Lua: it ends too soon');
    }
  }

  #wordValue(text: string): string {
    if (text === 'nil') return 'undefined';
    if (text === 'true' || text === 'false') return text;
    if (text === 'function') return this.#function();
    throw new Error(`Lua: ${text} is not known here`);
  }

  #bracketed(text: string): string {
    if (text === '{') return this.#tableValue();
    if (text !== '(') throw new Error(`Lua: ${text} is not known here`);
    const inner = this.#expression();
    this.#expect(')');
    return `(${inner})`;
  }

  #tableValue(): string {
    const list: string[] = [];
    const named: string[] = [];
    while (!this.#take('}')) {
      const after = this.#tokens[this.#at + 1];
      if (this.#next.kind === 'name' && after?.kind === 'sign' && after.text === '=') {
        const name = this.#name();
        this.#at++;
        named.push(`[${JSON.stringify(name)}, ${this.#expression()}]`);
      } else list.push(this.#expression());
      if (!this.#take(',')) this.#take(';');
    }
    const last = list.at(-1);
    if (last?.startsWith('_call(unpack')) list[list.length - 1] = `...${last}`;
    return `_table([${list.join(', ')}], [${named.join(', ')}])`;
  }

  #variable(name: string): string {
    if (this.#scopes.some((scope) => scope.has(name))) return `$${name}`;
    if (!this.#globals.includes(name)) throw new Error(`Lua: no ${name} here`);
    return name;
  }
}

function stored(target: string, value: string): string {
  return target.startsWith('_index(')
    ? `_put(${target.slice('_index('.length, -1)}, ${value});`
    : `${target} = ${value};`;
}

function unescaped(text: string): string {
  const marks: Readonly<Record<string, string>> = {
    n: '\n',
    t: '\t',
    r: '\r',
    '\\': '\\',
    "'": "'",
    '"': '"',
  };
  return text.slice(1, -1).replace(/\\(.)/gs, (_, mark: string) => marks[mark] ?? mark);
}
