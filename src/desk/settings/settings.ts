// The settings as an administrator sees and changes them: what stands in banli.yaml, and saving it
// with a base, a journal entry and a letter. Not for which fields there are: fields.ts; nor for the
// files: file.ts.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, sep } from 'node:path';
import { isMap } from 'yaml';
import { type ConfigChange, configChange, writtenNow } from '../../app/config-changes.ts';
import type { Config } from '../../config/load.ts';
import type { Messages } from '../../i18n/index.ts';
import { RequestError } from '../../lib/request-error.ts';
import { inThread } from '../../lib/threads.ts';
import { plainDocument } from '../../plan/yaml.ts';
import { grafted } from '../../plan-files/edit-lines.ts';
import { commit, textBase } from '../plan/file-edit.ts';
import { type Desk, mustBeShowable, type Principal } from '../shell/desk.ts';
import {
  applySettings,
  askedBy,
  hasAddressesOnly,
  passwordIn,
  type Setting,
  type Values,
  valuesIn,
} from './fields.ts';
import { cannotWrite, settingsPath, writeSettings } from './file.ts';

/**
 * Two who save at the same moment do so one after the other; whoever died at it holds up nobody for
 * longer, ms.
 */
const LOCK_MS = 30_000;
/** The variable of the mail password, where banli.yaml names none yet. */
const PASSWORD = 'BANLI_MAIL_PASSWORD';
const PASSWORD_LENGTH = 300;
const EMBLEM_PATH = ['site', 'theme', 'emblem'];
/** The theme takes no larger one, bytes. */
export const EMBLEM_BYTES = 1_000_000;
const ENDINGS: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
};

/** What the page shows. */
export interface SettingsView {
  readonly base: string;
  readonly values: Values;
  readonly emblem: { readonly path: string; readonly isThere: boolean } | undefined;
  readonly hasAddressesOnly: boolean;
  readonly password: PasswordView;
  /** What keeps it from being changed here. */
  readonly hindrance: { readonly text: string; readonly lines: readonly string[] } | undefined;
  readonly change: ConfigChange;
}

/** What can be said and done about the mail password. */
export type PasswordView =
  | { readonly state: 'here'; readonly isSet: boolean }
  /** Why it cannot be changed here, and where it can. */
  | { readonly state: 'elsewhere'; readonly how: string };

export async function settingsView(desk: Desk, words: Messages): Promise<SettingsView> {
  const { app } = desk;
  const { config } = app;
  const path = await settingsPath(config);
  const text = await readFile(path, 'utf8');
  const change = configChange(config);
  const file = fileIn(text);
  const emblem = emblemIn(file);
  const why = await cannotWrite(path, words);
  const broken =
    file === undefined
      ? {
          text: words.settings.broken,
          lines: change.what === 'wrong' ? change.message.split('\n') : [],
        }
      : undefined;
  return {
    base: textBase(text),
    values: valuesIn(file),
    emblem:
      emblem === undefined ? undefined : { path: emblem, isThere: emblemNow(desk) !== undefined },
    hasAddressesOnly: hasAddressesOnly(file),
    password: passwordView(app.config, file, words),
    hindrance: broken ?? (why === undefined ? undefined : { text: why, lines: [] }),
    change,
  };
}

/** What the file holds, whether right or wrong; undefined where no form can change it. */
function fileIn(text: string): unknown {
  const document = plainDocument(text);
  return document && isMap(document.contents) ? (document.toJS() as unknown) : undefined;
}

function emblemIn(file: unknown): string | undefined {
  const theme = (file as { site?: { theme?: { emblem?: unknown } | null } | null } | undefined)
    ?.site?.theme;
  return typeof theme?.emblem === 'string' ? theme.emblem : undefined;
}

function passwordView(config: Config, file: unknown, words: Messages): PasswordView {
  const w = words.settings;
  const where = passwordIn(file);
  if (where && 'file' in where) return { state: 'elsewhere', how: w.passwordInFile(where.file) };
  const name = where?.env ?? PASSWORD;
  const elsewhere = config.installation.setElsewhere(name);
  if (elsewhere)
    return {
      state: 'elsewhere',
      how: w.passwordElsewhere(elsewhere.running, elsewhere.path, name),
    };
  return {
    state: 'here',
    isSet: where !== undefined && writtenNow(config).secrets.has('mail.password'),
  };
}

