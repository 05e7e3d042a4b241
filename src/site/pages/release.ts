// The public page of one release. Its body is rendered when it is staged and never changes; what
// stands around it (earlier and later periods, its interpretation) changes with what is public, and
// is put in when an edition is made.

import { html } from 'hono/html';
import type { ChannelItem } from '../../channels/channel.ts';
import { messagesFor } from '../../i18n/index.ts';
import type { Html } from '../../lib/html.ts';
import { instant } from '../../lib/instant.ts';
import { groupBy } from '../../plan/group.ts';
import { minuteIn } from '../../plan/time.ts';
import type { Language, Release, ReleaseId } from '../../plan/types.ts';
import type { PublicRelease, View } from '../calendar-view.ts';
import { DRAWING, type Series } from '../editions/chart.ts';
import { drawingSize } from '../editions/chart-panels.ts';
import {
  folderNameOf,
  nameInLanguage,
  outAt,
  type PublicChange,
  pathOf,
  type ShownRelease,
  type SiteOptions,
} from '../model.ts';
import { latenessOf, releaseName, type Timing, tellDate } from './fragments.ts';
import { layout, trusted, waysUp } from './layout.ts';

/** Where corrections go, and the related releases. */
const TOLD = '<!--told-->';
const RELATED = '<!--related-->';
/** Where it stands when it came out: nobody knows that when it is staged. */
const OUT = '<!--out-->';

/** What goes with the content. */
interface Beside {
  /** Of its date, oldest first. */
  readonly changes: readonly PublicChange[];
  readonly series: Series | undefined;
}

export function releasePage(
  item: ChannelItem,
  release: Release,
  { changes, series }: Beside,
  language: Language,
  options: SiteOptions,
): string {
  const w = messagesFor(language).site;
  const path = pathOf(release);
  const { up, top } = waysUp(path, language);
  const files = language === 'zh' ? 'files/' : `${top}${pathOf(release)}files/`;
  const written = withoutStyles(item.html());
  const body = language === 'zh' ? written : written.replaceAll('src="files/', `src="${files}`);
  const fact = (name: string, value: string | undefined) =>
    value ? html`<dt>${name}</dt><dd>${value}</dd>` : '';
  const main = html`<article><h1>${item.title}</h1>${trusted(TOLD)}
<dl class="facts">${trusted(OUT)}${fact(w.indicator, release.indicator && nameInLanguage(release.name, language))}${fact(w.period, release.period === undefined ? undefined : w.periodName(release.period))}${fact(w.category, release.settings.category)}${fact(w.source, item.source)}${fact(w.author, item.author)}${fact(w.briefing, release.briefing)}${changes.map((change) => html`<dt>${w.changes}</dt><dd>${tellDate(change, release.timezone, w)}</dd>`)}</dl>
${beginsWith(body, item.summary) ? '' : html`<p class="summary">${item.summary}</p>`}
${trusted(body)}
${series ? figure(series, item.title, files, language) : ''}
${item.attachments.length > 0 ? html`<h2>${w.attachments}</h2><ul>${item.attachments.map((file) => html`<li><a href="${files}${encodeURIComponent(file.name)}">${file.name}</a>（${Math.ceil(file.bytes / 1024)} kB）</li>`)}</ul>` : ''}
${trusted(RELATED)}
<p><a href="${up}">${w.back}</a></p></article>`;
  const data = {
    '@context': 'https://schema.org',
    '@type': 'Dataset',
    name: item.title,
    description: item.summary,
    url: `${options.publicUrl}${path}`,
    datePublished: new Date(release.due).toISOString(),
    inLanguage: 'zh-CN',
    creator: { '@type': 'GovernmentOrganization', name: nameInLanguage(options.bureau, language) },
    isAccessibleForFree: true,
    ...(item.attachments.length > 0
      ? {
          distribution: item.attachments.map((file) => ({
            '@type': 'DataDownload',
            name: file.name,
            encodingFormat: file.type,
            contentUrl: `${options.publicUrl}${path}files/${encodeURIComponent(file.name)}`,
          })),
        }
      : {}),
  };
  return layout({ title: item.title, language, path, options, main, data });
}

/** Columns keep to their side by a class: the site's own policy allows no styles in pages. */
const withoutStyles = (body: string): string =>
  body.replaceAll(/(<t[dh]\b[^>]*) style="text-align:(left|right|center);?"/g, '$1 class="$2"');

/** Whether a text's first words are its summary, as where nobody wrote one: it is not said twice. */
function beginsWith(body: string, summary: string): boolean {
  const words = (text: string): string => text.replaceAll(/<[^>]*>|\s/g, '');
  return words(body).startsWith(words(String(html`${summary}`)).replace(/…$/, ''));
}

