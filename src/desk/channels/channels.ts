// The channels as the desk shows them: whether each is ready, and Weibo's authorisation, which its
// owner gives on Weibo's own page. Not for what channels do: channels/.
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { askChannel } from '../../alerts/channel-readiness.ts';
import {
  exchangeCode,
  type WeiboGrant,
  weiboConsentUrl,
} from '../../channels/weibo-authorization.ts';
import type { ChannelConfig } from '../../config/channels.ts';
import type { Messages } from '../../i18n/index.ts';
import type { PreflightNote } from '../../ledger/preflight-notes.ts';
import { instant } from '../../lib/instant.ts';
import { RequestError } from '../../lib/request-error.ts';
import type { Desk, Principal } from '../shell/desk.ts';

/** How long somebody may take on Weibo's page, s. */
const CONSENT_S = 600;
const CALL_MS = 15_000;

export interface ChannelSummary {
  readonly name: string;
  readonly kind: ChannelConfig['kind'];
  /** As it answered when it was last asked. */
  readonly note: PreflightNote | undefined;
  /** Whether its authorisation can be renewed here. */
  readonly authorizable: boolean;
  /** Releases to come that go there. */
  readonly upcoming: number;
}

export async function channelCards({ app }: Desk): Promise<ChannelSummary[]> {
  const notes = await app.preflights.all();
  const now = app.clock.now();
  const coming = app.planService
    .calendar()
    .releases.filter(({ due, status }) => due > now && status !== 'cancelled');
  return [...app.config.channels].map(([name, one]) => ({
    name,
    kind: one.kind,
    note: notes.get(name),
    authorizable: one.kind === 'weibo' && one.app !== undefined,
    upcoming: coming.filter(({ settings }) => settings.channels.includes(name)).length,
  }));
}

/** Asks one whether it is ready. @throws RequestError where there is none of that name */
export async function askNow({ app }: Desk, name: string, words: Messages): Promise<PreflightNote> {
  const channel = app.channels.get(name);
  if (!channel) throw new RequestError(404, 'unknown-channel', words.desk.channels.unknown(name));
  return askChannel(app, channel, (await app.preflights.all()).get(name));
}

const consent = z.object({ weibo: z.string(), person: z.string() });

/** Where Weibo sends whoever said yes; it must stand in the app's settings there. */
export const weiboBack = ({ app }: Pick<Desk, 'app'>): string =>
  `${app.config.desk.publicUrl}desk/channels/weibo/back`;

function appOf({ app }: Desk, name: string, words: Messages) {
  const one = app.config.channels.get(name);
  if (one?.kind !== 'weibo' || !one.app)
    throw new RequestError(404, 'no-app', words.desk.channels.noApp, {
      hint: words.desk.channels.noAppHow,
    });
  return { app: one.app, baseUrl: one.baseUrl };
}

/** @returns Weibo's page, where the account's owner says yes */
export async function beginConsent(
  desk: Desk,
  who: Principal,
  name: string,
  words: Messages,
): Promise<string> {
  const { app, baseUrl } = appOf(desk, name, words);
  const state = randomBytes(32).toString('base64url');
  await desk.app.accounts.keep(
    'consent',
    state,
    { weibo: name, person: who.account.name } satisfies z.output<typeof consent>,
    CONSENT_S,
  );
  return weiboConsentUrl(baseUrl, app, weiboBack(desk), state);
}

/**
 * Takes the token that Weibo gives for its answer; every worker uses it from its next call on.
 * @throws RequestError where this person did not begin it, or Weibo gives none
 */
export async function finishConsent(
  desk: Desk,
  who: Principal,
  { state, code }: { readonly state: string; readonly code: string },
  words: Messages,
): Promise<Authorized | OtherAccount> {
  const { accounts, preflights } = desk.app;
  const w = words.desk.channels;
  const kept = consent.safeParse(await accounts.take('consent', state)).data;
  if (!kept || kept.person !== who.account.name)
    throw new RequestError(409, 'not-begun', w.notBegun, { hint: w.againHow });
  if (code === '') throw new RequestError(409, 'not-granted', w.notGranted, { hint: w.againHow });
  const { app, baseUrl } = appOf(desk, kept.weibo, words);
  const grant = await exchangeCode(
    baseUrl,
    app,
    weiboBack(desk),
    code,
    AbortSignal.timeout(CALL_MS),
  );
  if (!('token' in grant))
    throw new RequestError(
      409,
      'not-granted',
      `${w.notGranted}：${words.reason(grant.code, grant.detail, '')}`,
      { hint: w.backHow(weiboBack(desk)) },
    );
  const before = (await preflights.all()).get(kept.weibo)?.account;
  if (before === undefined || before === grant.uid)
    return take(desk, who, kept.weibo, grant, words);
  // Whoever is signed in at Weibo privately has said yes for themselves: the next posts would stand
  // there.
  const ticket = randomBytes(32).toString('base64url');
  await accounts.keep(
    'grant',
    ticket,
    { weibo: kept.weibo, person: who.account.name, grant } satisfies z.output<typeof asked>,
    CONSENT_S,
  );
  return { name: kept.weibo, before, now: grant.uid, ticket };
}

/** The channel goes on with this token. */
export interface Authorized {
  readonly name: string;
  readonly note: PreflightNote;
}

/** It is of another account than before: asked again. */
export interface OtherAccount {
  readonly name: string;
  readonly before: string;
  readonly now: string;
  readonly ticket: string;
}

const asked = z.object({
  weibo: z.string(),
  person: z.string(),
  grant: z.object({ token: z.string(), forMs: z.number(), uid: z.string() }),
});

/**
 * Takes the token of another account than before, by whoever was asked.
 * @throws RequestError where nobody was
 */
export async function takeOtherAccount(
  desk: Desk,
  who: Principal,
  ticket: string,
  words: Messages,
): Promise<Authorized> {
  const kept = asked.safeParse(await desk.app.accounts.take('grant', ticket)).data;
  const w = words.desk.channels;
  if (!kept || kept.person !== who.account.name)
    throw new RequestError(409, 'not-begun', w.notBegun, { hint: w.againHow });
  return take(desk, who, kept.weibo, kept.grant, words);
}

async function take(
  { app }: Desk,
  who: Principal,
  name: string,
  grant: WeiboGrant,
  words: Messages,
): Promise<Authorized> {
  const by = { actor: who.account.name, from: who.from };
  return { name, note: await keepGrant({ app }, by, name, grant, words) };
}

/** Every worker uses it from its next call on; a copy of it is on the disk, in a file of mode 600. */
export async function keepGrant(
  { app }: Pick<Desk, 'app'>,
  { actor, from }: { readonly actor: string; readonly from: string },
  name: string,
  grant: WeiboGrant,
  words: Messages,
): Promise<PreflightNote> {
  const { journal, clock, channels } = app;
  const until = instant(clock.now() + grant.forMs);
  const account = grant.uid;
  await app.keepAuthorization(name, grant.token, until);
  const detail = { channel: name, account, until, from };
  await journal.append('channel-authorized', '', actor, clock.now(), detail);
  const channel = channels.get(name);
  if (!channel) throw new RequestError(404, 'unknown-channel', words.desk.channels.unknown(name));
  return askChannel(app, channel, { at: clock.now(), wrong: [], silent: 0, account });
}
