// What is public as it should not be: what people still have to correct or take down by hand, and
// what is out although the plan says another day. Not for what is missing: overdue.ts,
// audit-promises.ts.
import type { AboutIncident } from '../ledger/incident-about.ts';
import type { ManualTask } from '../ledger/manual-tasks.ts';
import type { Instant } from '../lib/instant.ts';
import {
  type Calendar,
  type PublicationId,
  parsePublicationId,
  type Release,
} from '../plan/types.ts';
import {
  type AlertCondition,
  type AlertConditions,
  type Cause,
  causeKey,
  plainCondition,
} from './conditions.ts';

/**
 * A task that is open for so long is told, ms: whoever is at it needs no letter, and what a program
 * still does is over by then.
 */
const PATIENCE_MS = 15 * 60_000;
/** Out so much sooner than the plan says is no matter of clocks, ms. */
const SOONER_MS = 60_000;

/** What people still have to do by hand. @param tasks those that are left */
export function byHandConditions(
  tasks: Iterable<ManualTask>,
  calendar: Calendar,
  now: Instant,
): AlertConditions {
  const found: AlertConditions = new Map();
  for (const { publication, what, reason, at } of tasks) {
    if (now - at < PATIENCE_MS) continue;
    add(found, { kind: 'by-hand', subject: publication }, calendar, {
      what: 'by-hand',
      task: what,
      reason,
    });
  }
  return found;
}

/**
 * What came out before the plan had another day for it, or took it out: its answer was lost, and it
 * was moved before anybody knew. Interpretations follow a distance that may change afterwards.
 * @param shown what is public, and since when
 */
export function otherwiseConditions(
  calendar: Calendar,
  shown: ReadonlyMap<PublicationId, Instant>,
): AlertConditions {
  const found: AlertConditions = new Map();
  for (const [publication, since] of shown) {
    const release = calendar.byId.get(parsePublicationId(publication).release);
    if (!release || release.follows !== undefined) continue;
    if (release.status === 'cancelled')
      add(found, { kind: 'otherwise', subject: publication }, calendar, {
        what: 'otherwise',
        planned: 'cancelled',
      });
    else if (since < release.due - SOONER_MS && isMovedSince(calendar, release, since))
      add(found, { kind: 'otherwise', subject: publication }, calendar, {
        what: 'otherwise',
        planned: 'moved',
      });
  }
  return found;
}

/** Whether its day is one that the plan gave it after it had come out. */
function isMovedSince({ history }: Calendar, { id, due }: Release, since: Instant): boolean {
  return (history.get(id) ?? []).some(
    ({ kind, at, to }) => kind === 'moved' && at >= since && to === due,
  );
}

function add(
  found: AlertConditions,
  cause: Cause & { subject: string },
  calendar: Calendar,
  about: Extract<AboutIncident, { what: 'by-hand' | 'otherwise' }>,
): void {
  const { release: id, channel } = parsePublicationId(cause.subject as PublicationId);
  const release: Release | undefined = calendar.byId.get(id);
  const condition: AlertCondition = plainCondition(
    cause,
    release?.timezone ?? calendar.timezone,
    about,
  );
  const items: AlertCondition['items'] = release
    ? [
        {
          release: id,
          name: release.name,
          due: release.due,
          channels: [channel],
          state: 'public',
          ...(about.what === 'by-hand'
            ? { code: about.task, detail: about.reason }
            : { code: about.planned, detail: '' }),
          severity: 'warning',
        },
      ]
    : [];
  found.set(causeKey(cause), { ...condition, items });
}
