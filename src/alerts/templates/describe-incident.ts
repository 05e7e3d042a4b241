// One incident in words: head, facts, what stands where, what to do; and what is over. For releases
// that stand still see describe-releases.ts, for the letter around it incident-letter.ts.

import type { Messages } from '../../i18n/index.ts';
import type { Incident } from '../../ledger/incident.ts';
import type { AboutIncident } from '../../ledger/incident-about.ts';
import { assertNever } from '../../lib/errors.ts';
import { type Instant, instant } from '../../lib/instant.ts';
import { minuteIn } from '../../plan/time.ts';
import { type PublicationId, parsePublicationId } from '../../plan/types.ts';
import type { AlertCondition } from '../conditions.ts';
import { describeReborn, describeReleases } from './describe-releases.ts';
import { type IncidentText, nameForReader, shortened } from './incident-text.ts';

/** What is wrong, and what to do about it. */
export function describeIncident(
  words: Messages,
  incident: AlertCondition,
  now: Instant,
): IncidentText {
  const { kind, about, items } = incident;
  if (kind === 'ledger-reborn' || about?.what === 'ledger-reborn')
    return describeReborn(words, incident, now);
  // A channel that is not ready and holds releases up is told by the releases.
  if (!about || (kind === 'channel' && items.length > 0))
    return describeReleases(words, incident, now);
  return describeAbout(words, incident, about);
}

/** What concerns no release, or one that is public as it should not be. */
function describeAbout(
  words: Messages,
  incident: AlertCondition,
  about: Exclude<AboutIncident, { what: 'ledger-reborn' }>,
): IncidentText {
  const w = words.letters;
  const { subject } = incident;
  const plain = (
    head: string,
    facts: readonly string[],
    command: string,
    text?: string,
  ): IncidentText => ({ head, facts, parts: [], commands: [words.command(command)], text });
  switch (about.what) {
    case 'plan-refused':
      return plain(w.planHead, [w.planFact], 'plan check', about.mistakes);
    case 'clock-apart':
      return plain(
        w.clockHead(subject),
        [w.clockFact(words.span(Math.abs(about.behindMs)), about.behindMs > 0), w.clockHow],
        'doctor',
      );
    case 'quota': {
      const channel = words.channel(subject);
      return plain(
        w.quotaHead(channel, about.span, about.planned),
        [w.quotaFact(channel, about.per, about.most)],
        'plan check',
      );
    }
    case 'plan-ends':
      return plain(
        w.planEndsHead(subject, about.nextYear),
        [w.planEndsFact],
        `plan year ${about.nextYear}`,
      );
    case 'engine-paused':
      return plain(
        w.engineHead(words.span(about.ms)),
        [w.engineFact(subject, about.during)],
        'doctor',
      );
    case 'mail-fails':
      return about.refused
        ? plain(w.refusedHead(subject), [w.refusedFact(about.error)], 'alerts test')
        : plain(w.mailHead(subject), [w.mailFact(about.error)], 'alerts test');
    case 'service-silent':
      return plain(w.serviceHead(about.hung), [w.serviceFact(words.span(about.ms))], 'start');
    case 'redis-unreachable':
      return plain(w.redisHead, [w.redisFact(about.why)], 'doctor');
    case 'disk-full':
      return plain(w.diskHead(about.left), [w.diskFact(subject)], 'doctor');
    case 'site-unreachable':
      return plain(w.siteHead, [w.siteFact(subject, about.why)], 'doctor');
    case 'token-ends':
      return plain(
        w.channelHead(words.channel(subject), w.tokenEnds(about.at)),
        [w.tokenHow],
        `doctor --channel ${subject}`,
      );
    case 'channel-unready':
      return plain(
        w.channelHead(words.channel(subject), words.reason(about.code, about.detail, '')),
        [w.channelFact],
        `doctor --channel ${subject}`,
      );
    case 'by-hand':
    case 'otherwise':
      return describeWronglyPublic(words, incident, about);
    default:
      return assertNever(about);
  }
}

/** What is public as it should not be. */
function describeWronglyPublic(
  words: Messages,
  { subject, items, timezone }: AlertCondition,
  about: Extract<AboutIncident, { what: 'by-hand' | 'otherwise' }>,
): IncidentText {
  const w = words.letters;
  const { release, channel } = parsePublicationId(subject as PublicationId);
  const [item] = items;
  const name = w.named(item ? nameForReader(words, item.name) : release, release);
  const where = words.channel(channel);
  const due = item ? minuteIn(instant(item.due), timezone) : '';
  const said =
    about.what === 'by-hand'
      ? w.byHand(name, where, about.task === 'withdraw', about.reason)
      : w.otherwise(name, where, about.planned === 'cancelled' ? undefined : due);
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

/** The name of what an incident without releases is about. */
function thingOf(words: Messages, { kind, subject, about }: Incident): string {
  const w = words.letters;
  switch (kind) {
    case 'plan':
      return w.planName;
    case 'clock':
      return w.clockName(subject);
    case 'quota':
      return w.quotaName(words.channel(subject), about?.what === 'quota' ? about.span : '');
    case 'plan-ends':
      return w.planEndsName(about?.what === 'plan-ends' ? about.nextYear : '');
    case 'service':
      return w.serviceName;
    case 'redis':
      return w.redisName;
    case 'disk':
      return w.diskName;
    case 'site':
      return w.siteName;
    case 'mail':
      return w.mailHead(subject);
    case 'ledger-reborn':
      return w.rebornName;
    case 'engine':
      return w.engineName;
    default:
      return words.channel(subject);
  }
}
