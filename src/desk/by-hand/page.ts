// What is to be copied: title, summary and text each in a field of its own, pictures and attachments
// as files. Not for the address: routes.ts.
import { html } from 'hono/html';
import type { ChannelItem } from '../../channels/channel.ts';
import type { Messages } from '../../i18n/index.ts';
import type { Html } from '../../lib/html.ts';
import { minuteIn } from '../../plan/time.ts';
import type { Release } from '../../plan/types.ts';
import { titled } from '../../site/names.ts';
import type { Principal } from '../shell/desk.ts';

export function copyMain(
  {
    release,
    channel,
    item,
    isDue,
    isOpen,
  }: {
    readonly release: Release;
    readonly channel: string;
    readonly item: ChannelItem | undefined;
    readonly isDue: boolean;
    /** Nobody has said yet that it is done. */
    readonly isOpen: boolean;
  },
  who: Principal,
  words: Messages,
): Html {
  const w = words.manual;
  const files = item ? [...item.pictures, ...item.attachments] : [];
  const head = html`<p><a href="/desk/releases/${release.id}">${words.desk.back}</a></p><h1>${w.pageTitle(words.channel(channel))}：${titled(release, words)}</h1>
${isDue ? (isOpen ? html`<p class="message good">${w.due}</p>` : '') : html`<p class="message bad">${w.embargo(minuteIn(release.due, release.timezone))}</p>`}`;
  if (!item) return html`${head}<p>${w.none}</p>`;
  return html`${head}${copyField('title', w.title, item.title, 1, words)}${copyField('summary', w.summary, item.summary, 3, words)}${copyField('text', w.text, item.plainText(), 20, words)}${copyField('link', w.link, item.url, 1, words)}
${files.length > 0 ? html`<section><h2>${w.files}</h2><ul>${files.map(({ name }) => html`<li><a href="/desk/preview/releases/${release.id}/files/${encodeURIComponent(name)}" download="${name}">${name}</a></li>`)}</ul></section>` : ''}
${isDue && isOpen && who.may.has('operate') ? html`<p class="operations"><a class="button main" href="/desk/releases/${release.id}/done">${words.desk.operations.done}</a></p>` : ''}`;
}

/** Selected as a whole by whoever clicks into it; the button is there where a script can copy. */
function copyField(name: string, label: string, text: string, rows: number, words: Messages): Html {
  const { copy, copied } = words.manual;
  return html`<p class="field"><label for="f-${name}">${label}</label><textarea id="f-${name}" rows="${rows}" readonly>${text}</textarea><button type="button" class="copy" hidden data-copies="f-${name}" data-copied="${copied}">${copy}</button></p>`;
}
