// What is wrong now against what was open: opens, keeps and closes incidents, and writes one letter for all that changed.
// Not for finding trouble (sweep.ts) nor for sending (mail.ts).
import { randomUUID } from 'node:crypto';
import type { Journal } from '../ledger/journal.ts';
import type { Incident, Letter, Notebook } from '../ledger/notebook.ts';
import type { Instant } from '../plan/types.ts';
import type { Trouble } from './sweep.ts';

/** Turns incidents that opened or ended into a letter. */
export type LetterWriter = (opened: readonly Incident[], closed: readonly Incident[], now: Instant) => Pick<Letter, 'subject' | 'text' | 'html'>;

const LOCK_MS = 20_000;

/**
 * Brings the open incidents in line with what is wrong. One letter tells all that opened and one all that ended, each
 * incident once. What was at risk and is now missed is told as missed, not as over.
 * @param concerns which open incidents this call may close
 * @returns the ids of the letters that were put into the outbox
 */
export async function settleIncidents(
  notebook: Notebook,
  journal: Journal,
  troubles: ReadonlyMap<string, Trouble>,
  concerns: (incident: Incident) => boolean,
  now: Instant,
  write: LetterWriter,
): Promise<string[]> {
  const done = await notebook.alone('incidents', LOCK_MS, async () => {
    const open = await notebook.incidents();
    const set = new Map<string, Incident>();
    const opened: Incident[] = [];
    for (const [key, trouble] of troubles) {
      const before = open.get(key);
      const incident: Incident = before ? { ...before, ...trouble } : { ...trouble, id: randomUUID().slice(0, 8), openedAt: now };
      if (!before) opened.push(incident);
      if (JSON.stringify(before) !== JSON.stringify(incident)) set.set(key, incident);
    }
    const gone = [...open].filter(([key, incident]) => concerns(incident) && !troubles.has(key));
    const closed = gone
      .map(([, incident]) => incident)
      // What came out late was over when it was told.
      .filter((incident) => incident.kind !== 'late' && !(incident.kind === 'at-risk' && troubles.has(`missed:${incident.subject}`)));
    const letters: Letter[] = [];
    if (opened.length > 0) letters.push({ ...write(opened, [], now), id: randomUUID(), at: now });
    if (closed.length > 0) letters.push({ ...write([], closed, now), id: randomUUID(), at: now });
    await notebook.record({ set, remove: gone.map(([key]) => key), letters });
    for (const incident of opened)
      await journal.append('incident-opened', incident.subject, 'sweep', now, { id: incident.id, kind: incident.kind, parts: incident.parts });
    for (const [, incident] of gone)
      await journal.append('incident-closed', incident.subject, 'sweep', now, { id: incident.id, kind: incident.kind });
    return letters.map((letter) => letter.id);
  });
  return done ?? [];
}
