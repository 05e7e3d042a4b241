// The journal as the desk searches and exports it. Not for writing it: ledger/journal.ts.
import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import type { Messages } from '../../i18n/index.ts';
import type { JournalEvent } from '../../ledger/journal.ts';
import { isoIn } from '../../plan/time.ts';
import type { ReleaseId } from '../../plan/types.ts';
import { titled } from '../../site/names.ts';
import type { Desk } from '../shell/desk.ts';
import { actorName, detailText, eventName, type PeopleNames, subjectName } from './event-words.ts';

export const journalQuery = z.object({
  subject: z.string().max(200).optional(),
  actor: z.string().max(100).optional(),
  event: z.string().max(100).optional(),
  /** First and last day, `YYYY-MM-DD`, in the plan's time zone. */
  from: z.string().max(10).optional(),
  to: z.string().max(10).optional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(200),
});
export type JournalQuery = z.output<typeof journalQuery>;

export const journalEvent = z.object({
  id: z.string(),
  event: z.string(),
  subject: z.string(),
  actor: z.string(),
  at: z.string(),
  detail: z.unknown().optional(),
});
export type JournalEntryText = z.output<typeof journalEvent>;

/** So many of the newest events are looked through. */
const SEARCHED = 100_000;

/** What people are called, by the names of their accounts. */
export async function peopleNames({
  accounts,
}: Pick<Desk['app'], 'accounts'>): Promise<PeopleNames> {
  return new Map((await accounts.all()).map(({ name, display }) => [name, display]));
}

/** The newest first. */
export async function searchJournal(
  { app, words }: Desk,
  query: JournalQuery,
): Promise<JournalEntryText[]> {
  const { timezone, byId } = app.planService.calendar();
  const people = query.actor ? await peopleNames(app) : new Map<string, string>();
  /** A release as it is called everywhere else at the desk. */
  const called = ({ subject }: JournalEntryText): string => {
    const release = byId.get((subject.split('@')[0] ?? '') as ReleaseId);
    return release ? titled(release, words) : '';
  };
  const has = (text: string, wanted: string | undefined): boolean =>
    !wanted || text.toLowerCase().includes(wanted.toLowerCase());
  const told = ({ id, event, subject, actor, at, detail }: JournalEvent): JournalEntryText => ({
    id,
    event,
    subject,
    actor,
    at: isoIn(at, timezone),
    detail,
  });
  const any = [query.subject, query.actor, query.event, query.from, query.to].some(Boolean);
  const all = await app.journal.newest(any ? SEARCHED : query.limit);
  return all
    .map(told)
    .filter(
      (one) =>
        has(one.subject, query.subject) ||
        has(subjectName(one, words), query.subject) ||
        has(called(one), query.subject),
    )
    .filter(
      (one) =>
        has(one.actor, query.actor) ||
        has(actorName(one, words), query.actor) ||
        has(people.get(one.actor) ?? '', query.actor),
    )
    .filter((one) => has(one.event, query.event) || has(eventName(one, words), query.event))
    .filter(
      ({ at }) =>
        (!query.from || at.slice(0, 10) >= query.from) &&
        (!query.to || at.slice(0, 10) <= query.to),
    )
    .slice(0, query.limit);
}

/** What a spreadsheet opens; nothing in it is taken for a formula. */
export function journalCsv(
  events: readonly JournalEntryText[],
  words: Messages,
  timezone: string,
  people: PeopleNames,
): string {
  const c = words.desk.journal.columns;
  const rows = events.map((one) => [
    one.at,
    eventName(one, words),
    subjectName(one, words),
    actorName(one, words, people),
    detailText(one, words, timezone),
  ]);
  return `\ufeff${stringify([[c.time, c.event, c.subject, c.actor, c.detail], ...rows], { escape_formulas: true })}`;
}
