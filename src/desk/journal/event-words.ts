// An event of the journal as a person reads it, at the desk, in its exports and on the command
// line: no code words, no milliseconds. Not for searching: journal.ts.
import { z } from 'zod';
import { nameForReader } from '../../alerts/templates/incident-text.ts';
import type { Messages } from '../../i18n/index.ts';
import { instant } from '../../lib/instant.ts';
import { minuteIn } from '../../plan/time.ts';

/** What a worker of Banli is called in the journal. */
const WORKER = /^\d+-[0-9a-f]{8}$/;
/** A digest is told by its beginning. */
const DIGEST = /^[0-9a-f]{40,}$/;
const DIGEST_LENGTH = 12;
/** Events with more than so many parts say how many there are. */
const MOST_PARTS = 12;

/** Later than any count, ms: an instant. */
const EPOCH = 1_000_000_000_000;
/** What programs need, and no reader. */
const UNTOLD: readonly string[] = [
  'timezone',
  'letter',
  'incidents',
  'state',
  'stage',
  'level',
  'toldAs',
  'at',
];

/** Whose `by` is a person and no way. */
const PERSONAL: readonly string[] = ['incident-acknowledged', 'found', 'published', 'verified'];

const letter = z.object({ subject: z.string() });
const item = z.object({
  release: z.string(),
  name: z.object({ zh: z.string(), en: z.string().optional() }),
  due: z.number(),
  channels: z.array(z.string()),
  state: z.string(),
  code: z.string().optional(),
  detail: z.string().optional(),
});
const blocking = z.object({ code: z.string(), from: z.undefined().optional() });
const incident = z.object({ kind: z.string(), items: z.array(item) }).partial();

/** What happened, to what, and by whom. */
export interface Eventful {
  readonly event: string;
  readonly subject: string;
  readonly actor: string;
  readonly detail?: unknown;
}

/** What stands in a publication's way is another thing than a change of its plan. */
export function eventName(
  { event, detail }: Pick<Eventful, 'event' | 'detail'>,
  words: Messages,
): string {
  const { events, hindered } = words.desk.journal;
  if (event === 'replanned' && blocking.safeParse(detail).success) return hindered;
  return events[event] ?? event;
}

/** What people are called, by the names of their accounts. */
export type PeopleNames = ReadonlyMap<string, string>;

/** @param people a name that is not among them stands as it is */
export function actorName(
  { actor }: Pick<Eventful, 'actor'>,
  words: Messages,
  people: PeopleNames = new Map(),
): string {
  return WORKER.test(actor) ? words.desk.journal.worker : (people.get(actor) ?? actor);
}

/**
 * A publication by its channel's name; a file without its folders; a letter and an incident by what
 * they are about.
 */
export function subjectName(
  {
    event,
    subject,
    detail,
  }: Pick<Eventful, 'subject'> & Partial<Pick<Eventful, 'event' | 'detail'>>,
  words: Messages,
): string {
  if (event?.startsWith('mail-'))
    return letter.safeParse(detail).data?.subject ?? words.desk.journal.details.letter;
  if (event?.startsWith('incident-')) return incidentName(subject, detail, words);
  return plainSubject(subject, words);
}

function plainSubject(subject: string, words: Messages): string {
  if (subject.startsWith('/') && subject.endsWith('/plan')) return words.desk.journal.thePlan;
  if (subject.startsWith('/')) return subject.split('/').at(-1) ?? subject;
  const at = subject.lastIndexOf('@');
  return at < 0 ? subject : `${subject.slice(0, at)} ${words.channel(subject.slice(at + 1))}`;
}

/** What belongs to an event. @param timezone of the plan: times are told in it */
export function detailText(
  { event = '', detail }: Pick<Eventful, 'detail'> & Partial<Pick<Eventful, 'event'>>,
  words: Messages,
  timezone: string,
): string {
  if (detail === undefined || detail === null) return '';
  if (Array.isArray(detail) && detail.length === 0) return words.desk.journal.noChange;
  if (Array.isArray(detail)) return listText(detail, words, timezone);
  if (typeof detail !== 'object') return plain(detail, words);
  const about = item.safeParse(detail).data;
  if (about) return itemText(about, words, timezone);
  const { code, detail: more, from, to, ...rest } = detail as Record<string, unknown>;
  const w = words.desk.journal.details;
  const time = (value: unknown): string =>
    typeof value === 'number' ? minuteIn(instant(value), timezone) : String(value);
  return [
    ...(typeof code === 'string'
      ? [words.reason(code, typeof more === 'string' ? more : undefined, '')]
      : []),
    ...(typeof from === 'number' && to !== undefined ? [w.moved(time(from), time(to))] : []),
    ...Object.entries(rest).flatMap(([key, value]) =>
      isUntold(key, event) || value === undefined || value === null
        ? []
        : [w.entry(labelOf(key, event, words), valueText(key, value, words, timezone))],
    ),
    ...(typeof from === 'string' && from !== '' ? [from === 'cli' ? w.here : w.place(from)] : []),
  ].join(w.between);
}

