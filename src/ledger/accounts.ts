// Who may sign in, what they are signed in with, and the tokens of programs. Passwords, sessions
// and tokens stand here as hashes only. Not for what a role may do: operations/roles.ts.

import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Instant } from '../lib/instant.ts';
import type { RedisClient, RedisHandle } from '../redis/connection.ts';
import { type KeyName, keyOf } from '../redis/keys.ts';
import { Attempts } from './password-tries.ts';

export const ROLES = ['reader', 'editor', 'reviewer', 'chief', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

const account = z.object({
  /** Signs in with it; never changes. */
  name: z.string(),
  /** As others read it. */
  display: z.string(),
  roles: z.array(z.enum(ROLES)),
  /** Argon2id, with its parameters. Absent: signs in by OIDC alone. */
  password: z.string().optional(),
  /** Base32. Absent until the second factor is set up. */
  totp: z.string().optional(),
  mail: z.string().optional(),
  /** Somebody else knows the password: it was given to them. */
  given: z.boolean().default(false),
  /** Since when, ms UTC; absent where an older version gave it. */
  givenAt: z.number().optional(),
  disabled: z.boolean().default(false),
  /** Hash of the one invitation that is good. */
  invitation: z.string().optional(),
  /** Rises with every change of password, second factor or roles: sessions from before end. */
  generation: z.number().int(),
  /** Rises with every password and second factor: tokens from before end. */
  secrets: z.number().int().default(0),
});
export type Account = z.output<typeof account>;

const session = z.object({
  name: z.string(),
  generation: z.number(),
  since: z.number(),
  from: z.string(),
  csrf: z.string(),
});
export type Session = z.output<typeof session>;

const token = z.object({
  id: z.string(),
  name: z.string(),
  label: z.string(),
  scopes: z.array(z.string()),
  created: z.number(),
  expires: z.number(),
  /** Of its person, when it was made. */
  secrets: z.number().int().default(0),
});
export type Token = z.output<typeof token>;

/** A session ends after so long without a request, and in any case after a working day, seconds. */
const IDLE_S = 30 * 60;
const LONGEST_S = 12 * 3600;
/** The longest that a session lasts, ms. */
export const SESSION_MS = LONGEST_S * 1000;
/** Somebody who claimed a key and died loses it after this, seconds. */
const CLAIM_S = 120;
/** An answer is kept for whoever asks again with the same key. */
const ANSWER_S = 24 * 3600;
/** Somebody else changed the same account so often meanwhile that it is no accident. */
const MOST_CHANGES = 20;

/**
 * What is kept for a while for a browser to bring back; one of these is never taken for another.
 */
export type BrowserSecret = 'message' | 'code' | 'oidc' | 'invitation' | 'consent' | 'grant';

/** As which a secret stands in the ledger. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
const fresh = (): string => randomBytes(32).toString('base64url');

const script = readFileSync(new URL('./change-account.lua', import.meta.url), 'utf8');
type Scripted = RedisClient & {
  banliChangeAccount(...args: string[]): Promise<'ok' | 'changed' | 'last-admin'>;
};

export class Accounts {
  /** Of passwords and codes. */
  readonly attempts: Attempts;
  readonly #handle: RedisHandle;
  readonly #redis: Scripted;

  constructor(handle: RedisHandle) {
    this.#handle = handle;
    handle.client.defineCommand('banliChangeAccount', { numberOfKeys: 1, lua: script });
    this.#redis = handle.client as unknown as Scripted;
    this.attempts = new Attempts(handle);
  }

  #key(name: KeyName): string {
    return keyOf(this.#handle, name);
  }

  async all(): Promise<Account[]> {
    const found = Object.values(await this.#handle.client.hgetall(this.#key('accounts')));
    return found
      .map((text) => account.parse(JSON.parse(text)))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async get(name: string): Promise<Account | undefined> {
    const text = await this.#handle.client.hget(this.#key('accounts'), name);
    return text === null ? undefined : account.parse(JSON.parse(text));
  }

  /** @returns false where there is one of that name already */
  async add(one: Account): Promise<boolean> {
    const added = await this.#handle.client.hsetnx(
      this.#key('accounts'),
      one.name,
      JSON.stringify(one),
    );
    await this.#handle.replicated();
    return added === 1;
  }

  /**
   * Changes an account as it is at that moment: what somebody else changed meanwhile stays changed.
   * @param change may be called again with what stands there by then; undefined leaves it
   * @returns the account as it was and is, or why not
   */
  async change(
    name: string,
    change: (before: Account) => Account | undefined,
  ): Promise<
    { readonly before: Account; readonly after: Account } | 'unknown' | 'refused' | 'last-admin'
  > {
    for (let tries = 0; tries < MOST_CHANGES; tries++) {
      const text = await this.#redis.hget(this.#key('accounts'), name);
      if (text === null) return 'unknown';
      const before = account.parse(JSON.parse(text));
      const after = change(before);
      if (!after) return 'refused';
      const answer = await this.#redis.banliChangeAccount(
        this.#key('accounts'),
        name,
        text,
        JSON.stringify({ ...after, name }),
      );
      if (answer === 'changed') continue;
      await this.#handle.replicated();
      return answer === 'ok' ? { before, after } : answer;
    }
    throw new Error(`account ${name} changes all the time`);
  }

  /** True once for each time step of a person's second factor. @param secret of the factor */
  async useTotp(name: string, secret: string, step: number): Promise<boolean> {
    return (
      (await this.#handle.client.set(
        this.#key(`totp:${name}:${hashOf(secret).slice(0, 12)}:${step}`),
        '1',
        'EX',
        300,
        'NX',
      )) === 'OK'
    );
  }

  /** Begins a session. @returns what the browser keeps; only its hash is here */
  async open({ name, generation }: Account, from: string, now: Instant): Promise<string> {
    const secret = fresh();
    const one: Session = { name, generation, from, since: now, csrf: fresh() };
    const hash = hashOf(secret);
    await this.#handle.client.set(this.#key(`session:${hash}`), JSON.stringify(one), 'EX', IDLE_S);
    await this.#handle.client.sadd(this.#key(`sessions:${name}`), hash);
    return secret;
  }

  /** Where a person is signed in now, the newest first. What is over is forgotten. */
  async sessionsOf(
    { name, generation }: Account,
    now: Instant,
  ): Promise<(Session & { readonly hash: string })[]> {
    const found: (Session & { readonly hash: string })[] = [];
    for (const hash of await this.#handle.client.smembers(this.#key(`sessions:${name}`))) {
      const text = await this.#handle.client.get(this.#key(`session:${hash}`));
      const one = text === null ? undefined : session.parse(JSON.parse(text));
      if (one && one.generation === generation && now - one.since <= LONGEST_S * 1000)
        found.push({ ...one, hash });
      else await this.#handle.client.srem(this.#key(`sessions:${name}`), hash);
    }
    return found.sort((a, b) => b.since - a.since);
  }

  /** Ends every session of a person but this one. @returns how many */
  async closeOthers(person: Account, secret: string, now: Instant): Promise<number> {
    const others = (await this.sessionsOf(person, now)).filter(
      ({ hash }) => hash !== hashOf(secret),
    );
    for (const { hash } of others) await this.#handle.client.del(this.#key(`session:${hash}`));
    return others.length;
  }

  /** The session and its person, as long as it lasts; being asked for prolongs it. */
  async signedIn(
    secret: string,
    now: Instant,
  ): Promise<{ session: Session; account: Account } | undefined> {
    const key = this.#key(`session:${hashOf(secret)}`);
    const text = await this.#handle.client.getex(key, 'EX', IDLE_S);
    if (text === null) return undefined;
    const one = session.parse(JSON.parse(text));
    const person = await this.get(one.name);
    const over =
      !person ||
      person.disabled ||
      person.generation !== one.generation ||
      now - one.since > LONGEST_S * 1000;
    if (!over) return { session: one, account: person };
    await this.#handle.client.del(key);
    return undefined;
  }

  /** Whether a session lasts still. Asking does not prolong it. */
  async isOpen(secret: string, now: Instant): Promise<boolean> {
    const text = await this.#handle.client.get(this.#key(`session:${hashOf(secret)}`));
    const one = text === null ? undefined : session.parse(JSON.parse(text));
    const person = one && (await this.get(one.name));
    return (
      one !== undefined &&
      !!person &&
      !person.disabled &&
      person.generation === one.generation &&
      now - one.since <= LONGEST_S * 1000
    );
  }

  async close(secret: string): Promise<void> {
    await this.#handle.client.del(this.#key(`session:${hashOf(secret)}`));
  }

  /** A token for a program of this person. @returns it, for the only time */
  async issue(
    { name, secrets }: Pick<Account, 'name' | 'secrets'>,
    label: string,
    scopes: readonly string[],
    now: Instant,
    expires: Instant,
  ): Promise<{ token: Token; secret: string }> {
    const secret = `banli_${fresh()}`;
    const one: Token = {
      id: randomBytes(6).toString('hex'),
      name,
      label,
      scopes: [...scopes],
      created: now,
      expires,
      secrets,
    };
    await this.#handle.client.hset(this.#key('tokens'), hashOf(secret), JSON.stringify(one));
    return { token: one, secret };
  }

  async tokens(): Promise<Token[]> {
    const found = Object.values(await this.#handle.client.hgetall(this.#key('tokens')));
    return found.map((text) => token.parse(JSON.parse(text))).sort((a, b) => a.created - b.created);
  }

  async tokenOf(
    secret: string,
    now: Instant,
  ): Promise<{ token: Token; account: Account } | undefined> {
    const text = await this.#handle.client.hget(this.#key('tokens'), hashOf(secret));
    if (text === null) return undefined;
    const one = token.parse(JSON.parse(text));
    const person = await this.get(one.name);
    return person && !person.disabled && person.secrets === one.secrets && one.expires > now
      ? { token: one, account: person }
      : undefined;
  }

  /** @returns false where there is none of that id */
  async revoke(id: string): Promise<boolean> {
    for (const [hash, text] of Object.entries(
      await this.#handle.client.hgetall(this.#key('tokens')),
    ))
      if (token.parse(JSON.parse(text)).id === id)
        return (await this.#handle.client.hdel(this.#key('tokens'), hash)) === 1;
    return false;
  }

  /**
   * Claims a key that a program sends with a request.
   * @returns what it was answered before, or `claimed`, or `busy` while that is being done
   */
  async once(
    name: string,
    key: string,
    request: string,
  ): Promise<'claimed' | 'busy' | 'other' | { status: number; body: string }> {
    const at = this.#key(`once:${hashOf(`${name} ${key}`)}`);
    const digest = hashOf(request);
    if (
      (await this.#handle.client.set(at, JSON.stringify({ digest }), 'EX', CLAIM_S, 'NX')) === 'OK'
    )
      return 'claimed';
    const kept = z
      .object({ digest: z.string(), status: z.number().optional(), body: z.string().optional() })
      .parse(JSON.parse((await this.#handle.client.get(at)) ?? '{"digest":""}'));
    if (kept.digest !== digest) return 'other';
    return kept.status === undefined ? 'busy' : { status: kept.status, body: kept.body ?? '' };
  }

  /** Keeps the answer to a claimed key; without one it may be claimed again. */
  async answered(
    name: string,
    key: string,
    request: string,
    answer: { status: number; body: string } | undefined,
  ): Promise<void> {
    const at = this.#key(`once:${hashOf(`${name} ${key}`)}`);
    if (answer)
      await this.#handle.client.set(
        at,
        JSON.stringify({ digest: hashOf(request), ...answer }),
        'EX',
        ANSWER_S,
      );
    else await this.#handle.client.del(at);
  }

  /** True for the first one who asks within so many seconds. */
  async firstIn(what: string, seconds: number): Promise<boolean> {
    return (
      (await this.#handle.client.set(this.#key(`first:${what}`), '1', 'EX', seconds, 'NX')) === 'OK'
    );
  }

  /**
   * Something that a browser must bring back once, such as a sign-in elsewhere that is under way.
   */
  async keep(what: BrowserSecret, secret: string, value: object, seconds: number): Promise<void> {
    await this.#handle.client.set(
      this.#key(`kept:${what}:${hashOf(secret)}`),
      JSON.stringify(value),
      'EX',
      seconds,
    );
  }

  /** What is kept, without taking it. */
  async look(what: BrowserSecret, secret: string): Promise<unknown> {
    const text = await this.#handle.client.get(this.#key(`kept:${what}:${hashOf(secret)}`));
    return text === null ? undefined : (JSON.parse(text) as unknown);
  }

  async take(what: BrowserSecret, secret: string): Promise<unknown> {
    const text = await this.#handle.client.getdel(this.#key(`kept:${what}:${hashOf(secret)}`));
    return text === null ? undefined : (JSON.parse(text) as unknown);
  }
}

/** The account of a new person. */
export function newAccount(name: string, display: string, roles: readonly Role[]): Account {
  return {
    name,
    display,
    roles: [...roles],
    given: false,
    disabled: false,
    generation: 1,
    secrets: 0,
  };
}
