// One incident in words: head, facts, what stands where, what to do. Not for the letter around it:
// incident.ts.

import { languageIn, type Messages, type Next } from '../../i18n/index.ts';
import type { Incident, IncidentItem } from '../../ledger/incidents.ts';
import { assertNever } from '../../lib/errors.ts';
import { type Instant, instant } from '../../lib/instant.ts';
import { minuteIn } from '../../plan/time.ts';
import { type PublicationId, parsePublicationId } from '../../plan/types.ts';
import { type AlertCondition, isUnsettled } from '../conditions.ts';
import { thingOf } from './thing-of.ts';

export interface IncidentText {
  readonly head: string;
  readonly facts: readonly string[];
  readonly parts: readonly { readonly what: string; readonly next: string | undefined }[];
  /** For whoever looks after the server: where a text belongs, what to run. */
  readonly commands: readonly string[];
  /** Shown as it is. */
  readonly text: string | undefined;
}

/** More releases than this are counted, not listed. */
const LISTED = 100;
const COMMANDS = 5;

/** A name in the language of the letter. */
export function nameForReader(words: Messages, name: IncidentItem['name']): string {
  return languageIn(words) === 'en' ? (name.en ?? name.zh) : name.zh;
}

/** What is wrong, and what to do about it. */
export function describeIncident(
  words: Messages,
  incident: AlertCondition,
  now: Instant,
): IncidentText {
  const w = words.letters;
  const { code = '', detail = '', subject } = incident;
  const plain = (
    head: string,
    facts: readonly string[],
    commands: readonly string[] = [],
    text?: string,
  ): IncidentText => ({
    head,
    facts,
    parts: [],
    commands,
    text,
  });
  switch (incident.kind) {
    case 'plan':
      return plain(w.planHead, [w.planFact], [words.command('plan check')], detail);
    case 'clock':
      return plain(
        w.clockHead(subject),
        [w.clockFact(words.span(Math.abs(Number(detail))), Number(detail) > 0), w.clockHow],
        [words.command('doctor')],
      );
    case 'quota': {
      const [span = '', count = '', most = ''] = detail.split('|');
      const channel = words.channel(subject);
      return plain(
        w.quotaHead(channel, span, Number(count)),
        [w.quotaFact(channel, code, Number(most))],
        [words.command('plan check')],
      );
    }
    case 'plan-ends':
      return plain(
        w.planEndsHead(subject, detail),
        [w.planEndsFact],
        [words.command(`plan year ${detail}`)],
      );
    case 'engine': {
      const [ms = '', during = ''] = detail.split('|');
      return plain(
        w.engineHead(words.span(Number(ms))),
        [w.engineFact(subject, during)],
        [words.command('doctor')],
      );
    }
    case 'ledger-reborn':
      return tellReborn(words, incident, now);
    case 'mail':
      if (code === 'refused')
        return plain(
          w.refusedHead(subject),
          [w.refusedFact(detail)],
          [words.command('alerts test')],
        );
      return plain(w.mailHead(subject), [w.mailFact(detail)], [words.command('alerts test')]);
    case 'service':
      return plain(
        w.serviceHead(code === 'hung'),
        [w.serviceFact(words.span(Number(detail)))],
        [words.command('start')],
      );
    case 'redis':
      return plain(w.redisHead, [w.redisFact(detail)], [words.command('doctor')]);
    case 'disk':
      return plain(w.diskHead(detail), [w.diskFact(subject)], [words.command('doctor')]);
    case 'site':
      return plain(w.siteHead, [w.siteFact(subject, detail)], [words.command('doctor')]);
    case 'channel':
      if (incident.items.length > 0) return tellItems(words, incident, now);
      if (code === 'token-ends')
        return plain(
          w.channelHead(words.channel(subject), w.tokenEnds(detail.slice(0, 16).replace('T', ' '))),
          [w.tokenHow],
          [words.command(`doctor --channel ${subject}`)],
        );
      return plain(
        w.channelHead(words.channel(subject), words.reason(code, detail || undefined, '')),
        [w.channelFact],
        [words.command(`doctor --channel ${subject}`)],
      );
    case 'by-hand':
    case 'otherwise':
      return tellWronglyPublic(words, incident);
    case 'release':
    case 'unready':
    case 'stuck':
    case 'late':
    case 'promise':
    case 'early':
      return tellItems(words, incident, now);
    default:
      return assertNever(incident.kind);
  }
}

