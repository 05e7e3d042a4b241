// What the page of settings can change, as its form has it and as banli.yaml has it: names of
// fields are places in the file. PURE. Not for reading or writing the file: settings.ts.
import { type Document, isCollection, isMap } from 'yaml';
import type { z } from 'zod';
import { themeEntry } from '../../config/theme.ts';
import { mailAddress, port, siteAddress, text, url } from '../../config/values.ts';
import type { Messages } from '../../i18n/index.ts';

/** A part of the page. */
export type Part = 'bureau' | 'theme' | 'mail';
const PARTS: readonly Part[] = ['bureau', 'mail', 'theme'];
export type MailSecurity = 'starttls' | 'tls' | 'none';
export const SECURITIES: readonly MailSecurity[] = ['starttls', 'tls', 'none'];

/** The fields of the form by their names; what is not there is empty. */
export type Values = Readonly<Record<string, string>>;
export type FieldPath = readonly (string | number)[];
/** What shall stand at a place of banli.yaml; undefined: nothing. */
export interface Setting {
  readonly path: FieldPath;
  readonly value: unknown;
}

/** A value of one line. */
interface Line {
  readonly name: string;
  readonly schema: z.ZodType;
  readonly isRequired?: boolean;
  readonly isNumber?: boolean;
  readonly isColor?: boolean;
}
/** Rows of the same lines. */
interface Rows {
  readonly name: string;
  readonly lines: readonly Line[];
  readonly most: number;
  /** So many are shown empty, for what is new. */
  readonly empty: number;
}

const { color } = themeEntry.shape;
const linkLines: readonly Line[] = [
  { name: 'name.zh', schema: text, isRequired: true },
  { name: 'name.en', schema: text },
  { name: 'url', schema: url, isRequired: true },
];

export const LINES: Readonly<Record<Part, readonly Line[]>> = {
  bureau: [
    { name: 'bureau.zh', schema: text, isRequired: true },
    { name: 'bureau.en', schema: text },
    { name: 'site.publicUrl', schema: siteAddress },
  ],
  theme: [
    { name: 'site.theme.color', schema: color, isColor: true },
    ...['sponsor.zh', 'sponsor.en', 'contact.zh', 'contact.en', 'icp', 'gongan', 'siteId'].map(
      (one) => ({
        name: `site.theme.${one}`,
        schema: text,
      }),
    ),
  ],
  mail: [
    { name: 'mail.host', schema: text, isRequired: true },
    { name: 'mail.port', schema: port, isNumber: true },
    { name: 'mail.user', schema: text },
    { name: 'mail.from', schema: mailAddress, isRequired: true },
  ],
};

export const ROWS: Readonly<Record<Part, readonly Rows[]>> = {
  bureau: [],
  theme: ['site.theme.links', 'site.theme.foot'].map((name) => ({
    name,
    lines: linkLines,
    most: 12,
    empty: 1,
  })),
  mail: [
    {
      name: 'people',
      lines: [
        { name: 'name', schema: text, isRequired: true },
        { name: 'mail', schema: mailAddress },
      ],
      most: 20,
      empty: 2,
    },
  ],
};

const pathOf = (name: string): (string | number)[] =>
  name.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key));

function valueAt(file: unknown, path: FieldPath): unknown {
  let value = file;
  for (const key of path)
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string | number, unknown>)[key]
        : undefined;
  return value;
}

