// Asks why promised dates move before another rule is shown as it would be. Not for the rules
// themselves: pages.ts.

import { html } from 'hono/html';
import type { Messages } from '../../i18n/index.ts';
import type { Html } from '../../lib/html.ts';
import type { Principal } from '../shell/desk.ts';
import { csrf, field, said } from '../shell/frame.ts';
import type { Rule } from './pages.ts';

/**
 * @param moves the promised dates that would move, a sentence each
 * @param typed the reason, where it was refused
 */
export function ruleReasonMain(
  { file, indicator, name, due }: Rule,
  moves: readonly string[],
  who: Principal,
  words: Messages,
  typed = '',
): Html {
  const { plan: w, dates } = words.desk;
  return html`<h1>${w.rule}：${name}</h1>${said({ kind: 'bad', text: dates.ruleReason, lines: moves })}
<form method="post">${csrf(who)}<input type="hidden" name="file" value="${file}"><input type="hidden" name="indicator" value="${indicator}">
${field({ name: 'due', label: words.desk.rules.due, required: true, value: due })}${field({ name: 'reason', label: words.desk.reasonPublic, type: 'textarea', required: true, value: typed })}
<p class="operations"><button class="main">${w.check}</button></p></form><p><a href="/desk/plan/rule">${words.desk.cancel}</a></p>`;
}