/** What is public as it should not be. */
function tellWronglyPublic(
  words: Messages,
  { kind, subject, code = '', detail = '', items, timezone }: AlertCondition,
): IncidentText {
  const w = words.letters;
  const { release, channel } = parsePublicationId(subject as PublicationId);
  const [item] = items;
  const name = w.named(item ? nameForReader(words, item.name) : release, release);
  const where = words.channel(channel);
  const due = item ? minuteIn(instant(item.due), timezone) : '';
  const said =
    kind === 'by-hand'
      ? w.byHand(name, where, code === 'withdraw', detail)
      : w.otherwise(name, where, code === 'cancelled' ? undefined : due);
  return {
    head: said.head,
    facts: said.facts,
    parts: [],
    commands: [words.command(`status ${release}`)],
    text: undefined,
  };
}

/** What is over, and how long it took. */
export function describeClosed(words: Messages, incident: Incident, now: Instant): IncidentText {
  const w = words.letters;
  const concerned = Object.entries(incident.told).map(([id, name]) => w.named(name, id));
  const name = incident.items[0]
    ? nameForReader(words, incident.items[0].name)
    : thingOf(words, incident);
  const [only] = concerned;
  const end = incident.closedAt ?? now;
  const { openedAt, missedAt } = incident;
  return {
    head: w.overHead(name),
    facts: [
      w.what(concerned.length === 1 && only !== undefined ? only : name),
      w.lasted(words.span(end - openedAt)),
      ...(missedAt !== undefined && missedAt > openedAt
        ? [w.missedFor(words.span(end - missedAt))]
        : []),
      ...(concerned.length > 1 ? [w.concerned] : []),
    ],
    parts:
      concerned.length > 1
        ? shortened(
            words,
            concerned.map((what) => ({ what, next: undefined })),
          )
        : [],
    commands: [],
    text: undefined,
  };
}

/**
 * A ledger that does not know what it did: all that a person must settle, in one.
 * @param incident `detail`: how many are only looked up
 */
function tellReborn(words: Messages, incident: AlertCondition, now: Instant): IncidentText {
  const w = words.letters;
  const { items, code = 'new', detail } = incident;
  const listed = tellItems(words, incident, now);
  const count = Number(detail ?? new Set(items.map((item) => item.release)).size);
  const parts = items.map((item) => ({ what: lineOf(words, item, incident), next: undefined }));
  return {
    ...listed,
    head: w.rebornHead(code),
    facts: [
      w.rebornFact(count),
      ...(items.some((item) => isUnsettled(item.code)) ? [w.settleHow] : []),
    ],
    parts: shortened(words, parts),
  };
}

/** Which release, due when, and what stands where. */
function lineOf(
  words: Messages,
  item: IncidentItem,
  { timezone, severity }: AlertCondition,
): string {
  const w = words.letters;
  const part = partOf(words, item);
  const line = w.release(
    w.named(nameForReader(words, item.name), item.release),
    minuteIn(instant(item.due), timezone),
    part,
  );
  return severity === 'missed' && item.severity === 'warning' ? w.atRisk(line) : line;
}

function partOf(words: Messages, item: IncidentItem): string {
  return words.letters.part(item.channels.map(words.channel), reasonText(words, item));
}

/**
 * Why something stands still. Where a missing text belongs is for whoever looks after the server;
 * others write it at the desk.
 */
export function reasonText(
  words: Messages,
  { code, detail, state }: Pick<IncidentItem, 'code' | 'detail' | 'state'>,
): string {
  return words.reason(code, code === 'content-missing' ? undefined : detail, state);
}

function tellItems(words: Messages, incident: AlertCondition, now: Instant): IncidentText {
  const w = words.letters;
  const { items } = incident;
  // An incident that is missed for one release may be a risk to another: the head names what is
  // missed.
  const late = items.filter((item) => (item.severity ?? incident.severity) === 'missed');
  const named = incident.severity === 'missed' && late.length > 0 ? late : items;
  const [first] = named;
  if (!first) return { head: '', facts: [], parts: [], commands: [], text: undefined };
  const releases = new Set(items.map((item) => item.release)).size;
  const head = headOf(words, incident, first, new Set(named.map((item) => item.release)).size);
  const commands = [...placesOf(words, items), ...commandsOf(words, items)];
  const settle = items.some((item) => isUnsettled(item.code)) ? [w.settleHow] : [];
  if (releases === 1) {
    const span = now - first.due;
    // Of these nobody knows that they are late.
    const isOut = items.every(
      ({ code }) => code === 'promise-vanished' || code === 'looked-at-later',
    );
    const when = span > 0 ? w.late(words.span(span)) : w.left(words.span(-span));
    return {
      head,
      facts: [
        w.what(w.named(nameForReader(words, first.name), first.release)),
        w.due(minuteIn(instant(first.due), incident.timezone)),
        ...(isOut ? [] : [when]),
        ...settle,
      ],
      parts: items.map((item) => ({ what: partOf(words, item), next: w.next(nextOf(item)) })),
      commands,
      text: undefined,
    };
  }
  const nexts = new Set(items.map((item) => w.next(nextOf(item))));
  const same = nexts.size === 1;
  const parts = items.map((item) => ({
    what: lineOf(words, item, incident),
    next: same ? undefined : w.next(nextOf(item)),
  }));
  return {
    head,
    facts: [...(same ? nexts : []), ...settle],
    parts: shortened(words, parts),
    commands,
    text: undefined,
  };
}

