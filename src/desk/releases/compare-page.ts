// What a correction would change, as two columns: what the public reads, and what would stand in
// its place. Not for finding it: compare.ts.

import { html } from 'hono/html';
import type { Messages } from '../../i18n/index.ts';
import type { Html } from '../../lib/html.ts';
import type { Compared } from './compare.ts';

export function comparedBlock({ lines, files }: Compared, words: Messages): Html {
  const w = words.desk.compare;
  const cell = (some: readonly string[], mark: string): Html =>
    html`<td class="${mark}">${some.length === 0 ? html`<span class="note">${w.nothing}</span>` : some.map((line) => html`<p>${line}</p>`)}</td>`;
  const rows =
    lines?.changes.map(
      ({ before, after }) => html`<tr>${cell(before, 'removed')}${cell(after, 'added')}</tr>`,
    ) ?? [];
  const text =
    rows.length > 0
      ? html`<div class="scroll" tabindex="0" role="region" aria-label="${w.title}"><table class="compare"><thead><tr><th scope="col">${w.before}</th><th scope="col">${w.after}</th></tr></thead><tbody>${rows}</tbody></table></div>${lines && lines.more > 0 ? html`<p class="message">${w.more(lines.more)}</p>` : ''}`
      : html`<p class="note">${lines ? w.unseen : w.tooFar}</p>`;
  const said = (['added', 'removed', 'changed'] as const).flatMap((what) =>
    files[what].map((name) => w.files[what](name)),
  );
  return html`<section><h2>${w.title}</h2>${text}${said.length > 0 ? html`<ul>${said.map((one) => html`<li>${one}</li>`)}</ul>` : ''}</section>
`;
}