/** The emblem as it is written now, in force or not. */
export function emblemNow({
  app,
}: Desk): { readonly type: string; readonly bytes: Buffer } | undefined {
  const emblem = writtenNow(app.config).site.theme?.emblem;
  const ending = emblem && extname(emblem.name).slice(1).replace('jpeg', 'jpg');
  const type = Object.keys(ENDINGS).find((one) => ENDINGS[one] === ending);
  return emblem && type !== undefined ? { type, bytes: emblem.bytes } : undefined;
}

/** What saving did. */
export interface SavedSettings {
  /** By the names of fields and lists. */
  readonly changed: readonly string[];
  /** Why git, where the folder is a repository, kept no version of it. */
  readonly unrecorded: string | undefined;
}

/** What is to be changed of a file, and what is written besides. */
interface Edit {
  readonly settings: readonly Setting[];
  readonly changed: readonly string[];
  readonly secret?: { readonly name: string; readonly value: string } | undefined;
  readonly beside?: { readonly path: string; readonly bytes: Uint8Array } | undefined;
}

/**
 * Saves what the form asks for, all of it or nothing.
 * @param picture the emblem from now on, if one was sent
 * @throws RequestError where something is wrong
 */
export async function saveSettings(
  desk: Desk,
  who: Principal,
  form: Values,
  picture: Uint8Array | undefined,
  words: Messages,
): Promise<SavedSettings> {
  const emblem = picture ? await emblemOf(desk, picture, words) : undefined;
  return save(desk, who, form.base ?? '', words, (file) => {
    const asked = askedBy(form, file, words);
    if (asked.wrong.length > 0)
      throw new RequestError(422, 'settings', words.settings.wrong, { lines: asked.wrong });
    const isOther = emblem
      ? emblem.value !== emblemIn(file)
      : form.drop === 'yes' && emblemIn(file) !== undefined;
    const settings = [
      ...asked.settings,
      ...(isOther ? [{ path: EMBLEM_PATH, value: emblem?.value }] : []),
    ];
    const changed = [...asked.changed, ...(isOther ? ['site.theme.emblem'] : [])];
    const beside = isOther ? emblem : undefined;
    const secret = passwordOf(desk, form.password ?? '', file, words);
    if (!secret) {
      mustNotLeak(desk, changed, file, words);
      return { settings, changed, beside };
    }
    const naming = passwordIn(file)
      ? []
      : [{ path: ['mail', 'password'], value: { env: secret.name } }];
    return {
      settings: [...settings, ...naming],
      changed: [...changed, 'mail.password'],
      secret,
      beside,
    };
  });
}

/**
 * What nobody is shown is sent to no other server than the one that it was given for.
 * @throws RequestError where it would be
 */
function mustNotLeak(
  { app }: Desk,
  changed: readonly string[],
  file: unknown,
  words: Messages,
): void {
  const view = passwordView(app.config, file, words);
  // Another port may be another's, and without encryption it goes to everybody on the way.
  if (
    ['mail.host', 'mail.port', 'mail.security'].some((name) => changed.includes(name)) &&
    view.state === 'here' &&
    view.isSet
  )
    throw new RequestError(422, 'password-again', words.settings.passwordAgain, {
      hint: words.settings.passwordAgainHow,
    });
}

/**
 * The secret to be written, if one was typed.
 * @throws RequestError where it would not count here
 */
function passwordOf(
  { app }: Desk,
  value: string,
  file: unknown,
  words: Messages,
): { name: string; value: string } | undefined {
  if (value === '') return undefined;
  const view = passwordView(app.config, file, words);
  if (view.state === 'elsewhere') throw new RequestError(409, 'password-elsewhere', view.how);
  mustBeShowable({ [words.settings.labels['mail.password'] ?? '']: value }, words);
  const label = words.settings.labels['mail.password'];
  const wrong = /[\r\n]/.test(value)
    ? words.settings.oneLine
    : value.length > PASSWORD_LENGTH
      ? words.desk.fields.most(PASSWORD_LENGTH, 'string')
      : '';
  if (wrong !== '')
    throw new RequestError(422, 'settings', words.settings.wrong, {
      lines: [`${label}：${wrong}`],
    });
  const where = passwordIn(file);
  return { name: where && 'env' in where ? where.env : PASSWORD, value };
}