function shortened(words: Messages, parts: IncidentText['parts']): IncidentText['parts'] {
  return parts.length > LISTED
    ? [
        ...parts.slice(0, LISTED),
        { what: words.letters.andMore(parts.length - LISTED), next: undefined },
      ]
    : parts;
}

function headOf(
  words: Messages,
  { kind, subject, severity, items }: AlertCondition,
  first: IncidentItem,
  releases: number,
): string {
  const w = words.letters;
  const title = nameForReader(words, first.name);
  const all = (code: string): boolean => items.every((item) => item.code === code);
  const heads = {
    late: [w.lateHead, w.lateMany],
    early: [w.earlyHead, w.earlyMany],
    vanished: [w.vanishedHead, w.vanishedMany],
    missed: [w.missedHead, w.missedMany],
    gone: [w.goneHead, w.goneMany],
    risk: [w.riskHead, w.riskMany],
    sent: [w.sentHead, w.sentMany],
  } as const;
  const late = all('looked-at-later') ? 'sent' : 'missed';
  const missed = all('promise-vanished') ? 'vanished' : late;
  const risk = all('promise-gone') ? 'gone' : 'risk';
  const which = kind === 'late' || kind === 'early' ? kind : severity === 'missed' ? missed : risk;
  const [one, many] = heads[which];
  return releases === 1
    ? one(title, first.release)
    : many(title, releases, kind === 'channel' ? words.channel(subject) : undefined);
}

function nextOf(item: IncidentItem): Next {
  if (isUnsettled(item.code)) return 'asks';
  switch (item.code) {
    case 'published-late':
      return 'done';
    case 'approval-missing':
    case 'approval-withdrawn':
      return 'waits-for-approval';
    case 'website-held':
    case 'website-late':
      return 'follows-website';
    case 'early':
      return 'take-down';
    case 'promise-gone':
      return 'put-back';
    case 'looked-at-later':
      return 'looks-later';
    case 'unseen':
    case 'promise-open':
    case 'promise-vanished':
      return 'look-into';
    default:
  }
  if (item.code?.startsWith('content-')) return 'waits-for-content';
  switch (item.state) {
    case 'held':
      return 'nothing';
    case 'doubtful':
    case 'releasing':
      return 'looks';
    default:
      return 'tries-again';
  }
}

/** Where the texts that are missing belong. */
function placesOf(words: Messages, items: readonly IncidentItem[]): string[] {
  const places = new Set(
    items.flatMap(({ code, detail }) => (code === 'content-missing' && detail ? [detail] : [])),
  );
  return [...places].slice(0, COMMANDS).map(words.letters.placeOf);
}

/**
 * What brings it on: a word of whoever has looked, a retry of what is held, a look at what is
 * wrong, or the state.
 */
function commandsOf(words: Messages, items: readonly IncidentItem[]): string[] {
  const each = (
    some: readonly IncidentItem[],
    say: (release: string, channel: string) => string[],
  ): string[] =>
    some.flatMap((item) => item.channels.flatMap((channel) => say(item.release, channel)));
  const early = items.filter((item) => item.code === 'early');
  if (early.length > 0)
    return each(early, (release, channel) => [
      words.command(
        `withdraw ${release} --channel ${channel} --reason "${words.letters.earlyReason}"`,
      ),
    ]);
  const unsettled = each(
    items.filter((item) => isUnsettled(item.code)),
    (release, channel) =>
      ['--public', '--not-public'].map((word) =>
        words.command(`settle ${release} --channel ${channel} ${word}`),
      ),
  );
  if (unsettled.length > 0)
    return unsettled.length > 2 * COMMANDS
      ? [...unsettled.slice(0, 2 * COMMANDS), words.command('status')]
      : unsettled;
  const held = each(
    items.filter((item) => item.state === 'held'),
    (release, channel) => [words.command(`retry ${release} --channel ${channel}`)],
  );
  if (held.length > 0)
    return held.length > COMMANDS
      ? [words.command('status'), ...held.slice(0, COMMANDS)]
      : held.slice(0, held.length === 1 ? 1 : COMMANDS);
  if (items.some((item) => item.code?.startsWith('content-'))) return [words.command('doctor')];
  if (items.some((item) => item.code === 'promise-gone')) return [words.command('plan diff')];
  const releases = [...new Set(items.map((item) => item.release))];
  return [releases.length === 1 ? words.command(`status ${releases[0]}`) : words.command('status')];
}
