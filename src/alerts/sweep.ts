// Calendar + ledger + now → what is or will be missed. Pure: the same answer however often it is asked. Not for telling: incidents.ts.
import type { Entry } from '../ledger/ledger.ts';
import type { Incident, IncidentPart } from '../ledger/notebook.ts';
import { PUBLIC } from '../ledger/states.ts';
import type { State } from '../ledger/states.ts';
import { partsOf } from '../plan/types.ts';
import type { Calendar, Instant, PublicationId, Release, ReleaseId } from '../plan/types.ts';

/** An incident that should be open, by its key. */
export type Trouble = Omit<Incident, 'id' | 'openedAt'>;

/** Given so long after the stage time before something that is not staged counts as trouble. */
const STAGING_MS = 60_000;
const FINE: readonly State[] = [...PUBLIC, 'cancelled', 'withdrawn', 'bygone'];

/** Every release that is or will be missed: `missed` once due and held, or past its grace; `at-risk` before. */
export function sweep(calendar: Calendar, entries: readonly Entry[], now: Instant): Map<string, Trouble> {
  const byRelease = new Map<ReleaseId, Entry[]>();
  for (const entry of entries) {
    if (FINE.includes(entry.state) || isFirstLook(entry)) continue;
    const { release } = partsOf(entry.publication);
    byRelease.set(release, [...(byRelease.get(release) ?? []), entry]);
  }
  const found = new Map<string, Trouble>();
  for (const [id, waiting] of byRelease) {
    const release = calendar.byId.get(id);
    if (!release) continue;
    const missed = waiting.filter((entry) => isMissed(entry, release, now));
    const wrong = missed.length > 0 ? missed : waiting.filter((entry) => isAtRisk(entry, release, now));
    const kind = missed.length > 0 ? 'missed' : 'at-risk';
    if (wrong.length === 0) continue;
    found.set(`${kind}:${id}`, { kind, subject: id, title: release.name.zh, due: release.due, timezone: release.timezone, parts: wrong.map(partOf) });
  }
  return found;
}

/** What came out after its grace and before a sweep saw it missing: that is told too, once. @param published publications and since when */
export function lateTroubles(
  calendar: Calendar,
  published: ReadonlyMap<PublicationId, Instant>,
  told: (release: ReleaseId) => boolean,
): Map<string, Trouble> {
  const found = new Map<string, Trouble>();
  for (const [publication, at] of published) {
    const { release: id, channel } = partsOf(publication);
    const release = calendar.byId.get(id);
    if (!release || at <= release.due + release.settings.grace || told(id)) continue;
    const parts = [...(found.get(`late:${id}`)?.parts ?? []), { channel, state: 'public', code: 'published-late', detail: undefined }];
    found.set(`late:${id}`, { kind: 'late', subject: id, title: release.name.zh, due: release.due, timezone: release.timezone, parts });
  }
  return found;
}

/** Two clocks further apart than this are told; releases wait for the later one all the same. */
const SKEW_MS = 1000;

/** Every machine whose clock is not Redis's. @param skews Redis's less the machine's, ms */
export function clockTroubles(skews: readonly { readonly host: string; readonly skew: number }[], timezone: string): Map<string, Trouble> {
  const found = new Map<string, Trouble>();
  for (const { host, skew } of skews) {
    if (Math.abs(skew) <= SKEW_MS) continue;
    found.set(`clock:${host}:${skew > 0 ? 'behind' : 'ahead'}`, {
      kind: 'clock',
      subject: host,
      title: host,
      timezone,
      parts: [],
      text: String(skew),
    });
  }
  return found;
}

/** A new ledger asks the channel about what was due before it; the look ends in one of the other states. */
function isFirstLook(entry: Entry): boolean {
  return entry.state === 'doubtful' && entry.fence === 0;
}

function isMissed(entry: Entry, release: Release, now: Instant): boolean {
  return (entry.state === 'held' && now >= release.due) || now >= release.due + release.settings.grace;
}

function isAtRisk(entry: Entry, release: Release, now: Instant): boolean {
  if (entry.state === 'held') return true;
  const settled = release.settings.lead > 2 * STAGING_MS ? STAGING_MS : 0;
  return entry.state === 'planned' && entry.reason !== undefined && now >= release.due - release.settings.lead + settled;
}

function partOf(entry: Entry): IncidentPart {
  return { channel: partsOf(entry.publication).channel, state: entry.state, code: entry.reason?.code, detail: entry.reason?.detail };
}
