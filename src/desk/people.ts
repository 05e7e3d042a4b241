// Adding people and changing what they may do, and the tokens of their programs. There is always an administrator.
// Not for signing in: sign-in.ts.
import { z } from 'zod';
import { newAccount, ROLES } from '../ledger/accounts.ts';
import type { Account, Token } from '../ledger/accounts.ts';
import { instant } from '../plan/types.ts';
import type { Words } from '../words/index.ts';
import { Refused } from './desk.ts';
import type { Desk, Who } from './desk.ts';
import { PERMISSIONS, permissionsOf } from './roles.ts';
import { hashPassword, weaknessOf } from './secrets.ts';

const NAME = /^[a-z][a-z0-9.-]{1,31}$/;
const DAY_MS = 86_400_000;

export const newPerson = z.object({
  name: z.string(),
  display: z.string().trim().min(1).max(50),
  mail: z.email().optional(),
  roles: z.array(z.enum(ROLES)).min(1),
  /** Whether they have to choose another one first: unless they typed it themselves. */
  given: z.boolean().optional(),
  /** Left out where they sign in by the bureau's accounts alone. */
  password: z.string().optional(),
});
export type NewPerson = z.output<typeof newPerson>;

export const personChange = z.object({
  display: z.string().trim().min(1).max(50).optional(),
  mail: z.email().optional(),
  roles: z.array(z.enum(ROLES)).min(1).optional(),
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

export function shown({ name, display, mail, roles, totp, disabled }: Account): z.output<typeof person> {
  return { name, display, ...(mail ? { mail } : {}), roles, totp: totp !== undefined, disabled };
}

/** @param by whoever does it, for the journal */
export async function addPerson({ house }: Pick<Desk, 'house'>, by: string, input: NewPerson, words: Words): Promise<Account> {
  const w = words.desk.people;
  if (!NAME.test(input.name)) throw new Refused(422, 'bad-name', w.badName);
  const weak = input.password === undefined ? undefined : await weaknessOf(input.password, input.name);
  if (weak) throw new Refused(422, 'weak-password', words.desk.me.weak[weak] ?? weak);
  const account: Account = {
    ...newAccount(input.name, input.display, input.roles),
    ...(input.mail ? { mail: input.mail } : {}),
    ...(input.password === undefined ? {} : { password: await hashPassword(input.password), given: input.given ?? true }),
  };
  if (!(await house.accounts.add(account))) throw new Refused(409, 'exists', w.exists(input.name));
  await house.journal.append('person-added', '', by, house.clock.now(), { name: input.name, roles: input.roles });
  return account;
}

/** Ends every session of the person: what they may do has changed. @throws Refused where nobody could manage people afterwards */
export async function changePerson({ house }: Pick<Desk, 'house'>, by: string, name: string, input: PersonChange, words: Words): Promise<Account> {
  const w = words.desk.people;
  const before = await house.accounts.get(name);
  if (!before) throw new Refused(404, 'unknown-person', w.unknown(name));
  const weak = input.password === undefined ? undefined : await weaknessOf(input.password, name);
  if (weak) throw new Refused(422, 'weak-password', words.desk.me.weak[weak] ?? weak);
  const after: Account = {
    ...before,
    display: input.display ?? before.display,
    roles: input.roles ?? before.roles,
    disabled: input.disabled ?? before.disabled,
    generation: before.generation + 1,
    ...(input.mail ? { mail: input.mail } : {}),
    ...(input.password === undefined ? {} : { password: await hashPassword(input.password), given: true }),
    ...(input.resetTotp ? { totp: undefined } : {}),
  };
  const manages = (one: Account): boolean => !one.disabled && one.roles.includes('admin');
  if (name === by && manages(before) && !manages(after)) throw new Refused(409, 'yourself', w.notYourself);
  if (manages(before) && !manages(after) && !(await house.accounts.all()).some((one) => one.name !== name && manages(one)))
    throw new Refused(409, 'last-admin', w.lastAdmin);
  await house.accounts.put(after);
  const { password, ...told } = input;
  await house.journal.append('person-changed', '', by, house.clock.now(), { name, ...told, ...(password === undefined ? {} : { password: true }) });
  return after;
}

export const newToken = z.object({
  label: z.string().trim().min(1).max(80),
  scopes: z.array(z.enum(PERMISSIONS)).min(1),
  days: z.coerce.number().int().min(1).max(366).default(90),
});
export type NewToken = z.output<typeof newToken>;

export const token = z.object({ id: z.string(), name: z.string(), label: z.string(), scopes: z.array(z.string()), expires: z.number() });

/** A token for a program of one's own; it can do no more than oneself. @returns the secret, for the only time */
export async function issueToken({ house }: Desk, { account }: Who, { label, scopes, days }: NewToken): Promise<{ token: Token; secret: string }> {
  const now = house.clock.now();
  const own = scopes.filter((one) => permissionsOf(account).has(one));
  const made = await house.accounts.issue(account.name, label, own, now, instant(now + days * DAY_MS));
  await house.journal.append('token-issued', '', account.name, now, { id: made.token.id, label, scopes: own });
  return made;
}

/** One's own tokens; an administrator's are everybody's. */
export async function tokensFor({ house }: Desk, { account, may }: Who): Promise<Token[]> {
  return (await house.accounts.tokens()).filter((one) => one.name === account.name || may.has('people'));
}

export async function revokeToken(desk: Desk, who: Who, id: string, words: Words): Promise<void> {
  const { house } = desk;
  if (!(await tokensFor(desk, who)).some((one) => one.id === id) || !(await house.accounts.revoke(id)))
    throw new Refused(404, 'unknown-token', words.desk.nothing);
  await house.journal.append('token-revoked', '', who.account.name, house.clock.now(), { id });
}
