// Adding people and changing what they may do, and the tokens of their programs. There is always an
// administrator. Not for signing in: desk/auth/sign-in.ts.
import { z } from 'zod';
import type { Messages } from '../../i18n/index.ts';
import { type Account, newAccount, ROLES, type Token } from '../../ledger/accounts.ts';
import { instant } from '../../lib/instant.ts';
import { RequestError } from '../../lib/request-error.ts';
import { PERMISSIONS, permissionsOf } from '../../operations/roles.ts';
import { hashPassword, weaknessOf } from '../auth/secrets.ts';
import { tellChanged } from '../auth/sign-in.ts';
import type { Desk, Principal } from '../shell/desk.ts';

const NAME = /^[a-z][a-z0-9.-]{1,31}$/;
const DAY_MS = 86_400_000;

export const newPerson = z.object({
  name: z.string(),
  display: z.string().trim().min(1).max(50),
  mail: z.email().optional(),
  roles: z.array(z.enum(ROLES)).min(1).max(ROLES.length),
  /** Whether they have to choose another one first: unless they typed it themselves. */
  given: z.boolean().optional(),
  /** Left out where they sign in by the bureau's accounts alone. */
  password: z.string().optional(),
});
export type NewPerson = z.output<typeof newPerson>;

export const personChange = z.object({
  display: z.string().trim().min(1).max(50).optional(),
  mail: z.email().optional(),
  roles: z.array(z.enum(ROLES)).min(1).max(ROLES.length).optional(),
  password: z.string().optional(),
  disabled: z.boolean().optional(),
  resetTotp: z.boolean().optional(),
});
export type PersonChange = z.output<typeof personChange>;

/** A person as others may see them. */
export const person = z.object({
  name: z.string(),
  display: z.string(),
  mail: z.string().optional(),
  roles: z.array(z.enum(ROLES)),
  totp: z.boolean(),
  disabled: z.boolean(),
});

export function shownPerson({
  name,
  display,
  mail,
  roles,
  totp,
  disabled,
}: Account): z.output<typeof person> {
  return { name, display, ...(mail ? { mail } : {}), roles, totp: totp !== undefined, disabled };
}

/** Whoever does it, for the journal, and where the request comes from. */
export interface By {
  readonly name: string;
  readonly from: string;
}

/** Where people are added and changed: at the desk, and on the command line. */
type Office = Pick<Desk, 'app' | 'tell'>;

/** That somebody manages people from now on is told by mail. */
export async function addPerson(
  { app, tell }: Office,
  { name: by, from }: By,
  input: NewPerson,
  words: Messages,
): Promise<Account> {
  const w = words.desk.people;
  if (!NAME.test(input.name)) throw new RequestError(422, 'bad-name', w.badName);
  const weak =
    input.password === undefined ? undefined : await weaknessOf(input.password, input.name);
  if (weak) throw new RequestError(422, 'weak-password', words.desk.me.weak[weak] ?? weak);
  const now = app.clock.now();
  const account: Account = {
    ...newAccount(input.name, input.display, input.roles),
    ...(input.mail ? { mail: input.mail } : {}),
    ...(input.password === undefined
      ? {}
      : { password: await hashPassword(input.password), given: input.given ?? true, givenAt: now }),
  };
  if (!(await app.accounts.add(account)))
    throw new RequestError(409, 'exists', w.exists(input.name));
  await app.journal.append('person-added', '', by, now, {
    name: input.name,
    roles: input.roles,
    from,
  });
  await tell(({ desk: { people } }) => {
    const roles = account.roles.map((role) => people.roleNames[role] ?? role).join('、');
    return [
      people.addedSubject(account.name, roles),
      people.addedText(account.name, roles, by, from),
    ];
  }, account);
  return account;
}

const manages = (one: Account): boolean => !one.disabled && one.roles.includes('admin');

/**
 * Ends every session of the person: what they may do has changed. With a password or a factor go
 * their tokens.
 * @throws RequestError where nobody could manage people afterwards
 */
