// The frame of every public page, and its one style sheet. Static, no third-party request; nothing
// needs the script. Not for any page's own content.

import { readFileSync } from 'node:fs';
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
export const STYLE = readFileSync(new URL('../public/style.css', import.meta.url), 'utf8');
