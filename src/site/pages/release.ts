// The public page of one release. Rendered when it is staged, public from its due instant on.
import { html } from 'hono/html';
import type { Item } from '../../channels/channel.ts';
import { minuteIn } from '../../plan/time.ts';
import type { Language, Release } from '../../plan/types.ts';
import { wordsOf } from '../../words/index.ts';
import type { PublicChange, SiteOptions } from '../model.ts';
import { nameIn } from '../model.ts';
import { tellDate } from './calendar.ts';
import { layout, trusted } from './layout.ts';

/** @param changes of its date, oldest first */
export function releasePage(item: Item, release: Release, changes: readonly PublicChange[], language: Language, options: SiteOptions): string {
  const w = wordsOf(language).site;
  const files = language === 'zh' ? 'files/' : `../../../releases/${release.id}/files/`;
  const body = language === 'zh' ? item.html() : item.html().replaceAll('src="files/', `src="${files}`);
  const fact = (name: string, value: string | undefined) => (value ? html`<dt>${name}</dt><dd>${value}</dd>` : '');
  const main = html`<article><h1>${item.title}</h1>
<dl class="facts">${fact(w.releasedAt, minuteIn(release.due, release.timezone))}${fact(w.indicator, nameIn(release.name, language))}${fact(w.period, release.period === undefined ? undefined : w.periodName(release.period))}${fact(w.category, release.settings.category)}${fact(w.source, item.source)}${fact(w.author, item.author)}${fact(w.briefing, release.briefing)}${changes.map((change) => html`<dt>${w.changes}</dt><dd>${tellDate(change, release.timezone, w)}</dd>`)}</dl>
<p class="summary">${item.summary}</p>
${trusted(body)}
${item.attachments.length > 0 ? html`<h2>${w.attachments}</h2><ul>${item.attachments.map((file) => html`<li><a href="${files}${encodeURIComponent(file.name)}">${file.name}</a>（${Math.ceil(file.bytes / 1024)} kB）</li>`)}</ul>` : ''}
<p><a href="../../">${w.back}</a></p></article>`;
  return layout({
    title: item.title,
    language,
    root: '../../',
    style: language === 'zh' ? '../../style.css' : '../../../style.css',
    other: language === 'zh' ? `../../en/releases/${release.id}/` : `../../../releases/${release.id}/`,
    options,
    main,
  });
}