/** What stands in the subject already is not told twice. */
function isUntold(key: string, event: string): boolean {
  return UNTOLD.includes(key) || (key === 'subject' && event.startsWith('mail-'));
}

/** How somebody signed in is a way; who looks after an incident is a person. */
function labelOf(key: string, event: string, { desk: { journal } }: Messages): string {
  const { keys, handler } = journal.details;
  return key === 'by' && PERSONAL.includes(event) ? handler : (keys[key] ?? key);
}

/** The changes of a plan, and other lists. */
function listText(list: readonly unknown[], words: Messages, timezone: string): string {
  const w = words.desk.journal.details;
  const said = list.slice(0, MOST_PARTS).map((one) => {
    if (typeof one !== 'object' || one === null || !('kind' in one) || !('id' in one))
      return detailText({ detail: one }, words, timezone);
    const { kind, id, reason } = one as { kind: unknown; id: unknown; reason?: unknown };
    return w.change(
      w.kinds[String(kind)] ?? String(kind),
      String(id),
      typeof reason === 'string' ? reason : undefined,
    );
  });
  return [...said, ...(list.length > MOST_PARTS ? [w.more(list.length - MOST_PARTS)] : [])].join(
    w.between,
  );
}

/** What an incident is about: its releases, or what its kind is about. */
function incidentName(subject: string, detail: unknown, words: Messages): string {
  const { kind, items = [] } = incident.safeParse(detail).data ?? {};
  const [first] = items;
  const w = words.desk.journal.details;
  if (first)
    return w.about(
      nameForReader(words, first.name),
      new Set(items.map(({ release }) => release)).size,
    );
  const what = kind === undefined ? undefined : (words.letters.kinds[kind] ?? kind);
  const named =
    kind === 'channel' || kind === 'quota'
      ? words.channel(subject)
      : ['unready', 'clock', 'engine', 'mail', 'disk'].includes(kind ?? '')
        ? subject
        : undefined;
  return what === undefined
    ? plainSubject(subject, words)
    : named === undefined
      ? what
      : w.entry(what, named);
}

/** One release of an incident, as a letter has it. */
function itemText(
  { release, name, due, channels, code, detail, state }: z.output<typeof item>,
  words: Messages,
  timezone: string,
): string {
  const w = words.letters;
  const part = w.part(channels.map(words.channel), words.reason(code, detail, state));
  return w.release(
    w.named(nameForReader(words, name), release),
    minuteIn(instant(due), timezone),
    part,
  );
}

function valueText(key: string, value: unknown, words: Messages, timezone: string): string {
  const { people, me, operations, journal } = words.desk;
  if (typeof value === 'number' && value > EPOCH) return minuteIn(instant(value), timezone);
  const names: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    roles: people.roleNames,
    scopes: me.scopeNames,
    desk: operations,
    settled: journal.details.values,
    step: words.desk.approvals.steps,
    severity: words.acts.severities,
    kind: words.letters.kinds,
    way: journal.details.ways,
    link: words.letters.acts,
    settings: words.settings.labels,
  };
  const name = (one: unknown): string =>
    typeof one === 'object' && one !== null
      ? detailText({ detail: one }, words, timezone)
      : (names[key]?.[String(one)] ?? plain(one, words));
  return Array.isArray(value)
    ? value.map(name).join(key === 'items' ? journal.details.between : journal.details.and)
    : name(value);
}

function plain(value: unknown, words: Messages): string {
  if (typeof value === 'object') return JSON.stringify(value);
  const text = String(value);
  if (DIGEST.test(text)) return text.slice(0, DIGEST_LENGTH);
  return words.desk.journal.details.values[text] ?? words.reason(text, undefined, '');
}
