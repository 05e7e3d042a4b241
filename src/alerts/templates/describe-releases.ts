// An incident that holds releases up, in words: which stand still, why, and what happens next. For
// what concerns no release see describe-incident.ts.

import type { Messages, Next } from '../../i18n/index.ts';
import type { IncidentItem } from '../../ledger/incident.ts';
import { type Instant, instant } from '../../lib/instant.ts';
import { minuteIn } from '../../plan/time.ts';
import { type AlertCondition, isUnsettled, isYourTurn } from '../conditions.ts';
import { commandsOf, placesOf } from './incident-commands.ts';
import { type IncidentText, nameForReader, shortened } from './incident-text.ts';

/** Which releases stand still, why, and what to do about each. */
export function describeReleases(
  words: Messages,
  incident: AlertCondition,
  now: Instant,
): IncidentText {
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

/**
 * A ledger that does not know what it did: all that a person must settle, in one.
 */
export function describeReborn(
  words: Messages,
  incident: AlertCondition,
  now: Instant,
): IncidentText {
  const w = words.letters;
  const { items } = incident;
  const about = incident.about?.what === 'ledger-reborn' ? incident.about : undefined;
  const listed = describeReleases(words, incident, now);
  const count = about?.count ?? new Set(items.map((item) => item.release)).size;
  const parts = items.map((item) => ({ what: lineOf(words, item, incident), next: undefined }));
  return {
    ...listed,
    head: w.rebornHead(about?.how ?? 'new'),
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
  if (isYourTurn(item.code)) return 'waits-for-person';
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
