// Bringing the year's table to the desk, and what was read in it. Not for reading it: ../table.ts.
import { html } from 'hono/html';
import type { Words } from '../../words/index.ts';
import type { Who } from '../desk.ts';
import type { ReadTable } from '../table.ts';
import { csrf, field } from './frame.ts';
import type { Html } from './frame.ts';

export function tableMain(who: Who, words: Words, typed: Readonly<Record<string, string>> = {}): Html {
  const w = words.table;
  return html`<h1>${w.title}</h1><p>${w.lead}</p>
<form method="post" enctype="multipart/form-data">${csrf(who)}
<p class="field"><label for="f-file">${w.file}</label><input id="f-file" name="file" type="file" accept=".xlsx,.docx,.csv,.tsv,.html,.htm,.ics,.md,.txt"></p>
${field({ name: 'pasted', label: w.pasted, type: 'textarea', rows: 8, value: typed.pasted })}
${field({ name: 'year', label: w.year, type: 'number', value: typed.year })}
<p class="deeds"><button class="main">${w.read}</button></p></form><p><a href="/desk/plan/">${words.desk.cancel}</a></p>`;
}

/** What was read, with the ids to be chosen, once and for all. */
export function reviewMain(
  table: ReadTable,
  file: string,
  replaces: boolean,
  who: Who,
  words: Words,
  typed: Readonly<Record<string, string>> = {},
): Html {
  const w = words.table;
  const dates = table.findings.reduce((sum, one) => sum + one.dates, 0);
  const byRule = table.findings.reduce((sum, one) => sum + one.byRule, 0);
  return html`<h1>${w.reviewTitle(table.year)}</h1>
<p>${w.found(table.title ?? '', table.findings.length, dates, byRule)}</p><p>${replaces ? w.replaces(file) : w.becomes(file)}</p>
${table.notes.length > 0 ? html`<ul>${table.notes.map((one) => html`<li>${one}</li>`)}</ul>` : ''}
<form method="post" action="/desk/plan/table/review">${csrf(who)}<input type="hidden" name="year" value="${table.year}"><textarea name="text" hidden aria-label="YAML">${table.text}</textarea>
<p>${w.idsLead}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${w.reviewTitle(table.year)}"><table><thead><tr>${w.columns.map((one) => html`<th scope="col">${one}</th>`)}</tr></thead><tbody>${table.findings.map(
    (one) =>
      html`<tr><th scope="row">${one.name.zh}</th><td><input name="id.${one.indicator}" value="${typed[`id.${one.indicator}`] ?? one.indicator}" aria-label="${w.idOf(one.name.zh)}" required spellcheck="false"></td><td>${words.site.frequency(one.frequency)}</td><td><code>${one.due}</code></td><td>${one.byRule}/${one.dates}</td><td>${words.tables.certainty(one.certainty)}</td></tr>`,
  )}</tbody></table></div>
<p class="deeds"><button class="main">${words.desk.plan.check}</button></p></form><p><a href="/desk/plan/table">${words.desk.back}</a></p>`;
}
