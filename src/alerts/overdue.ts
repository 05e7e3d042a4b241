// Calendar + ledger + now → what is or will be missed, by cause. Pure: the same answer however
// often it is asked. Not for what is still before its staging (upcoming.ts) nor for telling
// (settle-incidents.ts).
import type { Incident, IncidentItem } from '../ledger/incident.ts';
import type { LedgerEntry } from '../ledger/ledger.ts';
import { causeCode } from '../ledger/releasing-calls.ts';
import { OPEN } from '../ledger/states.ts';
import type { Instant } from '../lib/instant.ts';
import { dateIn } from '../plan/time.ts';
import {
  type Calendar,
  type PublicationId,
  parsePublicationId,
  type Release,
  type ReleaseId,
} from '../plan/types.ts';
import {
  type AlertConditions,
  type Cause,
  causeKey,
  isOfChannel,
  isUnready,
  isYourTurn,
  join,
  MISSED,
  plainCondition,
  wasToldLate,
} from './conditions.ts';

/** Given so long after the stage time before something that is not staged counts as trouble. */
const STAGING_MS = 60_000;
/**
 * A channel that does not answer is asked again for so long before that is trouble, or for a
 * quarter of the lead if that is less.
 */
const PATIENCE_MS = 900_000;
/** Incidents that a missed release stays in while it is at last coming out. */
const HOMES: readonly Incident['kind'][] = [
  'release',
  'unready',
  'channel',
  'stuck',
  'ledger-reborn',
];

/** What a cause is looked for with. */
interface Look {
  readonly calendar: Calendar;
  /** What is not out yet, by release. */
  readonly waiting: ReadonlyMap<ReleaseId, readonly LedgerEntry[]>;
  /** Incidents that are open already. */
  readonly known: readonly Incident[];
  readonly now: Instant;
}

/** Where a publication's trouble belongs; `since`: it is coming out, and has been since then. */
type Belongs = Cause & Pick<IncidentItem, 'since'>;

/**
 * Every release that is or will be missed: missed once due and held, or past its grace; a warning
 * before.
 * @param known the incidents that are open: what is missed and coming out at last stays in its own
 * @param stage of a warning about something that should have been staged
 */
export function sweep(
  calendar: Calendar,
  entries: readonly LedgerEntry[],
  now: Instant,
  known: readonly Incident[] = [],
  stage = 1,
): AlertConditions {
  const waiting = new Map<ReleaseId, LedgerEntry[]>();
  for (const entry of entries) {
    if (!OPEN.includes(entry.state) || isFirstLook(entry)) continue;
    const { release } = parsePublicationId(entry.publication);
    waiting.set(release, [...(waiting.get(release) ?? []), entry]);
  }
  const look: Look = { calendar, waiting, known, now };
  const found: AlertConditions = new Map();
  for (const [id, own] of waiting) {
    const release = calendar.byId.get(id);
    if (!release) continue;
    for (const entry of own) {
      const missed = isMissed(entry, release, now);
      if (!missed && !isAtRisk(entry, release, now)) continue;
      const belongs = causeOf(entry, release, look);
      if (!belongs) continue;
      const { since, ...cause } = belongs;
      join(found, cause, release, missed ? 'missed' : 'warning', missed ? MISSED : stage, {
        ...whatOf(entry),
        since,
      });
    }
  }
  return found;
}

/**
 * What came out after its grace and before a sweep saw it missing: that is told too, once.
 * @param published publications and since when
 */
export function lateConditions(
  calendar: Calendar,
  published: ReadonlyMap<PublicationId, Instant>,
  told: (release: ReleaseId) => boolean,
): AlertConditions {
  const found: AlertConditions = new Map();
  for (const [publication, at] of published) {
    const { release: id, channel } = parsePublicationId(publication);
    const release = calendar.byId.get(id);
    if (!release || at <= release.due + release.settings.grace || told(id)) continue;
    join(found, { kind: 'late', subject: id }, release, 'missed', MISSED, {
      channels: [channel],
      state: 'public',
      code: 'published-late',
      detail: undefined,
    });
  }
  return found;
}

/** Two clocks further apart than this are told; releases wait for the later one all the same. */
const SKEW_MS = 1000;

/** Every machine whose clock is not Redis's. @param skews Redis's less the machine's, ms */
export function clockConditions(
  skews: readonly { readonly host: string; readonly skew: number }[],
  timezone: string,
): AlertConditions {
  const found: AlertConditions = new Map();
  for (const { host, skew } of skews) {
    if (Math.abs(skew) <= SKEW_MS) continue;
    const cause: Cause = { kind: 'clock', subject: host };
    found.set(
      `${causeKey(cause)}:${skew > 0 ? 'behind' : 'ahead'}`,
      plainCondition(cause, timezone, { what: 'clock-apart', behindMs: skew }),
    );
  }
  return found;
}