/**
 * A picture as the emblem, under a name of its own.
 * @throws RequestError where it is none that the theme takes
 */
async function emblemOf(
  { app: { config } }: Desk,
  bytes: Uint8Array,
  words: Messages,
): Promise<{ path: string; bytes: Uint8Array; value: string }> {
  const ending = await endingOf(bytes, words);
  const folder = dirname(await settingsPath(config));
  const path = join(
    folder,
    `emblem-${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}.${ending}`,
  );
  return { path, bytes, value: relative(config.paths.root, path).split(sep).join('/') };
}

/**
 * What the picture is by its content, as the theme looks at it; in a thread, since somebody sends
 * it.
 */
async function endingOf(bytes: Uint8Array, words: Messages): Promise<string> {
  const files = [{ name: 'emblem.png', head: bytes, bytes: bytes.length }];
  const looked =
    bytes.length > EMBLEM_BYTES
      ? undefined
      : await inThread('content', { body: '', mark: '', files });
  const kind = looked?.ok ? looked.value.kinds[0] : undefined;
  const ending = kind?.use === 'picture' ? ENDINGS[kind.type] : undefined;
  if (ending === undefined)
    throw new RequestError(422, 'emblem', words.settings.notAPicture, {
      hint: words.settings.emblemHow,
    });
  return ending;
}

async function save(
  desk: Desk,
  who: Principal,
  base: string,
  words: Messages,
  edit: (file: unknown) => Edit,
): Promise<SavedSettings> {
  const saved = await desk.app.incidents.alone('settings-save', LOCK_MS, () =>
    saveNow(desk, who, base, words, edit),
  );
  if (!saved)
    throw new RequestError(409, 'changed-meanwhile', words.settings.changedMeanwhile, {
      hint: words.settings.changedMeanwhileHow,
    });
  return saved;
}

async function saveNow(
  desk: Desk,
  who: Principal,
  base: string,
  words: Messages,
  edit: (file: unknown) => Edit,
): Promise<SavedSettings> {
  const { config, journal, clock } = desk.app;
  const w = words.settings;
  const path = await settingsPath(config);
  const before = await readFile(path, 'utf8');
  if (textBase(before) !== base)
    throw new RequestError(409, 'changed-meanwhile', w.changedMeanwhile, {
      hint: w.changedMeanwhileHow,
    });
  const document = plainDocument(before);
  if (!document || !isMap(document.contents))
    throw new RequestError(409, 'broken', w.broken, { hint: w.brokenHow });
  const { settings, changed, secret, beside } = edit(document.toJS());
  if (changed.length === 0) throw new RequestError(409, 'nothing-changed', w.nothingChanged);
  const written = document.toString({ lineWidth: 0 });
  applySettings(document, settings);
  const text = grafted(before, written, document.toString({ lineWidth: 0 }));
  await writeSettings(config, { text, secret, beside }, words);
  const { account, from } = who;
  await journal.append('settings-saved', '', account.name, clock.now(), {
    settings: changed,
    from,
  });
  const files = [basename(path), ...(beside ? [basename(beside.path)] : [])];
  const unrecorded =
    text === before
      ? undefined
      : await commit(dirname(path), files, who, w.why(namesOf(changed, words)));
  await desk.tell((said) => {
    const what = namesOf(changed, said);
    return [
      said.settings.letterSubject(what),
      said.settings.letterText(what, calledBoth(account), from),
    ];
  }, account);
  return { changed, unrecorded };
}

/** By name, and by the account too, which nobody can choose anew. */
const calledBoth = ({ name, display }: Principal['account']): string =>
  display === name ? name : `${display}（${name}）`;

/** What has changed, as a person reads it. */
export function namesOf(changed: readonly string[], words: Messages): string {
  return changed
    .map((one) => words.settings.labels[one] ?? one)
    .join(words.desk.journal.details.and);
}
