// Content at the desk: what is due and whether it is there, the form, and how each channel will
// show it. Not for saving it: edit.ts.

import { html, raw } from 'hono/html';
import { WEIBO_LONGEST } from '../../content/weibo-text.ts';
import type { Messages } from '../../i18n/index.ts';
import type { Html } from '../../lib/html.ts';
import { instant } from '../../lib/instant.ts';
import { minuteIn } from '../../plan/time.ts';
import type { Release } from '../../plan/types.ts';
import { cardBlock } from '../releases/pages.ts';
import type { ReleaseSummary } from '../releases/summaries.ts';
import type { Principal } from '../shell/desk.ts';
import { csrf, field } from '../shell/frame.ts';
import type { ContentDraft } from './edit.ts';
import type { Version } from './versions.ts';

export function contentMain(cards: readonly ReleaseSummary[], words: Messages): Html {
  const w = words.desk.content;
  return html`<h1>${w.title}</h1><h2>${w.lead}</h2><div class="cards">${cards.map((card) => cardBlock(card, words))}</div>${cards.length === 0 ? html`<p>${words.desk.nothing}</p>` : ''}`;
}

export interface FormView {
  readonly release: Release;
  readonly name: string;
  readonly draft: ContentDraft;
  /** Names what the form is filled in upon. */
  readonly base: string;
  readonly files: readonly string[];
  readonly flaws: readonly string[];
  readonly versions: readonly Version[];
  readonly isPublic: boolean;
  /** What somebody else saved meanwhile. */
  readonly there: ContentDraft | undefined;
  /** Approvals become void by saving, and it was said. */
  readonly sure: boolean;
}

export function formMain(
  { release, name, draft, base, files, flaws, versions, isPublic, there, sure }: FormView,
  who: Principal,
  words: Messages,
): Html {
  const w = words.desk.content;
  const f = w.fields;
  return html`<p><a href="/desk/releases/${release.id}">${words.desk.back}</a></p><h1>${w.title}：${name}</h1>
${isPublic ? html`<p class="message" role="note">${w.publicNotice}</p>` : ''}
${flaws.length > 0 ? html`<div class="message bad" role="alert"><p>${words.desk.release.contentFlawed}</p><ul>${flaws.map((one) => html`<li>${one}</li>`)}</ul></div>` : ''}
${there ? besides(there, words) : ''}<form method="post" action="/desk/content/${release.id}" enctype="multipart/form-data" data-keep>${csrf(who)}<input type="hidden" name="base" value="${base}">${sure ? html`<input type="hidden" name="sure" value="yes">` : ''}<h2>${there ? w.yours : w.form}</h2>
${field({ name: 'title', label: f.title, value: draft.title })}${field({ name: 'summary', label: f.summary, value: draft.summary, type: 'textarea', rows: 2 })}
${field({ name: 'author', label: f.author, value: draft.author })}${field({ name: 'source', label: f.source, value: draft.source })}
${field({ name: 'body', label: f.body, value: draft.body, type: 'textarea', rows: 18 })}${field({ name: 'weibo', label: f.weibo, value: draft.weibo, type: 'textarea', rows: 3 })}
<h2>${w.files}</h2><ul class="files">${files.map((one) => html`<li><a href="/desk/preview/releases/${release.id}/files/${encodeURIComponent(one)}">${one}</a> <label class="check"><input type="checkbox" name="remove" value="${one}"> ${w.remove}<span class="hidden"> ${one}</span></label></li>`)}</ul>
<p class="note">${w.uploadNote}</p><p class="field"><label for="f-upload">${w.upload}</label><input id="f-upload" type="file" name="upload" multiple></p>
<p class="operations"><button class="main">${sure ? w.saveAnyway : words.desk.save}</button><a class="button" href="/desk/content/${release.id}/preview">${words.desk.release.preview}</a></p></form>
${versions.length > 0 ? html`<section><h2>${w.versions}</h2><ul>${versions.map((one) => html`<li>${w.version(minuteIn(instant(one.at), release.timezone), one.digest, one.author)} <form method="post" action="/desk/content/${release.id}/restore" class="inline">${csrf(who)}<input type="hidden" name="version" value="${one.id}"><input type="hidden" name="base" value="${base}"><button>${w.restore}</button></form></li>`)}</ul></section>` : ''}`;
}

/** What lies there now, beside what was typed. */
function besides(there: ContentDraft, words: Messages): Html {
  const w = words.desk.content;
  const lines = Object.entries(there).filter(([, value]) => value !== '');
  return html`<section class="there"><h2>${w.there}</h2>${lines.map(([name, value]) => html`<h3>${w.fields[name as keyof typeof w.fields]}</h3><pre>${value}</pre>`)}</section>`;
}

/** What one channel will show, and what it would refuse. */
export interface ChannelPreview {
  readonly channel: string;
  readonly name: string;
  readonly kind: string;
  readonly refused: readonly string[];
  readonly weibo?: { readonly text: string; readonly length: number } | undefined;
}

export function previewMain(
  release: Release,
  name: string,
  shown: readonly ChannelPreview[],
  flaws: readonly string[],
  words: Messages,
): Html {
  const w = words.desk.preview;
  return html`<p><a href="/desk/releases/${release.id}">${words.desk.back}</a></p><h1>${w.title}：${name}</h1><p>${w.lead}</p>
${flaws.length > 0 ? html`<div class="message bad" role="alert"><p>${w.none}</p><ul>${flaws.map((one) => html`<li>${one}</li>`)}</ul></div>` : ''}
${shown.map((one) => html`<section class="preview"><h2>${one.name}</h2>${one.refused.length > 0 ? html`<div class="message bad"><p>${w.refused}</p><ul>${one.refused.map((line) => html`<li>${line}</li>`)}</ul></div>` : html`<p class="calm">✓ ${w.fine}</p>`}${pictureOf(one, release, words)}</section>`)}`;
}

function pictureOf(one: ChannelPreview, release: Release, words: Messages): Html {
  const w = words.desk.preview;
  const framed = (path: string, size: string): Html =>
    html`<p><a href="${path}" target="_blank" rel="noopener">${w.open}</a></p><iframe class="${size}" src="${path}" title="${one.name} · ${w.title}" loading="lazy"></iframe>`;
  switch (one.kind) {
    case 'website':
      return framed(`/desk/preview/releases/${release.id}/`, 'wide');
    case 'wechat':
      return framed(`/desk/preview/releases/${release.id}/wechat`, 'phone');
    case 'weibo':
      return html`<blockquote class="weibo">${one.weibo?.text ?? ''}</blockquote><p class="note">${w.length(one.weibo?.length ?? 0, WEIBO_LONGEST)}</p>`;
    default:
      return html``;
  }
}

/**
 * An article as WeChat's reader has it: title, account, body as it will be sent, cover in the list.
 */
export function wechatPage(
  item: { title: string; author: string; summary: string; body: string; cover: string },
  bureau: string,
  words: Messages,
): string {
  return String(html`<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${item.title}</title><link rel="stylesheet" href="/desk/assets/wechat.css"></head>
<body><div class="list"><img src="${item.cover}" alt="${words.desk.preview.cover}"><p><strong>${item.title}</strong><br>${item.summary}</p></div><h1>${item.title}</h1><p class="by">${item.author} <span>${bureau}</span></p>${raw(item.body)}</body></html>`);
}
