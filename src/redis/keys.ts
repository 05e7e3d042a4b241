// Every key of a bureau in Redis: what it is, how long it stands, and whether a backup has it. A
// key that is not here cannot be asked for. Not for what stands in one: the file that keeps it.

interface KeyKind {
  readonly type: 'string' | 'hash' | 'list' | 'set' | 'zset' | 'stream' | 'various';
  readonly holds: string;
  /** `for ever`, or until when it stands. */
  readonly lasts: string;
  readonly inBackup: boolean;
}

const kept = (type: KeyKind['type'], holds: string, lasts = 'for ever'): KeyKind => ({
  type,
  holds,
  lasts,
  inBackup: true,
});
const passing = (type: KeyKind['type'], holds: string, lasts: string): KeyKind => ({
  type,
  holds,
  lasts,
  inBackup: false,
});

/** By name, without the bureau's prefix; a name that ends with a colon begins many. */
const ALL = {
  // The ledger.
  'pub:': kept('hash', 'a publication: state, due instant, fence and what belongs to it'),
  open: passing('zset', 'publications to which something happens yet, by due instant', 'rebuilt'),
  closed: passing('zset', 'the others, by due instant', 'rebuilt'),
  public: passing('zset', 'what the public can see, by publication instant', 'rebuilt'),
  wake: passing('zset', 'publications by when something is to be done next', 'rebuilt'),
  ledger: passing(
    'hash',
    'since when the ledger keeps count, and how many changes it made',
    'rebuilt',
  ),
  journal: kept('stream', 'every event, never trimmed'),
  'journal:': passing('stream', 'a journal that is being restored', 'until it is restored'),
  restoring: passing('string', 'the backup that is being restored', 'a day'),
  // The plan and what people said of it.
  plan: kept('string', 'the plan in force'),
  'plan-version': passing('string', 'its version', 'until the next plan'),
  dates: kept('set', 'releases whose dates have a history'),
  'dates:': kept('list', 'changes of a release’s date'),
  'approvals:': kept('hash', 'who approved which text of a release'),
  'authors:': kept('hash', 'who wrote which text of a release'),
  'by-hand': kept('hash', 'what people have to do by hand, by publication'),
  promises: kept('hash', 'every instant that was announced, and how it ended'),
  'promises:version': kept('string', 'how often that was changed'),
  // People.
  accounts: kept('hash', 'people, their roles and second factors'),
  tokens: kept('hash', 'tokens of programs, by their hash'),
  'session:': passing('string', 'somebody who is signed in', 'as long as a session'),
  'sessions:': passing('set', 'the sessions of a person', 'as long as a session'),
  'totp:': passing('string', 'a code that was used', 'minutes'),
  'first:': passing('string', 'what is told once in a while', 'as it says'),
  'kept:': passing(
    'string',
    'what waits for a second step: a sign-in, an invitation',
    'as it says',
  ),
  'once:': passing('string', 'what a request with a key was answered', 'a day'),
  'limit:': passing('various', 'tries of a password or a code', 'an hour at the most'),
  // Incidents and letters.
  incidents: kept('hash', 'open incidents'),
  reported: passing('hash', 'what is wrong and no sweep can see', 'until it is over'),
  outbox: kept('hash', 'letters that are not sent yet'),
  written: kept('set', 'regular letters that were written'),
  swept: kept('string', 'the last event that a sweep has seen'),
  'taken:': kept('hash', 'who took the letters of an incident', 'a year'),
  preflights: passing('hash', 'what channels answered when they were asked', 'until the next'),
  pulse: passing('string', 'the last round that ended well', 'until the next'),
  'link:': passing('string', 'an address in a letter that was used', 'as long as it is good'),
  'link-key': passing('string', 'signs the addresses in letters', 'for ever'),
  // Letters to the bureau's own readers.
  'mailing:': kept('hash', 'a release on its way to its readers, and who has had it'),
  mailings: kept('set', 'mailings that are not over'),
  'mailings:untold': kept('set', 'mailings that are over, until it is told who went without'),
  'mailing-turns:': passing('string', 'letters of a minute', 'two minutes'),
  // The site.
  'site-record': kept('hash', 'a copy of the site’s own record'),
  'site-born': kept('string', 'since when the site keeps its record'),
  // Processes.
  'worker:': passing('string', 'a worker that lives', 'seconds'),
  'calls:': passing('string', 'a worker that may be calling a channel', 'seconds'),
  skews: passing('hash', 'how far each machine’s clock is off', 'until the next'),
  'token:': passing('string', 'a channel’s access token', 'as long as it is good'),
  'spent:': passing('hash', 'calls that a channel has had on a day, by call', 'two days'),
  'lock:': passing('string', 'who does something that one alone may do', 'a minute'),
  'queue:': passing('various', 'BullMQ’s own: timers that can be thrown away', 'until they ring'),
} as const satisfies Readonly<Record<string, KeyKind>>;

type Name = keyof typeof ALL;
type Group = Extract<Name, `${string}:`>;
/** What is kept under one key, or one of many. */
export type KeyName = Exclude<Name, Group> | `${Group}${string}`;

export const KEYS: Readonly<Record<string, KeyKind>> = ALL;

/** A key of this bureau. */
export const keyOf = ({ prefix }: { readonly prefix: string }, name: KeyName): string =>
  `${prefix}:${name}`;

/** What is known of a key, by its name without the prefix; undefined where it is in no list. */
export function kindOf(name: string): KeyKind | undefined {
  const group = Object.keys(KEYS).find((one) => one.endsWith(':') && name.startsWith(one));
  return KEYS[name] ?? (group === undefined ? undefined : KEYS[group]);
}