/** The drawing, and the figures that it shows. */
function figure(
  { headings, rows }: Series,
  title: string,
  files: string,
  language: Language,
): Html {
  const w = messagesFor(language).site;
  const [first = '', ...names] = headings;
  const { width, height } = drawingSize(headings);
  return html`<figure><img src="${files}${DRAWING}" width="${width}" height="${height}" alt="${w.chartOf(title, names)}"><figcaption><details><summary>${w.figures}</summary><div class="scroll" tabindex="0" role="region" aria-label="${w.figures}"><table><thead><tr><th scope="col">${first}</th>${names.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${rows.map((row) => html`<tr><th scope="row">${row[0] ?? ''}</th>${row.slice(1).map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div></details></figcaption></figure>`;
}

/** Another release, and what it is to this one. */
export interface Related {
  readonly what: 'earlier' | 'later' | 'interprets' | 'interpretedBy';
  readonly one: PublicRelease;
}

/** The releases around each that is public, as far as they are public. */
export function relatedIn(view: View): Map<ReleaseId, Related[]> {
  const found = new Map<ReleaseId, Related[]>();
  const add = (to: PublicRelease, what: Related['what'], one: PublicRelease): void => {
    found.set(to.release.id, [...(found.get(to.release.id) ?? []), { what, one }]);
  };
  const out = view.releases.filter(({ shown }) => shown !== undefined);
  const rows = groupBy(
    out.filter(({ release }) => release.indicator !== undefined),
    ({ release }) => `${release.indicator ?? ''} ${release.follows === undefined}`,
  );
  for (const row of rows.values())
    row.forEach((one, index) => {
      const [before, after] = [row[index - 1], row[index + 1]];
      if (before) add(one, 'earlier', before);
      if (after) add(one, 'later', after);
    });
  for (const one of out) {
    const parent =
      one.release.follows === undefined ? undefined : view.byId.get(one.release.follows);
    if (!parent?.shown) continue;
    add(one, 'interprets', parent);
    add(parent, 'interpretedBy', one);
  }
  return found;
}

/** The page with its related releases. */
export function withRelated(
  page: string,
  one: PublicRelease,
  related: readonly Related[],
  language: Language,
): string {
  const { release, shown } = one;
  const w = messagesFor(language).site;
  const { up } = waysUp(pathOf(release), language);
  const indicator = release.indicator
    ? html`<dt>${w.indicator}</dt><dd><a href="${up}indicators/${folderNameOf(release.indicator)}/">${nameInLanguage(release.name, language)} · ${w.allPeriods}</a></dd>`
    : '';
  const list = html`<dl class="facts">${indicator}${related.map(({ what, one: other }) => html`<dt>${w[what]}</dt><dd><a href="${up}${pathOf(other.release)}">${other.shown?.title ?? releaseName(other.release, language)}</a></dd>`)}</dl>`;
  return dated(page, shown, one, language)
    .replace(RELATED, () => (release.indicator || related.length > 0 ? String(list) : ''))
    .replace(TOLD, () => correctionsOf(shown, release, language));
}

/** What was corrected, when and why, with the version before it. */
function correctionsOf(
  shown: ShownRelease | undefined,
  { id, timezone }: Release,
  language: Language,
): string {
  const w = messagesFor(language).site;
  const told = (shown?.corrections ?? [])
    .map(({ at, reason }, index) => ({
      said: w.correction(minuteIn(instant(at), timezone), reason),
      version: index + 1,
    }))
    .reverse();
  if (told.length === 0) return '';
  return String(
    html`<ul class="corrections">${told.map(({ said, version }) => html`<li><span class="tag corrected"><span class="mark" aria-hidden="true">✎</span>${w.status('corrected')}</span> ${said} · <a href="../${folderNameOf(id)}.v${version}/">${w.before}</a></li>`)}</ul>`,
  );
}

/** A version that was corrected: marked, and leading to the present one. @param version from 1 */
export function oldVersion(
  page: string,
  one: PublicRelease,
  version: number,
  language: Language,
): string {
  const { release, shown } = one;
  const w = messagesFor(language).site;
  const at = shown?.corrections?.[version - 1]?.at ?? 0;
  const told = html`<p class="corrections" role="note">${w.oldVersion(minuteIn(instant(at), release.timezone))} <a href="../${folderNameOf(release.id)}/">${w.newest}</a></p>`;
  return dated(page, shown, one, language)
    .replace(RELATED, '')
    .replace(TOLD, () => String(told));
}

/** The page of a release that is in no plan any more: nothing is around it. */
export function withoutSurroundings(
  page: string,
  shown: ShownRelease,
  timezone: string,
  language: Language,
): string {
  return dated(page, shown, { release: { timezone } }, language)
    .replace(RELATED, '')
    .replace(TOLD, '');
}

/** The page with the time at which it came out, and that it was late where it was. */
function dated(
  page: string,
  shown: ShownRelease | undefined,
  timing: Timing,
  language: Language,
): string {
  if (!shown) return page.replace(OUT, '');
  const late = latenessOf(shown, timing, language);
  const at = minuteIn(outAt(shown), timing.release.timezone);
  const w = messagesFor(language).site;
  const said = late ? w.outLate(at, late) : at;
  return page
    .replace(OUT, () => String(html`<dt>${w.releasedAt}</dt><dd>${said}</dd>`))
    .replace(/"datePublished":"[^"]*"/, `"datePublished":"${new Date(shown.since).toISOString()}"`);
}

/**
 * What stands where a release was withdrawn: that it was, when and why.
 * @param release undefined where it is in no plan any more
 */
export function tombstone(
  { id, name, withdrawn }: ShownRelease,
  release: Release | undefined,
  timezone: string,
  language: Language,
  options: SiteOptions,
): string {
  const w = messagesFor(language).site;
  const path = pathOf({ id });
  const { at = 0, reason = '' } = withdrawn ?? {};
  const title = release ? releaseName(release, language) : nameInLanguage(name, language);
  const when = minuteIn(instant(at), release?.timezone ?? timezone);
  const main = html`<article><h1>${title}</h1><p class="corrections" role="note"><span class="tag withdrawn"><span class="mark" aria-hidden="true">⊘</span>${w.status('withdrawn')}</span> ${w.withdrawnOn(when, reason)}</p><p><a href="${waysUp(path, language).up}">${w.back}</a></p></article>`;
  return layout({ title, language, path, options, main });
}
