// The frame of every public page, and its one style sheet. Static, no script, no third-party request.
import { html, raw } from 'hono/html';
import type { Language } from '../../plan/types.ts';
import { wordsOf } from '../../words/index.ts';
import type { SiteOptions } from '../model.ts';
import { nameIn } from '../model.ts';

export type Html = ReturnType<typeof html>;

/** Wraps a page. `root` leads to the site's root in this language, `other` to this page in the other language. */
export function layout(page: {
  title: string;
  language: Language;
  root: string;
  style: string;
  other: string;
  options: SiteOptions;
  main: Html;
}): string {
  const { language, options } = page;
  const words = wordsOf(language);
  const bureau = nameIn(options.bureau, language);
  return String(html`<!doctype html>
<html lang="${words.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title} · ${bureau}</title>
<link rel="stylesheet" href="${page.style}">
</head>
<body>
<a class="skip" href="#main">${words.site.skip}</a>
${options.sample ? html`<p class="sample" role="note">${words.site.sample}</p>` : ''}
<header><div class="wrap"><a class="bureau" href="${page.root}">${bureau}</a><nav><a href="${page.root}">${words.site.calendar}</a><a href="${page.other}" lang="${words.site.otherLang}" hreflang="${words.site.otherLang}">${words.site.other}</a></nav></div></header>
<main id="main" class="wrap">
${page.main}
</main>
<footer><div class="wrap">${bureau} · <a href="${page.root === './' ? '' : page.root}${language === 'en' ? '../' : ''}calendar.json">${words.site.data}</a></div></footer>
</body>
</html>
`);
}

export const trusted = (text: string): Html => raw(text) as Html;

export const STYLE = `:root { --ink: #16212e; --soft: #526173; --line: #d5dde6; --paper: #ffffff; --wash: #f3f6f9; --brand: #0b4f8a; --deep: #0b3a63; --gold: #8a5a00; --good: #14633a; --bad: #9b1c1c; color-scheme: light dark; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7edf4; --soft: #a9b7c6; --line: #344355; --paper: #111a24; --wash: #1a2632; --brand: #7db8ee; --deep: #0a2a47; --gold: #e6b65c; --good: #6fcf97; --bad: #ff9b94; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.7 "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", system-ui, sans-serif; }
.wrap { max-width: 1180px; margin: 0 auto; padding: 0 20px; }
a { color: var(--brand); text-underline-offset: 3px; }
a:focus-visible { outline: 3px solid var(--gold); outline-offset: 2px; }
.skip { position: absolute; left: -999px; } .skip:focus { left: 8px; top: 8px; background: var(--paper); padding: 8px; }
.sample { margin: 0; padding: 6px 20px; background: #7a4b00; color: #ffffff; text-align: center; font-weight: 600; }
header { background: var(--deep); } header .wrap { display: flex; flex-wrap: wrap; gap: 4px 24px; align-items: baseline; padding-top: 14px; padding-bottom: 14px; }
header a { color: #ffffff; text-decoration: none; } header a:hover { text-decoration: underline; } header .bureau { font-size: 20px; font-weight: 700; letter-spacing: 0.04em; margin-right: auto; } header nav a { margin-left: 20px; }
footer { border-top: 1px solid var(--line); margin-top: 56px; padding: 18px 0 32px; color: var(--soft); font-size: 14px; }
h1 { font-size: 30px; line-height: 1.35; margin: 32px 0 8px; } h2 { font-size: 21px; margin: 40px 0 12px; padding-left: 12px; border-left: 5px solid var(--brand); }
.lead { color: var(--soft); margin: 0 0 20px; }
.next { display: flex; flex-wrap: wrap; gap: 8px 40px; align-items: center; background: var(--wash); border: 1px solid var(--line); border-left: 6px solid var(--brand); padding: 18px 24px; margin: 20px 0; }
.next .when { font-size: 26px; font-weight: 700; font-variant-numeric: tabular-nums; } .next ul { margin: 0; padding-left: 1.2em; } .next .label { display: block; color: var(--soft); font-size: 14px; }
.columns { display: grid; grid-template-columns: 1fr 1fr; gap: 0 48px; }
ul.list { list-style: none; margin: 0; padding: 0; } ul.list li { display: flex; gap: 4px 16px; padding: 9px 0; border-bottom: 1px solid var(--line); flex-wrap: wrap; } ul.list time { color: var(--soft); font-variant-numeric: tabular-nums; min-width: 9.5em; white-space: nowrap; } ul.list .what { flex: 1 1 12em; }
.tag { font-size: 13px; padding: 0 8px; border: 1px solid currentColor; border-radius: 3px; white-space: nowrap; align-self: center; }
.published { color: var(--good); } .confirmed { color: var(--brand); } .provisional { color: var(--soft); border-style: dashed; } .postponed, .brought-forward { color: var(--gold); } .cancelled { color: var(--bad); } .cancelled del { text-decoration: line-through; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; } th, td { border: 1px solid var(--line); padding: 7px 9px; text-align: center; vertical-align: top; } th { background: var(--wash); font-weight: 600; }
.matrix { font-size: 14px; line-height: 1.45; min-width: 1000px; } .matrix th[scope=row] { text-align: left; min-width: 13em; } .matrix td { width: 6.2%; } .matrix .day { font-weight: 700; font-size: 15px; } .matrix small { display: block; color: var(--soft); font-size: 12px; } .matrix td .mark { font-size: 12px; display: block; } .matrix td.none { color: var(--soft); } .matrix a { text-decoration: none; } .matrix a:hover { text-decoration: underline; } .matrix th .note { display: block; font-weight: 400; color: var(--soft); font-size: 12px; }
article { max-width: 46em; } article img { max-width: 100%; height: auto; } article table { margin: 16px 0; } article td:not(:first-child) { text-align: right; } article blockquote { margin: 16px 0; padding: 8px 16px; background: var(--wash); border-left: 4px solid var(--line); }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: 4px 20px; margin: 16px 0 28px; padding: 14px 18px; background: var(--wash); border: 1px solid var(--line); } dl.facts dt { color: var(--soft); } dl.facts dd { margin: 0; }
.summary { font-size: 18px; border-left: 4px solid var(--gold); padding-left: 14px; }
@media (max-width: 720px) { h1 { font-size: 24px; } .columns { grid-template-columns: 1fr; } header nav a:first-child { margin-left: 0; } }
@media print { header, footer, .skip { display: none; } .matrix { min-width: 0; font-size: 10px; } @page { size: A4 landscape; } }
`;
