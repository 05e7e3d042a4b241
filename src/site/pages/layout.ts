// The frame of every public page, and its one style sheet. Static, no third-party request; nothing
// needs the script. Not for any page's own content.

import { html, raw } from 'hono/html';
import { messagesFor } from '../../i18n/index.ts';
import type { Html } from '../../lib/html.ts';
import type { Language } from '../../plan/types.ts';
import { nameInLanguage, type SiteOptions } from '../model.ts';
import type { Theme } from '../theme.ts';

/**
 * One page: where it stands below the site's root of its language, e.g. `indicators/cpi/`, and what
 * is in it.
 */
export interface Page {
  readonly title: string;
  readonly language: Language;
  readonly path: string;
  readonly options: SiteOptions;
  readonly main: Html;
  /** Schema.org data about it. */
  readonly data?: object | undefined;
  /** More of the site's own scripts than `site.js`. */
  readonly scripts?: readonly string[];
  /** Where it stands, if it can be read at other addresses too. */
  readonly canonical?: string | undefined;
  /** Read at any address, so that no link may be relative. */
  readonly anywhere?: boolean;
}

/** The way from a page up to its language's root, and to the site's; empty where that is here. */
export function waysUp(path: string, language: Language): { up: string; top: string } {
  const up = '../'.repeat(path.split('/').length - 1);
  return { up, top: language === 'en' ? `${up}../` : up };
}

/** The site's own promise to a browser, for hosts that send no header of their own. */
export const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'";

/** Wraps a page. Static; the script only adds to what is there. */
export function layout({ title, data, ...page }: Page): string {
  return wrap({
    ...page,
    title: html`${title}`,
    data: data && JSON.stringify(data).replaceAll('<', '\\u003c'),
  });
}

/** @param title as HTML @param data as it stands in the page */
function wrap({
  title,
  language,
  path,
  options,
  main,
  data,
  canonical,
  scripts = [],
  anywhere = false,
}: Omit<Page, 'title' | 'data'> & {
  readonly title: Html;
  readonly data: string | undefined;
}): string {
  const words = messagesFor(language);
  const w = words.site;
  const bureau = nameInLanguage(options.bureau, language);
  const { publicUrl, theme } = options;
  const { up, top } = anywhere
    ? { up: `${publicUrl}${language === 'en' ? 'en/' : ''}`, top: publicUrl }
    : waysUp(path, language);
  const other = language === 'en' ? `${top}${path}` : `${top}en/${path}`;
  const here = (to: string): Html => (path === to ? html` aria-current="page"` : html``);
  const link = (to: string, text: string): Html =>
    html`<a href="${`${up}${to}` || './'}"${here(to)}>${text}</a>`;
  return String(html`<!doctype html>
<html lang="${words.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${raw(POLICY)}">
<title>${title} · ${bureau}</title>
${canonical === undefined ? '' : html`<link rel="canonical" href="${canonical}">`}<link rel="icon" href="${top}favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${top}style.css">
<link rel="alternate" hreflang="${w.otherLang}" href="${other}">
<link rel="alternate" type="application/atom+xml" title="${w.latest}" href="${up}atom.xml">
<link rel="alternate" type="application/feed+json" title="${w.latest}" href="${up}feed.json">
<link rel="alternate" type="text/calendar" title="${w.calendar}" href="${up}calendar.ics">
${data ? html`<script type="application/ld+json">${raw(data)}</script>` : ''}
${['site.js', ...scripts].map((name) => html`<script type="module" src="${top}${name}"></script>`)}
</head>
<body>
<a class="skip" href="#main">${w.skip}</a>
${exampleNote(options, language)}
<header><div class="wrap"><a class="bureau" href="${up || './'}">${theme?.emblem ? html`<img class="emblem" src="${top}${theme.emblem.name}" alt=""> ` : ''}${bureau}</a><nav aria-label="${w.navigation}">${link('', w.calendar)}${link('indicators/', w.indicators)}${link('changes/', w.changes)}${link('notices/', w.notices)}${link('search/', w.search)}${link('subscribe/', w.subscribe)}${theme?.links.map((one) => html`<a href="${one.url}">${nameInLanguage(one.name, language)}</a>`) ?? ''}<a href="${other}" lang="${w.otherLang}" hreflang="${w.otherLang}">${w.other}</a></nav></div></header>
<main id="main" class="wrap" tabindex="-1">
${main}
</main>
<footer><div class="wrap">${bureau} · <a href="${up}punctuality/">${w.punctuality}</a> · <a href="${top}calendar.json">${w.data}</a>${footOf(theme, language)}</div></footer>
</body>
</html>
`);
}

