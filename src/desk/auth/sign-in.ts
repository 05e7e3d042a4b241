// Signing in: password and code, or the bureau's own accounts by OpenID Connect; setting up what
// one signs in with. Every step is journalled. Not for what a session may do: session.ts.
import { randomBytes } from 'node:crypto';
import * as oidc from 'openid-client';
import { z } from 'zod';
import type { Messages } from '../../i18n/index.ts';
import type { Account } from '../../ledger/accounts.ts';
import { type Instant, instant } from '../../lib/instant.ts';
import { RequestError } from '../../lib/request-error.ts';
import type { Desk, Principal } from '../shell/desk.ts';
import { hashPassword, isPassword, totpStep, weaknessOf } from './secrets.ts';

/** How long somebody may take for the second step, seconds. */
const STEP_S = 300;

/** What came of a password: in, or a ticket for the second step. */
export type Entered =
  | { readonly state: 'in'; readonly secret: string }
  | { readonly state: 'code'; readonly ticket: string }
  | { readonly state: 'wrong' | 'locked' | 'lapsed' };

/** A password that somebody was given is good for so long (OWASP ASVS 5.0, 6.4.1), ms. */
const GIVEN_MS = 7 * 86_400_000;

const waiting = z.object({ name: z.string(), secrets: z.number() });

/** What somebody signs in with. */
export interface SignInForm {
  readonly name: string;
  readonly password: string;
  /** Where it comes with the password at once. */
  readonly code: string;
}

/** The first step; also both at once. Takes as long for a name that nobody has. */
export async function enter(
  desk: Desk,
  { name, password, code }: SignInForm,
  from: string,
): Promise<Entered> {
  const { accounts, journal, clock } = desk.app;
  const wait = await accounts.attempts.begin(name, from, code !== '');
  if (wait === 'locked') return { state: 'locked' };
  await clock.sleepUntil(instant(clock.now() + wait));
  const now = clock.now();
  const account = await accounts.get(name);
  const right = await isPassword(account?.disabled ? undefined : account?.password, password);
  if (!account || !right) {
    await wrong(desk, name, account, from, now);
    return { state: 'wrong' };
  }
  if (account.given && account.givenAt !== undefined && now > account.givenAt + GIVEN_MS) {
    await accounts.attempts.half(name, from);
    await journal.append('given-password-lapsed', '', name, now, { from });
    return { state: 'lapsed' };
  }
  if (account.totp === undefined)
    return { state: 'in', secret: await openSession(desk, account, from, 'password') };
  if (code !== '') return enterWith(desk, account, code, from);
  await accounts.attempts.half(name, from);
  const ticket = randomBytes(32).toString('base64url');
  await accounts.keep('code', ticket, { name, secrets: account.secrets }, STEP_S);
  await journal.append('password-right', '', name, now, { from });
  return { state: 'code', ticket };
}

/**
 * The second step. A code opens one session; a ticket is good for one attempt, and for the password
 * that it was given for.
 */
export async function enterCode(
  desk: Desk,
  ticket: string,
  code: string,
  from: string,
): Promise<Entered> {
  const { accounts } = desk.app;
  const found = waiting.safeParse(await accounts.take('code', ticket));
  const account = found.success ? await accounts.get(found.data.name) : undefined;
  if (
    !account ||
    account.disabled ||
    account.totp === undefined ||
    account.secrets !== found.data?.secrets
  )
    return { state: 'wrong' };
  if ((await accounts.attempts.begin(account.name, from)) === 'locked') return { state: 'locked' };
  return enterWith(desk, account, code, from);
}

async function enterWith(
  desk: Desk,
  account: Account,
  code: string,
  from: string,
): Promise<Entered> {
  const { accounts, clock } = desk.app;
  const now = clock.now();
  const { totp } = account;
  const step = totp === undefined ? undefined : totpStep(totp, code, now);
  if (
    totp === undefined ||
    step === undefined ||
    !(await accounts.useTotp(account.name, totp, step))
  ) {
    await wrong(desk, account.name, account, from, now);
    return { state: 'wrong' };
  }
  return { state: 'in', secret: await openSession(desk, account, from, 'password and code') };
}