/** As a field shows it; empty where there is none, or something that no field can hold. */
function shownAt(file: unknown, path: FieldPath): string {
  const value = valueAt(file, path);
  if (Array.isArray(value)) return value.filter((one) => typeof one === 'string').join('；');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

const lengthAt = (file: unknown, name: string): number => {
  const list = valueAt(file, pathOf(name));
  return Array.isArray(list) ? list.length : 0;
};

/** Whether letters go to the addresses of `mail.to`, without people. */
export const hasAddressesOnly = (file: unknown): boolean =>
  lengthAt(file, 'people') === 0 && lengthAt(file, 'mail.to') > 0;

function securityIn(file: unknown): MailSecurity {
  if (valueAt(file, ['mail', 'secure']) === true) return 'tls';
  return valueAt(file, ['mail', 'requireTls']) === false ? 'none' : 'starttls';
}

/** The fields as the file has them. */
export function valuesIn(file: unknown): Values {
  const values: Record<string, string> = {
    'mail.security': securityIn(file),
    'mail.to': shownAt(file, ['mail', 'to']).replaceAll('；', '\n'),
  };
  for (const { name } of Object.values(LINES).flat()) values[name] = shownAt(file, pathOf(name));
  for (const { name: list, lines } of Object.values(ROWS).flat())
    for (let row = 0; row < lengthAt(file, list); row++)
      for (const { name } of lines)
        values[`${list}.${row}.${name}`] = shownAt(file, pathOf(`${list}.${row}.${name}`));
  return values;
}

/** Where `mail.password` is said to be: by a variable, in a file of its own, or nowhere. */
export function passwordIn(
  file: unknown,
): { readonly env: string } | { readonly file: string } | undefined {
  const env = valueAt(file, ['mail', 'password', 'env']);
  if (typeof env === 'string') return { env };
  const path = valueAt(file, ['mail', 'password', 'file']);
  return typeof path === 'string' ? { file: path } : undefined;
}

/** What a form asks to change, or what is wrong with it, a sentence each. */
export interface Asked {
  /** In the order in which they are to be done. */
  readonly settings: readonly Setting[];
  /** What changes, by the names of fields and lists. */
  readonly changed: readonly string[];
  readonly wrong: readonly string[];
}

/**
 * Compares the form with the file; what is as it was, or is not in the form at all, is not touched.
 */
export function askedBy(form: Values, file: unknown, words: Messages): Asked {
  const asked = PARTS.map((part) => partAskedBy(part, form, file, words));
  return {
    settings: asked.flatMap(({ settings }) => settings),
    changed: asked.flatMap(({ changed }) => changed),
    wrong: asked.flatMap(({ wrong }) => wrong),
  };
}

function partAskedBy(part: Part, form: Values, file: unknown, words: Messages): Asked {
  const asking = new Asking(file, form, words);
  const isLeftOut =
    part === 'mail' &&
    valueAt(file, ['mail']) === undefined &&
    [...LINES.mail, { name: 'password' }].every(({ name }) => typed(form, name) === '');
  if (!isLeftOut)
    for (const line of LINES[part])
      asking.line(line, line.name, words.settings.labels[line.name] ?? line.name, line.name);
  if (part === 'mail' && !isLeftOut) asking.security();
  if (part === 'mail' && hasAddressesOnly(file)) asking.addresses();
  else for (const rows of ROWS[part]) asking.rows(rows);
  if (part === 'mail' && !isLeftOut) asking.mustHaveSomeone();
  return asking.asked();
}

const typed = (form: Values, name: string): string => (form[name] ?? '').trim();

class Asking {
  readonly #file: unknown;
  readonly #form: Values;
  readonly #words: Messages;
  readonly #set: Setting[] = [];
  readonly #removed: Setting[] = [];
  readonly #changed = new Set<string>();
  readonly #wrong: string[] = [];

  constructor(file: unknown, form: Values, words: Messages) {
    this.#file = file;
    this.#form = form;
    this.#words = words;
  }

  asked(): Asked {
    return {
      settings: [...this.#set, ...this.#removed],
      changed: [...this.#changed],
      wrong: this.#wrong,
    };
  }

  /** @param as what the change is called */
  line({ schema, isRequired, isNumber }: Line, name: string, label: string, as: string): void {
    if (this.#form[name] === undefined && shownAt(this.#file, pathOf(name)) !== '') return;
    const value = this.#checked(
      schema,
      typed(this.#form, name),
      label,
      isRequired === true,
      isNumber === true,
    );
    if (typed(this.#form, name) === shownAt(this.#file, pathOf(name))) return;
    this.#change({ path: pathOf(name), value }, as);
  }

  security(): void {
    const chosen = this.#form['mail.security'];
    if (chosen === undefined || chosen === securityIn(this.#file)) return;
    if (!(SECURITIES as readonly string[]).includes(chosen)) {
      this.#wrong.push(
        `${this.#words.settings.labels['mail.security']}：${this.#words.desk.fields.wrong}`,
      );
      return;
    }
    this.#change(
      { path: ['mail', 'secure'], value: chosen === 'tls' ? true : undefined },
      'mail.security',
    );
    if (chosen !== 'tls')
      this.#change(
        { path: ['mail', 'requireTls'], value: chosen === 'none' ? false : undefined },
        'mail.security',
      );
  }

  /** `mail.to`, one a line. */
  addresses(): void {
    if (this.#form['mail.to'] === undefined) return;
    const label = this.#words.settings.labels['mail.to'] ?? '';
    const addresses = typed(this.#form, 'mail.to').split(/\s*\n\s*/);
    const checked = addresses.map((one) => this.#checked(mailAddress, one, label, true, false));
    if (addresses.join('；') !== shownAt(this.#file, ['mail', 'to']))
      this.#change({ path: ['mail', 'to'], value: checked }, 'mail.to');
  }

  rows({ name: list, lines, most }: Rows): void {
    const w = this.#words.settings;
    const label = w.labels[list] ?? list;
    const there = lengthAt(this.#file, list);
    const isEmpty = (row: number): boolean =>
      lines.every(({ name }) => this.#now(`${list}.${row}.${name}`) === '');
    let next = there;
    const isShown = (row: number): boolean =>
      lines.some(({ name }) => this.#form[`${list}.${row}.${name}`] !== undefined);
    for (let row = 0; row < there + most; row++) {
      if (!isShown(row)) continue;
      if (isEmpty(row)) {
        // From the last on, so that the numbers of those before stay what they are.
        if (row < there) this.#remove({ path: [...pathOf(list), row], value: undefined }, list);
        continue;
      }
      const said = (key: string): string => w.inList(label, row + 1, w.keys[key] ?? key);
      if (row < there)
        for (const line of lines)
          this.line({ ...line }, `${list}.${row}.${line.name}`, said(line.name), list);
      else
        this.#change(
          { path: [...pathOf(list), next++], value: this.#newRow(lines, `${list}.${row}`, said) },
          list,
        );
    }
    if (
      next - this.#removed.filter(({ path }) => path.slice(0, -1).join('.') === list).length >
      most
    )
      this.#wrong.push(`${label}：${w.tooMany(most)}`);
  }

  #newRow(lines: readonly Line[], at: string, said: (key: string) => string): object {
    const row: Record<string, unknown> = {};
    for (const { name, schema, isRequired } of lines) {
      const value = this.#checked(
        schema,
        typed(this.#form, `${at}.${name}`),
        said(name),
        isRequired === true,
        false,
      );
      if (value === undefined) continue;
      const [key = '', inner] = name.split('.');
      row[key] =
        inner === undefined ? value : { ...(row[key] as object | undefined), [inner]: value };
    }
    return row;
  }

  mustHaveSomeone(): void {
    if (hasAddressesOnly(this.#file) || this.#changed.size === 0) return;
    const most = lengthAt(this.#file, 'people') + (ROWS.mail[0]?.most ?? 0);
    // Somebody without an address may be told by a robot.
    const isThere = Array.from({ length: most }, (_, row) => row).some(
      (row) =>
        this.#now(`people.${row}.mail`) !== '' ||
        valueAt(this.#file, ['people', row, 'ways']) !== undefined,
    );
    if (!isThere) this.#wrong.push(this.#words.settings.someone);
  }

  /** What a field comes to, sent or not. */
  #now(name: string): string {
    return (this.#form[name] ?? shownAt(this.#file, pathOf(name))).trim();
  }

  #change(setting: Setting, as: string): void {
    this.#set.push(setting);
    this.#changed.add(as);
  }

  #remove(setting: Setting, as: string): void {
    this.#removed.unshift(setting);
    this.#changed.add(as);
  }

  /**
   * The value as the file has it; undefined where the field is empty. What is wrong with it is
   * noted.
   */
  #checked(
    schema: z.ZodType,
    written: string,
    label: string,
    isRequired: boolean,
    isNumber: boolean,
  ): unknown {
    const w = this.#words.settings;
    if (written === '') {
      if (isRequired) this.#wrong.push(`${label}：${w.required}`);
      return undefined;
    }
    if (/[\r\n\t\u2028\u2029]/.test(written)) {
      this.#wrong.push(`${label}：${w.oneLine}`);
      return undefined;
    }
    const read = schema.safeParse(isNumber ? Number(written) : written);
    if (read.success) return read.data;
    if (isNumber) {
      this.#wrong.push(`${label}：${w.portHow}`);
      return undefined;
    }
    const { wrong, expected, write } = this.#words.plan.expectedValue(
      written.slice(0, SHOWN),
      read.error.issues[0]?.message ?? '',
    );
    this.#wrong.push(`${label}：${[wrong, expected, write].filter(Boolean).join('，')}`);
    return undefined;
  }
}

/** As much of a value as is repeated in a sentence. */
const SHOWN = 60;

/** Changes the document; its comments, and all that is not named, stay as they are. */
export function applySettings(document: Document, settings: readonly Setting[]): void {
  for (const { path, value } of settings) {
    if (value === undefined) {
      document.deleteIn(path);
      prune(document, path.slice(0, -1));
    } else {
      makeWay(document, path);
      const node = document.createNode(value);
      // As the shipped file has the place of a secret: `{ env: NAME }`.
      if (isMap(node) && node.has('env')) node.flow = true;
      document.setIn(path, isCollection(node) ? node : value);
    }
  }
}

/**
 * A list or a group that has nothing in it any more goes, but for the groups of the file itself.
 */
function prune(document: Document, path: FieldPath): void {
  for (let at = path; at.length > 0; at = at.slice(0, -1)) {
    const group = document.getIn(at, true);
    if (!isCollection(group) || group.items.length > 0 || (isMap(group) && at.length === 1)) return;
    document.deleteIn(at);
  }
}

/** Each step on the way is a group of values, also where there was none or a word in its place. */
function makeWay(document: Document, path: FieldPath): void {
  path.slice(0, -1).forEach((_, index) => {
    const at = path.slice(0, index + 1);
    if (!isCollection(document.getIn(at, true)))
      document.setIn(at, document.createNode(typeof path[index + 1] === 'number' ? [] : {}));
  });
}
