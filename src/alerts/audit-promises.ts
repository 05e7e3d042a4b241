// What was promised against what is public and what was said: whatever is left over is an incident,
// whichever bug, edit or loss brought it about. Pure, and shares no code with the engine: it knows
// no state of a publication, so it cannot be wrong in the same way. Run by the service over its
// ledger and by the watchdog over what it saw itself.
import type { Promised, Promises } from '../ledger/promises.ts';
import type { Instant } from '../lib/instant.ts';
import { type PublicationId, publicationId, type ReleaseId } from '../plan/types.ts';
import { type AlertConditions, type Cause, causeKey, MISSED } from './conditions.ts';

/** Why a promise is left over; each has its own words. */
type Why =
  /** It stands in the plan, its time has come, and the public does not see it. */
  | 'promise-open'
  /** The plan has it no longer at that instant, and nobody said why. */
  | 'promise-gone'
  /** It was public, is not any more, and nobody took it down. */
  | 'promise-vanished';

/** A promised instant that nothing answers for. */
export interface LeftOver {
  readonly release: ReleaseId;
  readonly name: { readonly zh: string; readonly en?: string | undefined };
  readonly timezone: string;
  readonly due: number;
  /** Those that do not show it. */
  readonly channels: readonly string[];
  readonly why: Why;
  /** Past its grace; before that it is a warning. */
  readonly late: boolean;
}

/** What the audit is told of the world. */
export interface Evidence {
  /** Since when the public sees it; undefined: it does not, as far as is known. */
  readonly publicAt: (publication: PublicationId) => number | undefined;
  /** Whether the plan in force has the release at this instant. */
  readonly stands: (release: ReleaseId, due: number) => boolean;
  /** Whether a letter that was taken has told that the release is late. */
  readonly told?: (release: ReleaseId) => boolean;
  /** Given so long after the grace before anything is late, ms. */
  readonly patience?: number;
}

/** What was due longer ago is history, ms. */
const LOOK_BACK_MS = 400 * 86_400_000;

/** Promises that ended as none of: public · moved, cancelled or withdrawn with words · told. */
export function audit(promises: Promises, evidence: Evidence, now: Instant): LeftOver[] {
  const found: LeftOver[] = [];
  for (const [release, { name, timezone, promises: all }] of promises) {
    for (const promise of all) {
      if (promise.ended || promise.due <= now - LOOK_BACK_MS) continue;
      const late =
        now >= Math.max(promise.due, promise.since) + promise.grace + (evidence.patience ?? 0);
      const gone = !evidence.stands(release, promise.due);
      if ((!late && !gone) || (late && evidence.told?.(release))) continue;
      const channels = promise.channels.filter(
        (channel) => !isKept(release, channel, promise, evidence),
      );
      if (channels.length === 0) continue;
      const left = (why: Why, of: readonly string[]): LeftOver[] =>
        of.length === 0
          ? []
          : [{ release, name, timezone, due: promise.due, channels: of, why, late }];
      // What was public and is gone is told by itself, whatever has been told of the other
      // channels.
      const wasSeen = (channel: string): boolean => promise.seen[channel] !== undefined;
      found.push(...left('promise-vanished', channels.filter(wasSeen)));
      found.push(
        ...left(
          gone ? 'promise-gone' : 'promise-open',
          channels.filter((channel) => !wasSeen(channel)),
        ),
      );
    }
  }
  return found;
}

function isKept(
  release: ReleaseId,
  channel: string,
  { withdrawn }: Promised,
  { publicAt }: Evidence,
): boolean {
  return (
    withdrawn[channel] !== undefined || publicAt(publicationId(release, channel)) !== undefined
  );
}

/**
 * What is left over, as troubles; what others have found already is theirs to tell. All that has
 * gone from the plan is one trouble: a year's file that was moved away takes a hundred releases.
 */
export function promiseConditions(
  left: readonly LeftOver[],
  found: AlertConditions,
): AlertConditions {
  const conditions: AlertConditions = new Map();
  for (const one of left) {
    const channels = one.channels.filter(
      (channel) => !isTold(one.release, channel, one.late, found),
    );
    if (channels.length === 0) continue;
    const cause: Cause = { kind: 'promise', subject: subjectOf(one, channels) };
    const before = conditions.get(causeKey(cause));
    const severity = one.late ? ('missed' as const) : ('warning' as const);
    const { release, name, due, timezone, why } = one;
    conditions.set(causeKey(cause), {
      ...cause,
      severity: before?.severity === 'missed' ? 'missed' : severity,
      stage: Math.max(before?.stage ?? 0, one.late ? MISSED : 1),
      timezone,
      items: [
        ...(before?.items ?? []),
        { release, name, due, channels, state: 'promised', code: why, detail: undefined, severity },
      ],
      about: undefined,
    });
  }
  return conditions;
}

/** What goes wrong by itself is an incident by itself. */
function subjectOf({ why, release }: LeftOver, [first = '']: readonly string[]): string {
  if (why === 'promise-gone') return 'plan';
  return why === 'promise-vanished' ? publicationId(release, first) : release;
}

function isTold(
  release: ReleaseId,
  channel: string,
  late: boolean,
  found: AlertConditions,
): boolean {
  for (const { items, severity } of found.values())
    for (const item of items)
      if (
        item.release === release &&
        item.channels.includes(channel) &&
        (!late || (item.severity ?? severity) === 'missed')
      )
        return true;
  return false;
}
