// The mail that tells operators which provisional dates moved or were confirmed when working days
// became known. Not for moves by the plan's text.
import { html } from 'hono/html';
import type { Messages } from '../../i18n/index.ts';
import { tellChanges } from '../../i18n/plan-changes.ts';
import type { PlanChange } from '../../plan/types.ts';
import type { Written } from '../address-letters.ts';
import { briefOf, framed } from './letter-frame.ts';

/** More lines than this are counted, not listed. */
const LISTED = 60;

/** Undefined where no provisional date was touched. */
export function settledLetter(
  words: Messages,
  bureau: string,
  changes: readonly PlanChange[],
): Written | undefined {
  const touched = changes.filter(
    (change) => 'from' in change && change.from.status === 'provisional',
  );
  const moved = touched.filter((change) => change.kind === 'moved').length;
  const confirmed = touched.filter((change) => change.kind === 'confirmed').length;
  if (moved + confirmed === 0) return undefined;
  const w = words.letters;
  const heading = w.settledHead(moved, confirmed);
  const subject = `[${bureau}] ${heading}`;
  const lines = tellChanges(touched, words.changes);
  const shown =
    lines.length > LISTED ? [...lines.slice(0, LISTED), w.more(lines.length - LISTED)] : lines;
  const listed = [w.settledFact, '', ...shown.map((line) => `  · ${line}`), ''];
  const body = html`<p>${w.settledFact}</p><ul>${shown.map((line) => html`<li>${line}</li>`)}</ul>`;
  return {
    subject,
    text: [heading, ...listed, w.foot].join('\n'),
    html: framed(words, subject, heading, 'plain', body, w.foot),
    brief: briefOf(heading, listed),
  };
}