/** Begins a session. @param by how they signed in, for the journal @returns its secret */
export async function openSession(
  desk: Desk,
  account: Account,
  from: string,
  by: string,
): Promise<string> {
  const { accounts, journal, clock } = desk.app;
  const now = clock.now();
  await accounts.attempts.right(account.name, from);
  await journal.append('signed-in', '', account.name, now, { from, by });
  return accounts.open(account, from, now);
}

/** Notes a wrong attempt; that a name is shut for an address is told by mail to whoever has it. */
async function wrong(
  desk: Desk,
  name: string,
  account: Account | undefined,
  from: string,
  now: Instant,
): Promise<void> {
  const { accounts, journal } = desk.app;
  const locked = await accounts.attempts.wrong(name, from);
  // A name that nobody has may be a password in the wrong field: it is not written down.
  await journal.append(locked ? 'locked-out' : 'sign-in-refused', '', account?.name ?? '?', now, {
    from,
  });
  if (locked && account)
    await desk.tell(
      (words) => [
        words.desk.signIn.lockedSubject(account.name),
        words.desk.signIn.lockedText(account.name, from),
      ],
      account,
    );
}

/** How long a sign-in stands for whoever has no password here, ms. */
const RECENT_MS = 10 * 60_000;

/**
 * Asks again who it is, for what lasts longer than the session: a token, a second factor, what
 * others may do.
 * @param password the present one @throws RequestError where it is wrong
 */
export async function confirmSelf(
  desk: Desk,
  who: Principal,
  password: string | undefined,
  words: Messages,
): Promise<void> {
  const { accounts, journal, clock } = desk.app;
  const w = words.desk.me;
  const { account, from, via, since } = who;
  // A program has no password; what it may do was confirmed when its token was made.
  if (via === 'token') return;
  if (account.password === undefined) {
    if (clock.now() - since > RECENT_MS)
      throw new RequestError(403, 'sign-in-again', w.signInAgain, { hint: w.signInAgainHow });
    return;
  }
  if (password === undefined || password === '')
    throw new RequestError(422, 'confirm', w.confirmMissing, { hint: w.confirmHow });
  if ((await accounts.attempts.begin(account.name, from)) === 'locked')
    throw new RequestError(429, 'locked', words.desk.signIn.locked);
  if (await isPassword(account.password, password))
    return accounts.attempts.half(account.name, from);
  await accounts.attempts.wrong(account.name, from);
  await journal.append('confirm-refused', '', account.name, clock.now(), { from });
  throw new RequestError(422, 'wrong-password', w.wrongOld);
}

/**
 * Another password, by whoever knows the one before. Ends every other session and every token.
 * @returns the secret of a session that goes on
 */
export async function changePassword(
  desk: Desk,
  who: Principal,
  old: string,
  password: string,
  words: Messages,
): Promise<string> {
  const { account } = who;
  await confirmSelf(desk, who, old, words);
  const weak = old === password ? 'same' : await weaknessOf(password, account.name);
  if (weak) throw new RequestError(422, 'weak-password', words.desk.me.weak[weak] ?? weak);
  const hashed = await hashPassword(password);
  // Whoever had it reset or was shut out meanwhile has not changed it.
  return goOn(desk, who, 'password-changed', words, (one) =>
    one.disabled || one.password !== account.password
      ? undefined
      : { ...one, password: hashed, given: false },
  );
}

/**
 * The second factor, once a code proves that the app has it. Ends every other session and every
 * token.
 * @param given the password, and where there is a factor already, a code of it
 */
export async function setTotp(
  desk: Desk,
  who: Principal,
  {
    secret,
    code,
    password,
    present,
  }: { secret: string; code: string; password: string; present: string },
  words: Messages,
): Promise<string> {
  const { app } = desk;
  const { account } = who;
  const isNow = async (key: string, typed: string): Promise<boolean> => {
    const step = totpStep(key, typed, app.clock.now());
    return step !== undefined && (await app.accounts.useTotp(account.name, key, step));
  };
  await confirmSelf(desk, who, password, words);
  if (account.totp !== undefined && !(await isNow(account.totp, present)))
    throw new RequestError(422, 'wrong-code', words.desk.me.totpPresentWrong);
  if (!(await isNow(secret, code)))
    throw new RequestError(422, 'wrong-code', words.desk.me.totpWrong);
  return goOn(desk, who, 'second-factor-set', words, (one) =>
    one.disabled || one.totp !== account.totp ? undefined : { ...one, totp: secret },
  );
}

