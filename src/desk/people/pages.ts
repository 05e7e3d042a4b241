// Signing in, one's own account, people, incidents and the journal, as pages. Not for who may what:
// operations/roles.ts.

import { html } from 'hono/html';
import type { Messages } from '../../i18n/index.ts';
import { type Account, ROLES, type Role, type Session, type Token } from '../../ledger/accounts.ts';
import type { Html } from '../../lib/html.ts';
import { instant } from '../../lib/instant.ts';
import { permissionsOf } from '../../operations/roles.ts';
import { minuteIn } from '../../plan/time.ts';
import type { PeopleNames } from '../journal/event-words.ts';
import type { JournalEntryText, JournalQuery } from '../journal/journal.ts';
import { eventsTable, incidentList } from '../releases/pages.ts';
import type { IncidentSummary } from '../releases/summaries.ts';
import type { Principal } from '../shell/desk.ts';
import { checks, csrf, field } from '../shell/frame.ts';

/**
 * @param typed the name, where it was not let in
 * @param withCode password and code are asked for at once: the password alone is no longer looked
 * at
 */
export function signInMain(
  next: string,
  withOidc: boolean,
  words: Messages,
  withCode = false,
  typed = '',
): Html {
  const w = words.desk.signIn;
  return html`<h1>${w.title}</h1><form method="post" action="/desk/sign-in" class="narrow"><input type="hidden" name="next" value="${next}">
${field({ name: 'name', label: w.name, required: true, complete: 'username', value: typed })}${field({ name: 'password', label: w.password, type: 'password', required: true, complete: 'current-password' })}
${withCode ? html`<p class="note">${w.both}</p>${field({ name: 'code', label: w.code, complete: 'one-time-code' })}` : ''}<p class="operations"><button class="main">${w.submit}</button></p></form>
${withOidc ? html`<p><a class="button" href="/desk/oidc">${w.oidc}</a></p>` : ''}`;
}

export function codeMain(ticket: string, next: string, words: Messages): Html {
  const w = words.desk.signIn;
  return html`<h1>${w.code}</h1><p>${w.codeLead}</p><form method="post" action="/desk/sign-in/code" class="narrow"><input type="hidden" name="next" value="${next}"><input type="hidden" name="ticket" value="${ticket}">
${field({ name: 'code', label: w.code, required: true, complete: 'one-time-code' })}<p class="operations"><button class="main">${w.submit}</button></p></form>`;
}

/**
 * Where an invited person chooses a password, and says their name where nobody has said it yet.
 * @param typed the name, where it was refused
 */
export function welcomeMain(
  secret: string,
  { display, name }: Account,
  words: Messages,
  typed = '',
): Html {
  const w = words.desk.invitation;
  return html`<h1>${w.title}</h1><p>${w.lead(display, name)}</p><form method="post" action="/desk/welcome" class="narrow"><input type="hidden" name="invitation" value="${secret}"><input type="hidden" name="username" autocomplete="username" value="${name}">
${display === name ? field({ name: 'display', label: w.display, value: typed, complete: 'name' }) : ''}${field({ name: 'password', label: words.desk.me.new, type: 'password', required: true, complete: 'new-password' })}<p class="note">${w.rule}</p>${field({ name: 'again', label: w.twice, type: 'password', required: true, complete: 'new-password' })}<p class="operations"><button class="main">${w.submit}</button></p></form>`;
}

export function meMain(
  who: Principal,
  view: {
    totp: { secret: string; picture: string } | undefined;
    tokens: readonly Token[];
    sessions: readonly Session[];
    timezone: string;
    made: string | undefined;
    /** One was asked for, and refused. */
    isTokenAsked: boolean;
  },
  words: Messages,
): Html {
  const w = words.desk.me;
  const { account, first } = who;
  const facts = html`<dl class="facts"><dt>${words.desk.people.name}</dt><dd>${account.name}</dd><dt>${words.desk.people.display}</dt><dd>${account.display}</dd><dt>${words.desk.people.roles}</dt><dd>${account.roles.map((role) => words.desk.people.roleNames[role]).join('、')}</dd></dl>`;
  // What has to be done before anything else stands alone.
  if (first === 'password')
    return html`<h1>${w.firstPassword}</h1><p>${w.firstPasswordLead}</p>${facts}${passwordForm(who, words)}`;
  if (first === 'totp' && view.totp)
    return html`<h1>${w.firstTotp}</h1><p>${w.firstTotpLead}</p>${facts}${totpForm(who, view.totp, words)}`;
  return html`<h1>${w.title}</h1>${facts}
${
  account.password === undefined || !view.totp
    ? ''
    : html`<section><h2>${w.password}</h2>${passwordForm(who, words)}</section>
<section><h2>${w.totp}</h2>${account.totp === undefined ? totpForm(who, view.totp, words) : html`<p>✓ ${w.totpOn}</p><details><summary>${w.totpReplace}</summary>${totpForm(who, view.totp, words)}</details>`}</section>`
}
<section><h2>${w.sessions}</h2><ul>${view.sessions.map(({ since, from }) => html`<li>${w.session(minuteIn(instant(since), view.timezone), from)}</li>`)}</ul>
<form method="post" action="/desk/me/sessions/end">${csrf(who)}<p class="operations"><button>${w.endSessions}</button></p></form></section>
${tokenSection(who, view, words)}`;
}

