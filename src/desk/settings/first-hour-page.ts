// The steps of the first hour, on the first page. Not for what they are: first-hour.ts.

import { html } from 'hono/html';
import type { Messages } from '../../i18n/index.ts';
import type { Html } from '../../lib/html.ts';
import type { Principal } from '../shell/desk.ts';
import { mayOpen } from '../shell/frame.ts';
import type { FirstStep } from './first-hour.ts';

/** @param folded away, since something else comes first */
export function firstHour(
  steps: readonly FirstStep[],
  folded: boolean,
  who: Principal,
  words: Messages,
): Html {
  const w = words.desk.firstHour;
  const left = steps.filter(({ done }) => !done).length;
  const list = html`<p>${w.lead(left)}</p><ol>${steps.map(({ name, done, at }) => {
    const [what, how] = w.steps[name];
    const shown = at === '' || !mayOpen(at, who) ? what : html`<a href="/desk/${at}">${what}</a>`;
    return html`<li class="${done ? 'done' : 'todo'}"><span aria-hidden="true">${done ? '✓' : '○'}</span> <span class="hidden">${done ? w.done : w.todo}</span>${shown}${done ? '' : html`<small>${how}</small>`}</li>`;
  })}</ol>`;
  return folded
    ? html`<details class="first-hour"><summary>${w.title}</summary>${list}</details>`
    : html`<section class="first-hour"><h2>${w.title}</h2>${list}</section>`;
}
