// The frame of every page of the desk: navigation by what one may do, messages, forms. Not for any
// page's own content.

import { html } from 'hono/html';
import { languageIn, type Messages } from '../../i18n/index.ts';
import type { Html } from '../../lib/html.ts';
import type { Permission } from '../../operations/roles.ts';
import type { Principal } from './desk.ts';

/** Said at the top of the next page. */
export interface PageMessage {
  readonly kind: 'good' | 'bad';
  readonly text: string;
  readonly lines?: readonly string[] | undefined;
}

export interface PageFrame {
  readonly words: Messages;
  readonly bureau: string;
  /** Nobody on the page to sign in. */
  readonly who: Principal | undefined;
  readonly title: string;
  /** The part of the desk, as its path: `plan/`. */
  readonly at: string;
  readonly main: Html;
  readonly message?: PageMessage | undefined;
  /** More of the desk's scripts than `desk.js`. */
  readonly scripts?: readonly string[];
  readonly nonce?: string | undefined;
  /**
   * How far the journal was when the page's facts were read: given, the page renews itself when it
   * goes on.
   */
  readonly seen?: string | undefined;
}

const NAV: readonly (readonly [
  path: string,
  word: keyof Messages['desk']['nav'],
  permission: Permission | undefined,
])[] = [
  ['', 'today', 'read'],
  ['plan/', 'plan', 'read'],
  ['content/', 'content', 'read'],
  ['incidents/', 'incidents', 'read'],
  ['journal/', 'journal', 'read'],
  ['channels/', 'channels', 'read'],
  ['people/', 'people', 'people'],
  ['settings/', 'settings', 'people'],
];

/** Whether a part of the desk, as its path, is there for somebody. */
export function mayOpen(path: string, { may }: Principal): boolean {
  return NAV.every(
    ([part, , permission]) =>
      part === '' || !path.startsWith(part) || permission === undefined || may.has(permission),
  );
}

export function frame({
  words,
  bureau,
  who,
  title,
  at,
  main,
  message,
  scripts = [],
  nonce,
  seen,
}: PageFrame): string {
  const w = words.desk;
  const other = languageIn(words) === 'en' ? 'zh' : 'en';
  const link = (path: string, text: string): Html =>
    html`<a href="/desk/${path}"${path === at ? html` aria-current="page"` : ''}>${text}</a>`;
  return String(html`<!doctype html>
<html lang="${words.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · ${w.title} · ${bureau}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/desk/assets/desk.css">
${['desk.js', ...scripts].map((name) => html`<script type="module" src="/desk/assets/${name}"${nonce ? html` data-nonce="${nonce}"` : ''}></script>`)}
</head>
<body${who ? html` data-account="${who.account.name}" data-left="${who.left}"` : ''}>
<a class="skip" href="#main">${w.skip}</a>
<header><div class="wrap"><span class="brand">${w.title}<small>${bureau}</small></span>
${
  who
    ? html`<nav aria-label="${w.title}">${NAV.filter(([, , permission]) => permission === undefined || who.may.has(permission)).map(([path, word]) => link(path, w.nav[word]))}</nav>
<div class="self">${link('me/', w.signedInAs(who.account.display))}<form method="post" action="/desk/sign-out">${csrf(who)}<button class="plain">${w.nav.out}</button></form><a href="/desk/language/${other}" lang="${other === 'zh' ? 'zh-CN' : 'en'}">${w.other}</a></div>`
    : html`<div class="self"><a href="/desk/language/${other}" lang="${other === 'zh' ? 'zh-CN' : 'en'}">${w.other}</a></div>`
}</div></header>
<main id="main" tabindex="-1"${seen === undefined ? '' : html` data-seen="${seen}"`}>
${message ? said(message) : ''}
${main}
</main>
${who ? templates(words) : ''}
<footer><div class="wrap"><a href="/">${w.nav.site}</a>${who?.may.has('people') ? html` · <a href="/api/v1/openapi.json">${w.api.docs}</a>` : ''}</div></footer>
</body>
</html>
`);
}

/** What the scripts show when it is time. */
function templates({ desk: w }: Messages): Html {
  return html`<template id="typed-before"><div class="message" role="status"><p>${w.typed.before} <time></time></p><p class="operations"><button type="button" class="main" data-take>${w.typed.take}</button><button type="button" data-drop>${w.typed.drop}</button></p></div></template>
<template id="session-ends"><div class="message bad" role="alert"><p>${w.typed.ends}</p></div></template>`;
}

/** A message, read out by screen readers. */
export function said({ kind, text, lines = [] }: PageMessage): Html {
  return html`<div class="message ${kind}" role="${kind === 'bad' ? 'alert' : 'status'}"><p>${text}</p>${lines.length > 0 ? html`<ul>${lines.map((one) => html`<li>${one}</li>`)}</ul>` : ''}</div>`;
}

/** What proves that a form is ours. */
export function csrf({ csrf: value }: Principal): Html {
  return html`<input type="hidden" name="csrf" value="${value}">`;
}

export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly value?: string | undefined;
  readonly type?: 'text' | 'password' | 'date' | 'time' | 'email' | 'number' | 'textarea';
  readonly required?: boolean;
  readonly rows?: number;
  readonly complete?: string;
  readonly lang?: string;
}

/** A labelled field. */
export function field({
  name,
  label,
  value = '',
  type = 'text',
  required = false,
  rows = 3,
  complete,
  lang,
}: FormField): Html {
  const id = `f-${name}`;
  const more = html`${required ? html` required` : ''}${complete ? html` autocomplete="${complete}"` : ''}${lang ? html` lang="${lang}"` : ''}`;
  return html`<p class="field"><label for="${id}">${label}</label>${
    type === 'textarea'
      ? html`<textarea id="${id}" name="${name}" rows="${rows}"${more}>${value}</textarea>`
      : html`<input id="${id}" name="${name}" type="${type}" value="${value}"${more}>`
  }</p>`;
}

export function choice(
  name: string,
  label: string,
  options: readonly (readonly [value: string, said: string])[],
  chosen = '',
): Html {
  return html`<p class="field"><label for="f-${name}">${label}</label><select id="f-${name}" name="${name}">${options.map(([value, text]) => html`<option value="${value}"${value === chosen ? html` selected` : ''}>${text}</option>`)}</select></p>`;
}

export function checks(
  name: string,
  legend: string,
  options: readonly (readonly [value: string, said: string])[],
  chosen: readonly string[],
): Html {
  return html`<fieldset><legend>${legend}</legend>${options.map(([value, text]) => html`<label class="check"><input type="checkbox" name="${name}" value="${value}"${chosen.includes(value) ? html` checked` : ''}> ${text}</label>`)}</fieldset>`;
}