function passwordForm(who: Principal, words: Messages): Html {
  const w = words.desk.me;
  return html`<form method="post" action="/desk/me/password" class="narrow">${csrf(who)}<input type="hidden" name="username" autocomplete="username" value="${who.account.name}">
${field({ name: 'old', label: w.old, type: 'password', required: true, complete: 'current-password' })}${field({ name: 'new', label: w.new, type: 'password', required: true, complete: 'new-password' })}<p class="note">${w.endsTokens}</p><p class="operations"><button>${words.desk.save}</button></p></form>`;
}

function totpForm(
  who: Principal,
  totp: { secret: string; picture: string },
  words: Messages,
): Html {
  const w = words.desk.me;
  const present =
    who.account.totp === undefined
      ? ''
      : field({ name: 'present', label: w.totpPresent, required: true, complete: 'one-time-code' });
  return html`<p>${w.totpLead}</p><img class="qr" src="${totp.picture}" alt="${w.totp}" width="220" height="220"><p>${w.totpSecret}<code>${totp.secret}</code></p><form method="post" action="/desk/me/totp" class="narrow">${csrf(who)}<input type="hidden" name="secret" value="${totp.secret}">${present}${field({ name: 'code', label: w.totpNew, required: true, complete: 'one-time-code' })}${confirmField('totp', words)}<p class="note">${w.endsTokens}</p><p class="operations"><button>${w.totpSet}</button></p></form>`;
}

/**
 * One's own password once more, for what lasts longer than the session.
 * @param form tells it from the others of a page
 */
function confirmField(form: string, words: Messages): Html {
  const id = `confirm-${form}`;
  return html`<p class="field"><label for="${id}">${words.desk.me.confirm}</label><input id="${id}" name="confirm" type="password" autocomplete="current-password" required></p>`;
}

/** Whoever signs in elsewhere has no password to give. */
export const confirmOf = ({ account }: Principal, form: string, words: Messages): Html | '' =>
  account.password === undefined ? '' : confirmField(form, words);

function tokenSection(
  who: Principal,
  view: {
    tokens: readonly Token[];
    timezone: string;
    made: string | undefined;
    isTokenAsked: boolean;
  },
  words: Messages,
): Html {
  const w = words.desk.me;
  const own = [...permissionsOf(who.account)];
  return html`<section><details${view.made || view.isTokenAsked || view.tokens.length > 0 ? html` open` : ''}><summary><strong>${w.tokens}</strong></summary><p>${w.tokensLead}</p>${view.made ? html`<p class="message good" role="status"><code>${w.created(view.made)}</code></p>` : ''}
<ul>${view.tokens.map((one) => html`<li>${one.label} · ${one.name} · ${one.scopes.map((scope) => w.scopeNames[scope] ?? scope).join('、')} · ${w.expires(minuteIn(instant(one.expires), view.timezone))} <form method="post" action="/desk/me/tokens/${one.id}/revoke" class="inline">${csrf(who)}<button aria-label="${w.revoke} ${one.label}">${w.revoke}</button></form></li>`)}</ul>
<form method="post" action="/desk/me/tokens" class="narrow">${csrf(who)}${field({ name: 'label', label: w.label, required: true })}${checks(
    'scopes',
    w.scopes,
    own.map((one) => [one, w.scopeNames[one] ?? one] as const),
    ['read'],
  )}${field({ name: 'days', label: w.days, type: 'number', value: '90' })}${confirmOf(who, 'token', words)}<p class="operations"><button>${w.create}</button></p></form></details></section>`;
}

/**
 * What was typed of a person and refused: of one who is there (`of`), or of a new one. Passwords
 * are typed anew.
 */
export interface TypedPerson {
  readonly of?: string | undefined;
  readonly name: string;
  readonly display: string;
  readonly mail: string;
  readonly roles: readonly string[];
  readonly disabled: boolean;
}

