// The page of channels and letters. Not for asking a channel: channels.ts.

import { html } from 'hono/html';
import { MAIL, type Person } from '../../alerts/recipients.ts';
import type { Messages } from '../../i18n/index.ts';
import { SEVERITIES } from '../../ledger/incident.ts';
import type { PreflightNote } from '../../ledger/preflight-notes.ts';
import type { Html } from '../../lib/html.ts';
import { instant } from '../../lib/instant.ts';
import { minuteIn } from '../../plan/time.ts';
import type { Principal } from '../shell/desk.ts';
import { csrf } from '../shell/frame.ts';
import type { ChannelSummary, OtherAccount } from './channels.ts';

export interface ChannelsView {
  readonly cards: readonly ChannelSummary[];
  /** Those who are told, in their order. */
  readonly people: readonly Person[];
  readonly timezone: string;
}

export function channelsMain(
  { cards, people, timezone }: ChannelsView,
  who: Principal,
  words: Messages,
): Html {
  const w = words.desk.channels;
  const may = who.may.has('operate');
  return html`<h1>${w.title}</h1><p>${w.lead}</p><div class="cards">${cards.map((card) => channelCard(card, may, timezone, who, words))}</div>
<section id="letters"><h2>${w.letters}</h2>${
    people.length === 0
      ? html`<p class="message bad">${w.nobody}</p>`
      : html`<ul>${people.map((one) => html`<li>${w.hears(one.name, waysOf(one))}</li>`)}</ul>`
  }
${may && people.length > 0 ? html`<form method="post" action="/desk/channels/test">${csrf(who)}<p class="operations"><button>${w.test}</button></p></form>` : ''}</section>`;
}

function channelCard(
  { name, kind, note, authorizable, upcoming }: ChannelSummary,
  may: boolean,
  timezone: string,
  who: Principal,
  words: Messages,
): Html {
  const w = words.desk.channels;
  const action = `/desk/channels/${name}`;
  return html`<div class="card" id="${name}"><h2>${words.channel(name)} <small>${w.kinds[kind]}</small></h2>
<p class="${note && note.wrong.length > 0 ? 'void' : ''}">${noteSay(note, timezone, words)}</p><p class="note">${w.upcoming(upcoming)}${note?.account === undefined ? '' : html` · ${w.account(note.account)}`}${note?.goodUntil === undefined ? '' : html` · ${w.goodUntil(minuteIn(instant(note.goodUntil), timezone))}`}</p>
${may ? html`<form method="post" action="${action}/ask" class="inline">${csrf(who)}<button>${w.ask}</button></form>` : ''}
${may && authorizable ? html`<a class="button" href="${action}/authorize">${w.authorize}</a><p class="note">${w.authorizeLead}</p>` : ''}</div>`;
}

/** Whether the bureau's posts should stand in another account from now on. */
export function otherAccountMain(
  { name, before, now, ticket }: OtherAccount,
  who: Principal,
  words: Messages,
): Html {
  const w = words.desk.channels;
  return html`<h1>${words.channel(name)}</h1><p class="message bad" role="alert">${w.otherAccount(before, now)}</p>
<form method="post" action="/desk/channels/weibo/account">${csrf(who)}<input type="hidden" name="ticket" value="${ticket}"><p class="operations"><button class="grave">${w.takeOther}</button></p></form><p><a href="/desk/channels/">${words.desk.cancel}</a></p>`;
}

/** What a channel answered when it was last asked. */
function noteSay(note: PreflightNote | undefined, timezone: string, words: Messages): string {
  const w = words.desk.channels;
  if (!note) return w.notAsked;
  const at = minuteIn(instant(note.at), timezone);
  return note.wrong.length === 0
    ? `✓ ${w.ready(at)}`
    : `✗ ${w.notReady(at, reasonsOf(note, words))}`;
}

export function reasonsOf({ wrong }: PreflightNote, words: Messages): string {
  return wrong.map(({ code, detail }) => words.reason(code, detail, '')).join('；');
}

function waysOf({ ways, mail }: Person): string {
  return [...new Set(SEVERITIES.flatMap((severity) => ways[severity]))]
    .map((name) => (name === MAIL ? mail.join(', ') : name))
    .join('、');
}