/**
 * That what is on the page is an example: the figures on it, or its dates by what the plan says.
 */
function exampleNote({ sample, examples }: SiteOptions, language: Language): Html {
  const w = messagesFor(language).site;
  const said = sample ? w.sample : examples ? w.examples(examples) : '';
  return said === '' ? html`` : html`<p class="sample" role="note">${said}</p>`;
}

/**
 * Where a site's records are looked up: the link that goes with an ICP number and with a public
 * security number.
 */
const RECORDS = { icp: 'https://beian.miit.gov.cn/', gongan: 'https://beian.mps.gov.cn/' };

/** What a government site says of itself at the foot of each page. */
function footOf(theme: Theme | undefined, language: Language): Html {
  if (!theme) return html``;
  const w = messagesFor(language).site.foot;
  const { foot, sponsor, contact, icp, gongan, siteId } = theme;
  const lines = [
    foot.map((one) => html`<a href="${one.url}">${nameInLanguage(one.name, language)}</a>`),
    [
      ...(sponsor ? [html`${w.sponsor}${nameInLanguage(sponsor, language)}`] : []),
      ...(contact ? [html`${w.contact}${nameInLanguage(contact, language)}`] : []),
    ],
    [
      ...(icp ? [html`<a href="${RECORDS.icp}">${icp}</a>`] : []),
      ...(gongan ? [html`<a href="${RECORDS.gongan}">${gongan}</a>`] : []),
      ...(siteId ? [html`${w.siteId}${siteId}`] : []),
    ],
  ].filter((line) => line.length > 0);
  return html`${lines.map((line) => html`<p>${line.map((one, at) => html`${at === 0 ? '' : ' · '}${one}`)}</p>`)}`;
}

/**
 * A page that was made before, its main part and its data in the frame that pages have now; as it
 * is where it has none that we know.
 */
export function reframed(page: string, about: Pick<Page, 'language' | 'path' | 'options'>): string {
  const [from, to] = [page.indexOf(MAIN), page.lastIndexOf(END_OF_MAIN)];
  if (from < 0 || to < 0) return page;
  const title = between(page, '<title>', '</title>') ?? '';
  return wrap({
    ...about,
    // The bureau's name stands after it.
    title: trusted(title.slice(0, Math.max(0, title.lastIndexOf(' · ')))),
    main: trusted(page.slice(from + MAIN.length, to)),
    data: between(page, '<script type="application/ld+json">', '</script>'),
  });
}

function between(page: string, before: string, after: string): string | undefined {
  const from = page.indexOf(before);
  const to = page.indexOf(after, from);
  return from < 0 || to < 0 ? undefined : page.slice(from + before.length, to);
}

const MAIN = '<main id="main" class="wrap" tabindex="-1">\n';
const END_OF_MAIN = '\n</main>';

export const trusted = (text: string): Html => raw(text) as Html;