/** @param typed shown in the place of what is there */
export function peopleMain(
  all: readonly Account[],
  who: Principal,
  words: Messages,
  typed?: TypedPerson,
): Html {
  const w = words.desk.people;
  const roles = ROLES.map(
    (role) => [role, `${w.roleNames[role] ?? role}：${w.roleMay[role] ?? ''}`] as const,
  );
  const added = typed?.of === undefined ? typed : undefined;
  const people = all.map((one) =>
    typed && typed.of === one.name ? { ...one, ...typed, name: one.name } : one,
  );
  return html`<h1>${w.title}</h1><div class="cards">${people.map(
    (
      one,
    ) => html`<details class="card"${one.name === typed?.of ? html` open` : ''}><summary><strong>${one.display}</strong> ${one.name} · ${one.roles.map((role) => w.roleNames[role as Role] ?? role).join('、')} · ${w.totp} ${one.totp ? w.on : w.off}${one.disabled ? html` · <span class="tag">${w.disabled}</span>` : ''}</summary>
<form method="post" action="/desk/people/${one.name}">${csrf(who)}<p class="field"><label for="d-${one.name}">${w.display}</label><input id="d-${one.name}" name="display" value="${one.display}" required></p><p class="field"><label for="m-${one.name}">${w.mail}</label><input id="m-${one.name}" name="mail" type="email" value="${one.mail ?? ''}"></p>
${checks('roles', w.roles, roles, one.roles)}<p class="field"><label for="p-${one.name}">${words.desk.me.new}</label><input id="p-${one.name}" name="password" type="password" autocomplete="new-password"></p>
<label class="check"><input type="checkbox" name="resetTotp" value="yes"> ${w.resetTotp}</label> <label class="check"><input type="checkbox" name="disabled" value="yes"${one.disabled ? html` checked` : ''}> ${w.disabled}</label>${confirmOf(who, one.name, words)}<p class="operations"><button>${w.change}</button></p></form>${one.disabled ? '' : inviteForm(one, who, words)}</details>`,
  )}</div>
<section><h2>${w.add}</h2><form method="post" action="/desk/people/" class="narrow">${csrf(who)}${field({ name: 'name', label: w.name, required: true, value: added?.name })}${field({ name: 'display', label: w.display, required: true, value: added?.display })}${field({ name: 'mail', label: w.mail, type: 'email', value: added?.mail })}
${checks('roles', w.roles, roles, added?.roles ?? ['reader'])}${field({ name: 'password', label: w.password, type: 'password', complete: 'new-password' })}<p class="note">${words.desk.invitation.noPassword}</p>${confirmOf(who, 'add', words)}<p class="operations"><button class="main">${w.add}</button></p></form></section>`;
}

function inviteForm({ name }: Pick<Account, 'name'>, who: Principal, words: Messages): Html {
  const w = words.desk.invitation;
  return html`<details><summary>${w.send}</summary><p class="note">${w.sendLead}</p><form method="post" action="/desk/people/${name}/invite" class="narrow">${csrf(who)}${confirmOf(who, `invite-${name}`, words)}<p class="operations"><button>${w.send}</button></p></form></details>`;
}

export function incidentsMain(
  incidents: readonly IncidentSummary[],
  who: Principal,
  words: Messages,
): Html {
  const w = words.desk.incidents;
  return html`<h1>${w.title}</h1>${incidents.length > 0 ? incidentList(incidents, who, words) : html`<p class="calm">✓ ${w.none}</p>`}`;
}

export function journalMain(
  events: readonly JournalEntryText[],
  query: JournalQuery,
  words: Messages,
  timezone: string,
  people: PeopleNames,
): Html {
  const w = words.desk.journal;
  const asked = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  );
  return html`<h1>${w.title}</h1><form class="search">${field({ name: 'subject', label: w.subject, value: query.subject })}${field({ name: 'actor', label: w.actor, value: query.actor })}${field({ name: 'event', label: w.event, value: query.event })}${field({ name: 'from', label: w.from, type: 'date', value: query.from })}${field({ name: 'to', label: w.to, type: 'date', value: query.to })}<p class="operations"><button class="main">${w.search}</button> <a class="button" href="/desk/journal/export.csv?${asked}">${w.csv}</a> <a class="button" href="/api/v1/journal?${asked}">${w.json}</a></p></form>
<p class="note">${w.newest(events.length)}</p><div class="scroll" tabindex="0" role="region" aria-label="${w.title}">${eventsTable(events, words, timezone, people)}</div>`;
}