/**
 * Changes what one signs in with, is told of, and goes on in a session of one's own.
 * @returns its secret
 * @throws RequestError where somebody was first
 */
async function goOn(
  desk: Desk,
  { account: { name }, from }: Principal,
  event: string,
  words: Messages,
  change: (one: Account) => Account | undefined,
): Promise<string> {
  const { accounts, journal, clock } = desk.app;
  const now = clock.now();
  const changed = await accounts.change(name, (one) => {
    const after = change(one);
    return after && { ...after, generation: one.generation + 1, secrets: one.secrets + 1 };
  });
  if (typeof changed === 'string')
    throw new RequestError(409, 'changed-meanwhile', words.desk.me.changedMeanwhile);
  await journal.append(event, '', name, now, { from });
  await tellChanged(desk, changed.after, name);
  return accounts.open(changed.after, from, now);
}

/**
 * That somebody signs in another way from now on is told by mail, to them too: it may not have been
 * they.
 */
export function tellChanged(
  desk: Pick<Desk, 'tell'>,
  account: Pick<Account, 'name' | 'mail'>,
  by: string,
): Promise<void> {
  return desk.tell(
    (words) => [
      words.desk.signIn.changedSubject(account.name),
      words.desk.signIn.changedText(account.name, by),
    ],
    account,
  );
}

const going = z.object({ verifier: z.string(), nonce: z.string(), state: z.string() });

/** The bureau's own sign-in, as far as one is configured. */
export class Oidc {
  readonly #desk: Desk;
  #issuer: Promise<oidc.Configuration> | undefined;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  get #options() {
    const { oidc: options } = this.#desk.app.config.desk;
    if (!options) throw new RequestError(404, 'no-oidc', this.#desk.words.desk.refused.notFound);
    return options;
  }

  get #back(): string {
    return `${this.#desk.app.config.desk.publicUrl}desk/oidc/back`;
  }

  #configuration(): Promise<oidc.Configuration> {
    const { issuer, clientId, secret } = this.#options;
    // Only an issuer on this machine may be without HTTPS.
    const local = /^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(issuer);
    this.#issuer ??= oidc
      .discovery(
        new URL(issuer),
        clientId,
        secret,
        undefined,
        local ? { execute: [oidc.allowInsecureRequests] } : {},
      )
      .catch((error: unknown) => {
        this.#issuer = undefined;
        throw error;
      });
    return this.#issuer;
  }

  /** Where the browser is sent, and what it must bring back. */
  async begin(): Promise<{ url: string; ticket: string }> {
    const configuration = await this.#configuration();
    const verifier = oidc.randomPKCECodeVerifier();
    const [state, nonce] = [oidc.randomState(), oidc.randomNonce()];
    const ticket = randomBytes(32).toString('base64url');
    await this.#desk.app.accounts.keep('oidc', ticket, { verifier, nonce, state }, STEP_S);
    const url = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: this.#back,
      scope: 'openid profile email',
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    return { url: url.href, ticket };
  }

  /**
   * @returns the session's secret; undefined where nobody here has that account, or the sign-in was
   * not begun here
   */
  async finish(query: string, ticket: string, from: string): Promise<string | undefined> {
    const { accounts } = this.#desk.app;
    const configuration = await this.#configuration();
    const kept = going.safeParse(await accounts.take('oidc', ticket)).data;
    // Begun too long ago, or nowhere.
    if (!kept) return undefined;
    const tokens = await oidc.authorizationCodeGrant(
      configuration,
      new URL(`${this.#back}${query}`),
      {
        pkceCodeVerifier: kept.verifier,
        expectedState: kept.state,
        expectedNonce: kept.nonce,
        idTokenExpected: true,
      },
    );
    const name = tokens.claims()?.[this.#options.claim];
    const account = typeof name === 'string' ? await accounts.get(name) : undefined;
    return account && !account.disabled
      ? openSession(this.#desk, account, from, 'oidc')
      : undefined;
  }
}
