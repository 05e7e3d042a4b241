// The pages of the desk where something is done about an incident, for the buttons of a letter. Not
// for the signed acts: alerts/mail-links.ts.

import type { Messages } from '../../i18n/index.ts';
import type { Incident, IncidentItem } from '../../ledger/incident.ts';
import { type PublicationId, parsePublicationId } from '../../plan/types.ts';
import { isUnsettled } from '../conditions.ts';
import { nameForReader } from './incident-text.ts';

/** What the button to a page says, and its address. */
export type DeskPage = readonly [label: string, url: string];

/** So many releases have a button of their own. */
const BUTTONS = 3;

/** @param desk where the desk is, with a slash at the end */
export function pagesFor(
  words: Messages,
  { kind, subject, items }: Incident,
  desk: string,
): DeskPage[] {
  const w = words.letters.pages;
  const at = `${desk}desk/`;
  switch (kind) {
    case 'plan':
    case 'quota':
      return [[w.plan, `${at}plan/`]];
    case 'plan-ends':
      return [[w.table, `${at}plan/table`]];
    case 'mail':
      return [[w.settings, `${at}settings/`]];
    case 'by-hand':
    case 'otherwise':
      return [[w.release, `${at}releases/${parsePublicationId(subject as PublicationId).release}`]];
    default:
  }
  if (items.length === 0) return kind === 'channel' ? [[w.channels, `${at}channels/`]] : [];
  return releasesOf(words, items, at);
}

function releasesOf(words: Messages, items: readonly IncidentItem[], at: string): DeskPage[] {
  const w = words.letters.pages;
  const byRelease = new Map<string, IncidentItem>();
  // What is missing of one release on several channels, or for several reasons: its text comes
  // first.
  for (const item of items)
    if (!byRelease.has(item.release) || item.code?.startsWith('content-'))
      byRelease.set(item.release, item);
  const all = [...byRelease.values()];
  const named = (label: string, item: IncidentItem): string =>
    all.length === 1 ? label : w.of(label, nameForReader(words, item.name));
  const page = (item: IncidentItem): DeskPage => {
    const { release, code } = item;
    if (code === 'content-missing') return [named(w.write, item), `${at}content/${release}`];
    if (code?.startsWith('content-')) return [named(w.mend, item), `${at}content/${release}`];
    return [
      named(
        code === 'approval-missing' ? w.approve : isUnsettled(code) ? w.settle : w.release,
        item,
      ),
      `${at}releases/${release}`,
    ];
  };
  return [
    ...all.slice(0, BUTTONS).map(page),
    ...(all.length > BUTTONS ? [[w.today, at] as const] : []),
  ];
}
