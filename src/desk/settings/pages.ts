// The page of settings: one form for the bureau, mail, its emblem and how its pages look, saved at
// once; and whether all of it is in force. Not for what is changed: settings.ts.

import { html } from 'hono/html';
import type { Running } from '../../i18n/environment.ts';
import type { Messages } from '../../i18n/index.ts';
import type { Html } from '../../lib/html.ts';
import { DEEP } from '../../site/pages/layout.ts';
import { confirmOf } from '../people/pages.ts';
import type { Principal } from '../shell/desk.ts';
import { choice, csrf, field } from '../shell/frame.ts';
import { LINES, type Part, ROWS, SECURITIES, type Values } from './fields.ts';
import { AFTER_RESTART } from './restart.ts';
import type { SettingsView } from './settings.ts';

/** No list has more rows on the page; what is not shown is not touched. */
const MOST_ROWS = 100;

/** How what was saved comes into force here. */
export interface ForceView {
  /** Somebody keeps this process, and can start it anew. */
  readonly isKept: boolean;
  /** When everything starts anew, written out; undefined where nobody has asked. Empty: at once. */
  readonly at: string | undefined;
  readonly running: Running;
  /** Other workers have processes of their own. */
  readonly hasWorkers: boolean;
  /** Names this process: another answers once it has been started anew. */
  readonly process: string;
  /** Since when this process runs, written out. */
  readonly since: string;
  /** Where the desk will be once it is started anew, if that is elsewhere. */
  readonly next: string | undefined;
  /** It begins with https, and until now none did: whoever restarts says that it answers. */
  readonly mustTry: boolean;
}

/** @param typed what was typed and refused, in the place of what the file has */
export function settingsMain(
  view: SettingsView,
  force: ForceView,
  who: Principal,
  words: Messages,
  typed: Values = {},
): Html {
  const w = words.settings;
  const { hindrance, base } = view;
  const values = { ...view.values, ...typed };
  const part = (name: Part | 'emblem', inner: Html): Html =>
    html`<section id="${name}"><h2>${w.parts[name]}</h2>${inner}</section>`;
  return html`<h1>${w.title}</h1><p>${w.lead}</p>${hindrance ? html`<div class="message bad" role="alert"><p>${hindrance.text}</p>${hindrance.lines.map((one) => html`<p>${one}</p>`)}</div>` : ''}
${forceSection(view, force, who, words)}
<form method="post" action="/desk/settings/" enctype="multipart/form-data" class="settings" data-keep>${csrf(who)}<input type="hidden" name="base" value="${base}"><fieldset class="bare"${hindrance ? html` disabled` : ''}>
${part('bureau', html`<div class="pair">${lines('bureau', values, words)}</div>`)}
${part('mail', mailFields(view, values, words))}
${part('emblem', emblemFields(view, values, words))}
${part('theme', html`<div class="pair">${lines('theme', values, words)}</div>${rows('theme', values, words)}`)}
<section class="save">${confirmOf(who, 'settings', words)}<p class="operations"><button class="main">${words.desk.save}</button></p><p class="note">${w.kept}</p></section></fieldset></form>`;
}

function forceSection(
  { change, hindrance }: SettingsView,
  force: ForceView,
  who: Principal,
  words: Messages,
): Html {
  const w = words.settings.force;
  const say = (inner: Html | string, kind = ''): Html =>
    html`<section id="force"><h2>${w.title}</h2>${kind === '' ? inner : html`<div class="message ${kind}">${inner}</div>`}</section>`;
  if (force.at !== undefined) {
    const text = force.at === '' ? w.asked : w.askedAt(force.at);
    // Without a script the page asks again by itself.
    return say(
      html`<p role="status" data-restarts="${force.process}" data-back="${w.back}" data-to="${AFTER_RESTART}">${text}</p>${force.next === undefined ? '' : html`<p>${w.elsewhere}<a href="${force.next}">${force.next}</a></p>`}<noscript><meta http-equiv="refresh" content="10"></noscript>`,
      'wait',
    );
  }
  // What cannot be read at all is said above.
  if (change.what === 'wrong')
    return hindrance
      ? html``
      : say(
          html`<p>${w.wrong}</p><ul>${change.message.split('\n').map((one) => html`<li>${one}</li>`)}</ul>`,
          'bad',
        );
  if (change.what === 'same' || change.parts.length === 0)
    return say(html`<p>✓ ${w.same}${w.since(force.since)}</p>`);
  const parts = change.parts
    .map((one) => words.settings.partNames[one] ?? one)
    .join(words.desk.journal.details.and);
  const how = force.isKept
    ? html`<form method="post" action="/desk/settings/restart">${csrf(who)}${force.mustTry ? html`<label class="check"><input type="checkbox" name="tried" value="yes" required> ${w.tried(force.next ?? '')}</label>` : ''}<p class="operations"><button class="main">${w.now}</button></p></form><p class="note">${w.lead} ${w.beside(force.running)} ${force.hasWorkers ? w.workers : ''}</p>`
    : html`<p>${w.nobody(force.running)}</p><p class="note">${w.beside(force.running)} ${force.hasWorkers ? w.workers : ''}</p>`;
  return say(html`<p>${w.waits(parts)}</p>${how}`, 'wait');
}