/** The colour of a page's head where the theme says none. */
export const DEEP = '#0b3a63';
export const STYLE = `:root { --ink: #16212e; --soft: #526173; --line: #d5dde6; --paper: #ffffff;
 --wash: #f3f6f9; --brand: #0b4f8a; --deep: #0b3a63; --gold: #8a5a00; --good: #14633a;
 --bad: #9b1c1c; color-scheme: light dark; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7edf4; --soft: #a9b7c6; --line: #344355;
 --paper: #111a24; --wash: #1a2632; --brand: #7db8ee; --deep: #0a2a47; --gold: #e6b65c;
 --good: #6fcf97; --bad: #ff9b94; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
 font: 16px/1.7 "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", system-ui, sans-serif;
 }
.wrap { max-width: 1180px; margin: 0 auto; padding: 0 20px; }
a { color: var(--brand); text-underline-offset: 3px; }
a:focus-visible { outline: 3px solid var(--gold); outline-offset: 2px; }
.skip { position: absolute; left: -999px; } .skip:focus { left: 8px; top: 8px;
 background: var(--paper); padding: 8px; }
p.sample { margin: 0; padding: 6px 20px; background: #7a4b00; color: #ffffff; text-align: center;
 font-weight: 600; }
header { background: var(--deep); } header .wrap { display: flex; flex-wrap: wrap; gap: 4px 24px;
 align-items: baseline; padding-top: 14px; padding-bottom: 14px; }
header a { color: #ffffff; text-decoration: none; } header a:hover { text-decoration: underline; }
 header .bureau { font-size: 20px; font-weight: 700; letter-spacing: 0.04em; margin-right: auto; }
 header nav a { margin-left: 20px; white-space: nowrap; }
header .emblem { height: 1.6em; vertical-align: -0.4em; } footer p { margin: 6px 0 0; }
footer { border-top: 1px solid var(--line); margin-top: 56px; padding: 18px 0 32px;
 color: var(--soft); font-size: 14px; }
h1 { font-size: 30px; line-height: 1.35; margin: 32px 0 8px; } h2 { font-size: 21px;
 margin: 40px 0 12px; padding-left: 12px; border-left: 5px solid var(--brand); }
.lead { color: var(--soft); margin: 0 0 20px; }
.next { display: flex; flex-wrap: wrap; gap: 8px 40px; align-items: center; background: var(--wash);
 border: 1px solid var(--line); border-left: 6px solid var(--brand); padding: 18px 24px;
 margin: 20px 0; }
.next .when { font-size: 26px; font-weight: 700; font-variant-numeric: tabular-nums; } .next ul {
 margin: 0; padding-left: 1.2em; } .next .label { display: block; color: var(--soft);
 font-size: 14px; }
.columns { display: grid; grid-template-columns: 1fr 1fr; gap: 0 48px; }
ul.list { list-style: none; margin: 0; padding: 0; } ul.list li { display: flex; gap: 4px 16px;
 padding: 9px 0; border-bottom: 1px solid var(--line); flex-wrap: wrap; } ul.list time {
 color: var(--soft); font-variant-numeric: tabular-nums; min-width: 9.5em; white-space: nowrap; }
 ul.list .what { flex: 1 1 12em; }
.tag { font-size: 13px; padding: 0 8px; border: 1px solid currentColor; border-radius: 3px;
 white-space: nowrap; align-self: center; }
.published { color: var(--good); } .confirmed { color: var(--brand); } .provisional {
 color: var(--soft); border-style: dashed; }
 .postponed, .brought-forward, .tag.sample, .mark.sample { color: var(--gold); } .tag.sample {
 border-style: dashed; } .cancelled { color: var(--bad); } .cancelled del {
 text-decoration: line-through; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; } th, td {
 border: 1px solid var(--line); padding: 7px 9px; text-align: center; vertical-align: top; } th {
 background: var(--wash); font-weight: 600; }
.matrix { font-size: 14px; line-height: 1.45; min-width: 1000px; } .matrix th[scope=row] {
 text-align: left; } .matrix th:first-child { min-width: 13em; } .matrix td { width: 6.2%; }
 .matrix .day { font-weight: 700; font-size: 15px; } .matrix small { display: block;
 color: var(--soft); font-size: 12px; } .matrix td .mark { font-size: 12px; display: block; }
 .matrix td.none { color: var(--soft); } .matrix a { text-decoration: none; } .matrix a:hover {
 text-decoration: underline; } .matrix th[aria-current] { box-shadow: inset 0 -3px var(--brand); }
 .matrix th .note { display: block; font-weight: 400; color: var(--soft); font-size: 12px; }
article { max-width: 46em; } article pre { overflow-x: auto; } article img { max-width: 100%;
 height: auto; } article table { margin: 16px 0; } article td:not(:first-child) { text-align: right;
 } article blockquote { margin: 16px 0; padding: 8px 16px; background: var(--wash);
 border-left: 4px solid var(--line); }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: 4px 20px;
 margin: 16px 0 28px; padding: 14px 18px; background: var(--wash); border: 1px solid var(--line); }
 dl.facts dt { color: var(--soft); } dl.facts dd { margin: 0; }
.summary { font-size: 18px; border-left: 4px solid var(--gold); padding-left: 14px; }
.tag .mark { margin-right: 4px; } .corrected { color: var(--gold); } .withdrawn, .delayed {
 color: var(--bad); }
nav a[aria-current] { text-decoration: underline; text-decoration-thickness: 3px; }
.rows { table-layout: fixed; min-width: 640px; } .rows th:first-child { width: 11.5em; }
 .rows th:nth-child(3) { width: 8em; } .rows th:nth-child(4) { width: 8.5em; } .rows.moves th {
 width: auto; } .rows td { text-align: left; } .rows td.when { white-space: nowrap; }
 .rows caption, .month caption { text-align: left; font-weight: 700; padding: 8px 0; }
.years { display: flex; flex-wrap: wrap; gap: 6px 16px; margin: 8px 0 16px; padding: 0;
 list-style: none; }
form.filters { display: flex; flex-wrap: wrap; gap: 10px 18px; align-items: end;
 background: var(--wash); border: 1px solid var(--line); padding: 14px 18px; margin: 16px 0; }
 form.filters[hidden] { display: none; }
label { display: block; font-size: 14px; color: var(--soft); } label select, label input {
 display: block; } select, input[type=search] { font: inherit; color: var(--ink);
 background: var(--paper); border: 1px solid var(--soft); border-radius: 4px; padding: 6px 8px;
 min-height: 40px; max-width: 100%; } button { font: inherit; min-height: 40px; padding: 6px 18px;
 border: 0; border-radius: 4px; background: var(--deep); color: #ffffff; }
select:focus-visible, input:focus-visible, button:focus-visible, [tabindex]:focus-visible {
 outline: 3px solid var(--gold); outline-offset: 2px; }
.month { table-layout: fixed; } .month td { height: 6.5em; text-align: left; padding: 4px 6px;
 overflow-wrap: anywhere; } .month .day { font-weight: 700; } .month .out { background: var(--wash);
 } .month ul { list-style: none; margin: 4px 0 0; padding: 0; font-size: 13px; line-height: 1.4; }
 .month li { margin-bottom: 4px; } .month .weekday { display: none; }
.pager { display: flex; justify-content: space-between; gap: 16px; flex-wrap: wrap; margin: 20px 0;
 }
.countdown { display: block; color: var(--soft); font-variant-numeric: tabular-nums; }
figure { margin: 24px 0; } figure img { border: 1px solid var(--line); background: #ffffff; }
.corrections { margin: 12px 0; padding: 12px 18px; list-style: none; background: var(--wash);
 border-left: 6px solid var(--gold); }
.late { margin: 20px 0; padding: 4px 24px 12px; background: var(--wash);
 border: 1px solid var(--line); border-left: 6px solid var(--bad); } .late h2 { margin: 16px 0 4px;
 padding: 0; border: 0; color: var(--bad); } .late .lead { margin: 0 0 8px; } .late .banner {
 margin: 12px 0 0; font-size: 20px; } .late .note { align-self: center; }
.button { display: inline-block; padding: 8px 22px; border-radius: 4px; background: var(--deep);
 color: #ffffff; text-decoration: none; font-weight: 600; } .steps .number { fill: var(--paper); }
 .steps { max-width: 580px; width: 100%; height: auto; color: var(--brand); } code {
 overflow-wrap: anywhere; } details li { margin: 4px 0; }
.note { color: var(--soft); font-size: 14px; } mark { background: #ffe08a; color: #16212e; }
@media (max-width: 720px) { .matrix { min-width: 900px; } .matrix th:first-child { position: sticky;
 left: 0; z-index: 1; min-width: 7.5em; } .month, .month tbody, .month tr, .month td {
 display: block; } .month caption, .month thead, .month .out, .month .none { display: none; }
 .month td { height: auto; border: 0; border-bottom: 1px solid var(--line); padding: 8px 0; }
 .month .weekday { display: inline; font-weight: 400; color: var(--soft); } .month ul {
 font-size: 15px; } h1 { font-size: 24px; } .columns { grid-template-columns: 1fr; } header nav {
 display: flex; flex-wrap: wrap; gap: 4px 16px; } header nav a { margin-left: 0; }
 .rows:not(.moves) { min-width: 0; font-size: 15px; } .rows:not(.moves) th:first-child {
 width: 6.5em; } .rows:not(.moves) th:nth-child(3), .rows:not(.moves) td:nth-child(3) {
 display: none; } .rows:not(.moves) th:nth-child(4) { width: 6.5em; } .rows td.when {
 white-space: normal; } }
@media print { header, footer, .skip, .filters, .pager, .next .countdown { display: none; } body {
 font-size: 11px; background: #ffffff; color: #000000; } .wrap { max-width: none; padding: 0; }
 .scroll { overflow: visible; } .matrix { min-width: 0; font-size: 8.5px; line-height: 1.25; }
 .matrix th, .matrix td { padding: 2px 3px; } .matrix th:first-child { position: static;
 min-width: 9em; } .matrix .day { font-size: 9px; }
 .matrix small, .matrix td .mark, .matrix th[aria-current] { box-shadow: inset 0 -3px var(--brand);
 } .matrix th .note { font-size: 7.5px; } tr { break-inside: avoid; } a { color: inherit;
 text-decoration: none; } @page { size: A4 landscape; margin: 10mm; } }
`;
