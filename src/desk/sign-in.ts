// Signing in: password and code, or the bureau's own accounts by OpenID Connect; setting up what one signs in with. Every step is journalled.
// Not for what a session may do: session.ts.
import { randomBytes } from 'node:crypto';
import * as oidc from 'openid-client';
import { z } from 'zod';
import type { Account } from '../ledger/accounts.ts';
import type { Instant } from '../plan/types.ts';
import type { Words } from '../words/index.ts';
import { Refused } from './desk.ts';
import type { Desk, Who } from './desk.ts';
import { hashPassword, isPassword, totpStep, weaknessOf } from './secrets.ts';

/** How long somebody may take for the second step, seconds. */
const STEP_S = 300;

/** What came of a password: in, or a ticket for the second step. */
export type Entered =
  | { readonly state: 'in'; readonly secret: string }
  | { readonly state: 'code'; readonly ticket: string }
  | { readonly state: 'wrong' | 'locked' };

const waiting = z.object({ name: z.string() });

/** The first step. Takes as long for a name that nobody has. */
export async function enter(desk: Desk, name: string, password: string, from: string): Promise<Entered> {
  const { accounts, journal, clock } = desk.house;
  const now = clock.now();
  if (!(await accounts.mayTry(name, from))) return { state: 'locked' };
  const account = await accounts.get(name);
  const right = await isPassword(account?.disabled ? undefined : account?.password, password);
  if (!account || !right) {
    await wrong(desk, name, account, from, now);
    return { state: 'wrong' };
  }
  if (account.totp === undefined) return { state: 'in', secret: await open(desk, account, from, 'password') };
  const ticket = randomBytes(32).toString('base64url');
  await accounts.keep(ticket, { name }, STEP_S);
  await journal.append('password-right', '', name, now, { from });
  return { state: 'code', ticket };
}

/** The second step. A code opens one session; a ticket is good for one attempt. */
export async function enterCode(desk: Desk, ticket: string, code: string, from: string): Promise<Entered> {
  const { accounts, clock } = desk.house;
  const now = clock.now();
  const found = waiting.safeParse(await accounts.take(ticket));
  const account = found.success ? await accounts.get(found.data.name) : undefined;
  if (!account || account.disabled || account.totp === undefined) return { state: 'wrong' };
  if (!(await accounts.mayTry(account.name, from))) return { state: 'locked' };
  const step = totpStep(account.totp, code, now);
  if (step === undefined || !(await accounts.useTotp(account.name, step))) {
    await wrong(desk, account.name, account, from, now);
    return { state: 'wrong' };
  }
  return { state: 'in', secret: await open(desk, account, from, 'password and code') };
}

async function open(desk: Desk, account: Account, from: string, by: string): Promise<string> {
  const { accounts, journal, clock } = desk.house;
  const now = clock.now();
  await accounts.right(account.name);
  await journal.append('signed-in', '', account.name, now, { from, by });
  return accounts.open(account, from, now);
}

/** Notes a wrong attempt; the one that locks a name is told by mail to whoever has it. */
async function wrong(desk: Desk, name: string, account: Account | undefined, from: string, now: Instant): Promise<void> {
  const { accounts, journal } = desk.house;
  const locked = await accounts.wrong(name);
  // A name that nobody has may be a password in the wrong field: it is not written down.
  await journal.append(locked ? 'locked-out' : 'sign-in-refused', '', account?.name ?? '?', now, { from });
  if (locked && account)
    await desk.tell((words) => [words.desk.signIn.lockedSubject(account.name), words.desk.signIn.lockedText(account.name, from)]);
}

/** Another password, by whoever knows the one before. Ends every session. */
export async function changePassword(desk: Desk, who: Who, old: string, password: string, words: Words): Promise<void> {
  const { accounts, journal, clock } = desk.house;
  const w = words.desk.me;
  const { account, from } = who;
  if (!(await accounts.mayTry(account.name, from))) throw new Refused(429, 'locked', words.desk.signIn.locked);
  if (!(await isPassword(account.password, old))) {
    await accounts.wrong(account.name);
    throw new Refused(422, 'wrong-password', w.wrongOld);
  }
  await setPassword(desk, account, password, words);
  await journal.append('password-changed', '', account.name, clock.now(), { from });
  await tellChanged(desk, account.name, account.name);
}

/** That somebody signs in another way from now on is told by mail: it may not have been they. */
export function tellChanged(desk: Pick<Desk, 'tell'>, name: string, by: string): Promise<void> {
  return desk.tell((words) => [words.desk.signIn.changedSubject(name), words.desk.signIn.changedText(name, by)]);
}

/** @throws Refused where the password is no good */
export async function setPassword({ house }: Desk, account: Account, password: string, words: Words): Promise<void> {
  const weak = await weaknessOf(password, account.name);
  if (weak) throw new Refused(422, 'weak-password', words.desk.me.weak[weak] ?? weak);
  await house.accounts.put({ ...account, password: await hashPassword(password), given: false, generation: account.generation + 1 });
}

/** The second factor, once a code proves that the app has it. Ends every session. */
export async function setTotp(desk: Desk, { account, from }: Who, secret: string, code: string, words: Words): Promise<void> {
  const { house } = desk;
  const step = totpStep(secret, code, house.clock.now());
  if (step === undefined || !(await house.accounts.useTotp(account.name, step))) throw new Refused(422, 'wrong-code', words.desk.me.totpWrong);
  await house.accounts.put({ ...account, totp: secret, generation: account.generation + 1 });
  await house.journal.append('second-factor-set', '', account.name, house.clock.now(), { from });
  await tellChanged(desk, account.name, account.name);
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
    const { oidc: options } = this.#desk.house.config.desk;
    if (!options) throw new Refused(404, 'no-oidc', this.#desk.words.desk.refused.notFound);
    return options;
  }

  get #back(): string {
    return `${this.#desk.house.config.site.publicUrl}desk/oidc/back`;
  }

  #configuration(): Promise<oidc.Configuration> {
    const { issuer, clientId, secret } = this.#options;
    // Only an issuer on this machine may be without HTTPS.
    const local = /^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(issuer);
    this.#issuer ??= oidc
      .discovery(new URL(issuer), clientId, secret, undefined, local ? { execute: [oidc.allowInsecureRequests] } : {})
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
    await this.#desk.house.accounts.keep(ticket, { verifier, nonce, state }, STEP_S);
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

  /** @returns the session's secret; undefined where nobody here has that account */
  async finish(query: string, ticket: string, from: string): Promise<string | undefined> {
    const { accounts } = this.#desk.house;
    const kept = going.parse(await accounts.take(ticket));
    const tokens = await oidc.authorizationCodeGrant(await this.#configuration(), new URL(`${this.#back}${query}`), {
      pkceCodeVerifier: kept.verifier,
      expectedState: kept.state,
      expectedNonce: kept.nonce,
      idTokenExpected: true,
    });
    const name = tokens.claims()?.[this.#options.claim];
    const account = typeof name === 'string' ? await accounts.get(name) : undefined;
    return account && !account.disabled ? open(this.#desk, account, from, 'oidc') : undefined;
  }
}