/**
 * What has the same cause is one incident, however many releases it stops; undefined: it is coming
 * out, and nobody was told yet that it is missed.
 */
function causeOf(entry: LedgerEntry, release: Release, look: Look): Belongs | undefined {
  const { calendar, waiting } = look;
  // What a person has asked for goes on: nothing holds it up.
  const isLetGo = entry.reason?.code === 'by-operator' && entry.state !== 'held';
  const code = isLetGo ? undefined : causeCode(entry.reason);
  const own: Cause = { kind: 'release', subject: release.id };
  if (isUnready(code)) return { kind: 'unready', subject: dateIn(release.due, release.timezone) };
  if (isOfChannel(code))
    return { kind: 'channel', subject: parsePublicationId(entry.publication).channel };
  // An interpretation whose release is not out is staged and given back in turns: what it waits for
  // is the cause at each of them.
  const waitsFor = code ?? (release.follows === undefined ? undefined : 'parent-not-public');
  switch (waitsFor) {
    case undefined: {
      const home = homeOf(entry, release, look);
      const askedAt = isLetGo ? (entry.reason?.at ?? 0) : 0;
      if (!home && look.now <= askedAt + release.settings.grace) return undefined;
      return home ?? { kind: 'stuck', subject: 'service' };
    }
    // One letter tells all that a new ledger does not know, whichever release.
    case 'birth-not-found':
      return { kind: 'ledger-reborn', subject: 'ledger' };
    case 'website-held':
    case 'website-late': {
      const leader = waiting
        .get(release.id)
        ?.find((other) => other !== entry && !other.reason?.code.startsWith('website-'));
      return leader ? causeOf(leader, release, look) : (homeOf(entry, release, look) ?? own);
    }
    case 'parent-not-public': {
      const parent = release.follows === undefined ? undefined : calendar.byId.get(release.follows);
      const leader =
        parent &&
        waiting.get(parent.id)?.find((other) => other.reason?.code !== 'parent-not-public');
      return parent && leader
        ? causeOf(leader, parent, look)
        : (homeOf(entry, release, look) ?? own);
    }
    default:
      return own;
  }
}

/**
 * The open incident that has told that a release is missed, while nothing holds it up any more: a
 * few seconds of publishing are no new trouble. One that takes longer than the release's grace has
 * another cause.
 */
function homeOf(
  { publication }: LedgerEntry,
  { id, due, settings }: Release,
  { known, now }: Look,
): Belongs | undefined {
  const { channel } = parsePublicationId(publication);
  const isOwn = (item: IncidentItem): boolean => item.release === id && item.due === due;
  const home = known.find(
    (one) =>
      one.closedAt === undefined &&
      HOMES.includes(one.kind) &&
      one.items.some(isOwn) &&
      wasToldLate(one, { release: id, due }),
  );
  if (!home) return undefined;
  const since =
    home.items.find(
      (item) => isOwn(item) && item.channels.includes(channel) && item.since !== undefined,
    )?.since ?? now;
  return now - since <= settings.grace
    ? { kind: home.kind, subject: home.subject, since }
    : undefined;
}

/**
 * A new ledger asks the channel about what was due before it; the look ends in one of the other
 * states.
 */
function isFirstLook(entry: LedgerEntry): boolean {
  return entry.state === 'doubtful' && entry.fence === 0;
}

function isMissed(entry: LedgerEntry, release: Release, now: Instant): boolean {
  // Whoever serves the channel has the grace that everything else has.
  const isStopped = entry.state === 'held' && !isYourTurn(entry.reason?.code);
  return (isStopped && now >= release.due) || now >= release.due + release.settings.grace;
}

function isAtRisk(entry: LedgerEntry, release: Release, now: Instant): boolean {
  // Whoever holds it back knows; should they forget, it is told at T.
  if (entry.state === 'held')
    return entry.reason?.code !== 'by-operator' && !isYourTurn(entry.reason?.code);
  // Freed by somebody: it goes on.
  if (entry.state !== 'planned' || !entry.reason || entry.reason.code === 'by-operator')
    return false;
  const { lead } = release.settings;
  const patience = isOfChannel(causeCode(entry.reason))
    ? Math.min(PATIENCE_MS, lead / 4)
    : STAGING_MS;
  return now >= release.due - lead + (lead > 2 * patience ? patience : 0);
}

function whatOf(entry: LedgerEntry): {
  channels: string[];
  state: string;
  code: string | undefined;
  detail: string | undefined;
} {
  return {
    channels: [parsePublicationId(entry.publication).channel],
    state: entry.state,
    code: entry.reason?.code,
    detail: entry.reason?.detail,
  };
}