export async function changePerson(
  desk: Office,
  { name: by, from }: By,
  name: string,
  input: PersonChange,
  words: Messages,
): Promise<Account> {
  const { app } = desk;
  const w = words.desk.people;
  const weak = input.password === undefined ? undefined : await weaknessOf(input.password, name);
  if (weak) throw new RequestError(422, 'weak-password', words.desk.me.weak[weak] ?? weak);
  const hashed = input.password === undefined ? undefined : await hashPassword(input.password);
  const now = app.clock.now();
  const changed = await app.accounts.change(name, (before) => {
    const after: Account = {
      ...before,
      display: input.display ?? before.display,
      roles: input.roles ?? before.roles,
      disabled: input.disabled ?? before.disabled,
      generation: before.generation + 1,
      invitation: undefined,
      secrets: before.secrets + (hashed !== undefined || input.resetTotp ? 1 : 0),
      ...(input.mail ? { mail: input.mail } : {}),
      ...(hashed === undefined ? {} : { password: hashed, given: true, givenAt: now }),
      ...(input.resetTotp ? { totp: undefined } : {}),
    };
    return name === by && manages(before) && !manages(after) ? undefined : after;
  });
  if (changed === 'unknown') throw new RequestError(404, 'unknown-person', w.unknown(name));
  if (changed === 'refused') throw new RequestError(409, 'yourself', w.notYourself);
  if (changed === 'last-admin') throw new RequestError(409, 'last-admin', w.lastAdmin);
  const { password, ...told } = input;
  await app.journal.append('person-changed', '', by, now, {
    name,
    ...told,
    ...(password === undefined ? {} : { password: true }),
    from,
  });
  await tellChanged(
    desk,
    changed.before.mail === changed.after.mail ? changed.after : changed.before,
    by,
  );
  return changed.after;
}

export const newToken = z.object({
  label: z.string().trim().min(1).max(80),
  scopes: z.array(z.enum(PERMISSIONS)).min(1).max(PERMISSIONS.length),
  days: z.coerce.number().int().min(1).max(366).default(90),
});
export type NewToken = z.output<typeof newToken>;

export const token = z.object({
  id: z.string(),
  name: z.string(),
  label: z.string(),
  scopes: z.array(z.string()),
  expires: z.number(),
});

/**
 * A token for a program of one's own; it can do no more than oneself, and its person is told.
 * @returns the secret, for the only time
 */
export async function issueToken(
  { app, tell }: Desk,
  { account, from }: Principal,
  { label, scopes, days }: NewToken,
): Promise<{ token: Token; secret: string }> {
  const now = app.clock.now();
  const own = scopes.filter((one) => permissionsOf(account).has(one));
  const made = await app.accounts.issue(account, label, own, now, instant(now + days * DAY_MS));
  await app.journal.append('token-issued', '', account.name, now, {
    id: made.token.id,
    label,
    scopes: own,
    from,
  });
  await tell(({ desk: { me } }) => {
    const what = own.map((one) => me.scopeNames[one] ?? one).join('、');
    return [
      me.tokenSubject(account.name, label),
      me.tokenText(account.name, label, what, days, from),
    ];
  }, account);
  return made;
}

/** One's own tokens; an administrator's are everybody's. */
export async function tokensFor({ app }: Desk, { account, may }: Principal): Promise<Token[]> {
  const people = new Map((await app.accounts.all()).map((one) => [one.name, one]));
  const isGood = ({ name, secrets, expires }: Token): boolean =>
    people.get(name)?.secrets === secrets && expires > app.clock.now();
  return (await app.accounts.tokens()).filter(
    (one) => isGood(one) && (one.name === account.name || may.has('people')),
  );
}

export async function revokeToken(
  desk: Desk,
  who: Principal,
  id: string,
  words: Messages,
): Promise<void> {
  const { app } = desk;
  if (
    !(await tokensFor(desk, who)).some((one) => one.id === id) ||
    !(await app.accounts.revoke(id))
  )
    throw new RequestError(404, 'unknown-token', words.desk.nothing);
  await app.journal.append('token-revoked', '', who.account.name, app.clock.now(), {
    id,
    from: who.from,
  });
}