function lines(part: Part, values: Values, words: Messages): Html[] {
  return LINES[part].map(({ name, isRequired = false, isNumber = false, isColor = false }) => {
    const label = labelOn(name, words);
    if (isColor) return colorField(name, label, values[name] ?? '', words);
    return field({
      name,
      label,
      value: values[name],
      required: isRequired && part === 'bureau',
      ...(isNumber ? { type: 'number' } : {}),
    });
  });
}

/** With what it says in brackets on the page, and in no sentence. */
function labelOn(name: string, words: Messages): string {
  const { labels, hints, withHint } = words.settings;
  const hint = hints[name];
  return hint === undefined ? (labels[name] ?? name) : withHint(labels[name] ?? name, hint);
}

/**
 * A colour as it is written, and a picker that the script keeps with it: without a script it stays
 * hidden.
 */
function colorField(name: string, label: string, value: string, words: Messages): Html {
  return html`<p class="field"><label for="f-${name}">${label}</label><span class="color"><input type="color" data-color="f-${name}" data-none="${DEEP}" aria-label="${words.settings.colorPick}" hidden><input id="f-${name}" name="${name}" value="${value}"></span><span class="note">${words.settings.colorHow}</span></p>`;
}

/** The rows that there are and were typed, and some empty ones. */
function rows(part: Part, values: Values, words: Messages): Html[] {
  const w = words.settings;
  return ROWS[part].map(({ name: list, lines: fields, most, empty }) => {
    const filled = Object.entries(values).flatMap(([name, value]) => {
      const row =
        name.startsWith(`${list}.`) && value !== ''
          ? Number(name.slice(list.length + 1).split('.')[0])
          : Number.NaN;
      return Number.isInteger(row) && row < MOST_ROWS ? [row + 1] : [];
    });
    const there = Math.max(0, ...filled);
    const count = Math.max(there, Math.min(there + empty, most));
    const label = w.labels[list] ?? list;
    return html`<fieldset><legend>${label}</legend>${Array.from({ length: count }, (_, row) => html`<div class="row three">${fields.map(({ name }) => rowField(`${list}.${row}.${name}`, w.keys[name] ?? name, w.inList(label, row + 1, w.keys[name] ?? name), values))}</div>`)}<p class="note">${w.rowsHow}</p></fieldset>`;
  });
}

/** @param said the whole of it, for who cannot see where it stands */
function rowField(name: string, label: string, said: string, values: Values): Html {
  return html`<p class="field"><label for="f-${name}" aria-hidden="true">${label}</label><input id="f-${name}" name="${name}" aria-label="${said}" value="${values[name] ?? ''}"></p>`;
}

function mailFields(
  { hasAddressesOnly, password }: SettingsView,
  values: Values,
  words: Messages,
): Html {
  const w = words.settings;
  const label = w.labels['mail.password'] ?? '';
  const people = hasAddressesOnly
    ? html`${field({ name: 'mail.to', label: w.labels['mail.to'] ?? '', type: 'textarea', value: values['mail.to'] })}<p class="note">${w.toHow}</p>`
    : html`${rows('mail', values, words)}<p class="note">${w.peopleHow}</p>`;
  const secret =
    password.state === 'here'
      ? html`${field({ name: 'password', label, type: 'password', complete: 'new-password' })}<p class="note">${password.isSet ? w.passwordSet : w.passwordUnset}</p>`
      : html`<p><strong>${label}</strong></p><p class="note">${password.how}</p>`;
  return html`<div class="pair">${lines('mail', values, words)}${choice(
    'mail.security',
    w.labels['mail.security'] ?? '',
    SECURITIES.map((one) => [one, w.security[one]] as const),
    values['mail.security'],
  )}</div><p class="note">${w.fromHow}</p>${secret}${people}<p class="note">${w.testLead}<a href="/desk/channels/#letters">${w.test}</a></p>`;
}

function emblemFields({ emblem }: SettingsView, values: Values, words: Messages): Html {
  const w = words.settings;
  const now =
    emblem === undefined
      ? html`<p>${w.emblemNone}</p>`
      : emblem.isThere
        ? html`<p>${w.emblemNow}：<br><img class="emblem" src="/desk/settings/emblem" alt="${w.emblemNow}"></p>`
        : html`<p>${w.emblemLost(emblem.path)}</p>`;
  const drop = html`<label class="check"><input type="checkbox" name="drop" value="yes"${values.drop === 'yes' ? html` checked` : ''}> ${w.emblemDrop}</label>`;
  return html`${now}<p class="field"><label for="f-picture">${w.emblemFile}</label><input id="f-picture" name="picture" type="file" accept=".png,.jpg,.jpeg,.gif"></p><p class="note">${w.emblemHow}</p>${emblem === undefined ? '' : drop}`;
}
