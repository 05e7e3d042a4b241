// `banli people add | list | password | disable`: who may sign in at the desk; the first
// administrator is made here. Not for signing in: desk/.
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Command } from 'commander';
import type { App } from '../app/app.ts';
import { ServiceLetters } from '../app/service-letters.ts';
import { isSampleAddress } from '../config/hosts.ts';
import { createInvitation as makeInvitation } from '../desk/people/invitations.ts';
import { addPerson, changePerson } from '../desk/people/people.ts';
import type { Messages } from '../i18n/index.ts';
import { ROLES, type Role } from '../ledger/accounts.ts';
import { isAnybodyAlive } from '../ledger/backup.ts';
import { BanliError } from '../lib/errors.ts';
import { RequestError } from '../lib/request-error.ts';
import { contextOf, print, printJson, table, withApp } from './context.ts';

/** @param options.roles separated by commas */
export function add(
  name: string,
  options: { roles: string; display?: string; mail?: string; oidc?: boolean; given?: boolean },
  command: Command,
): Promise<number> {
  const context = contextOf(command);
  const { words } = context;
  const roles = rolesIn(options.roles, words);
  return withApp(context, async (app) => {
    const password = options.oidc ? undefined : await readPassword(words);
    await told(() =>
      addPerson(
        officeOf(app),
        hand(),
        {
          name,
          display: options.display ?? name,
          mail: options.mail,
          roles,
          password,
          given: options.given ?? false,
        },
        words,
      ),
    );
    print(
      words.desk.cli.added(name, roles.map((role) => words.desk.people.roleNames[role]).join('、')),
    );
    return 0;
  });
}

/**
 * A link for somebody to choose their password by; a person who is not there yet is added first.
 * @param options of whoever is added
 */
export function invite(
  name: string,
  options: { roles: string; display?: string; mail?: string },
  command: Command,
): Promise<number> {
  const context = contextOf(command);
  const { words } = context;
  const roles = rolesIn(options.roles, words);
  return withApp(context, async (app) => {
    const { display = name, mail } = options;
    const account =
      (await app.accounts.get(name)) ??
      (await told(() => addPerson(officeOf(app), hand(), { name, display, mail, roles }, words)));
    const link = await makeInvitation({ app }, hand(), account);
    const { site, desk } = app.config;
    const isSample = isSampleAddress(desk.publicUrl);
    // The sample's address leads nowhere: this machine's own does, as long as Banli runs.
    const here = isSample ? link.replace(desk.publicUrl, `http://127.0.0.1:${site.port}/`) : link;
    print(`${words.desk.invitation.made(account.name)}\n\n  ${here}\n`);
    if (isSample) print(words.cli.invitedAtSample(site.port));
    if (!(await isAnybodyAlive(app.redis))) print(words.cli.invitedAsleep);
    return 0;
  });
}

/**
 * @param text roles, by their names for programs or for people, separated by commas
 * @throws BanliError where one is no role
 */
function rolesIn(text: string, words: Messages): Role[] {
  const { roleNames } = words.desk.people;
  const named = (one: string): Role | undefined =>
    ROLES.find((role) => role === one || plainRole(role, words) === one);
  const wanted = text.split(/[,，、]/).map((one) => one.trim());
  const wrong = wanted.filter((one) => named(one) === undefined);
  if (wrong.length > 0)
    throw new BanliError('bad-roles', words.desk.cli.badRoles(wrong.join(', ')), {
      hint: ROLES.map((role) => `${role} ${roleNames[role] ?? ''}`).join(', '),
    });
  return wanted.map(named).filter((one) => one !== undefined);
}

/** A role as it may be typed after `--roles`, too. */
const plainRole = (role: Role, { desk }: Messages): string =>
  (desk.people.roleNames[role] ?? role).replace(/（.*| \(.*/, '');

export function list(options: { json?: boolean }, command: Command): Promise<number> {
  const context = contextOf(command);
  const w = context.words.desk.people;
  return withApp(context, async (app) => {
    const people = await app.accounts.all();
    if (options.json)
      printJson({
        people: people.map(({ name, display, mail, roles, totp, disabled }) => ({
          name,
          display,
          mail,
          roles,
          totp: totp !== undefined,
          disabled,
        })),
      });
    else if (people.length === 0) print(context.words.cli.nothingThere);
    else
      print(
        table(
          [w.name, w.display, w.roles, w.totp],
          people.map((one) => [
            one.name,
            one.display,
            one.roles.map((role) => plainRole(role, context.words)).join('、'),
            one.disabled ? w.disabled : one.totp ? w.on : w.off,
          ]),
        ),
      );
    return 0;
  });
}

/** Another password, for whoever has forgotten theirs; ends their sessions. */
export function password(
  name: string,
  options: { resetTotp?: boolean },
  command: Command,
): Promise<number> {
  const context = contextOf(command);
  const { words } = context;
  return withApp(context, async (app) => {
    if (!(await app.accounts.get(name)))
      throw new BanliError('unknown-person', words.desk.people.unknown(name), {
        hint: words.command('people list'),
      });
    const typed = await readPassword(words);
    await told(() =>
      changePerson(
        officeOf(app),
        hand(),
        name,
        { password: typed, resetTotp: options.resetTotp ?? false },
        words,
      ),
    );
    print(words.desk.cli.changed(name));
    return 0;
  });
}

export function disable(name: string, _: unknown, command: Command): Promise<number> {
  const context = contextOf(command);
  return withApp(context, async (app) => {
    await told(() => changePerson(officeOf(app), hand(), name, { disabled: true }, context.words));
    print(context.words.desk.cli.removed(name));
    return 0;
  });
}

const hand = () => ({ name: userInfo().username, from: 'cli' });
/** Those whom a change concerns are told as the desk tells them. */
const officeOf = (app: App) => ({
  app,
  tell: (...said: Parameters<ServiceLetters['tell']>) => new ServiceLetters(app).tell(...said),
});

/** What the desk refuses is an operator's mistake here too. */
async function told<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw error instanceof RequestError
      ? new BanliError(error.code, error.message, { hint: error.hint })
      : error;
  }
}

/**
 * From the terminal, unseen; or from what is piped in. Never an argument: those stand in the
 * shell's history.
 */
async function readPassword(words: Messages): Promise<string> {
  const w = words.desk.cli;
  const { isTTY } = process.stdin;
  if (isTTY) process.stderr.write(w.passwordPrompt);
  const unseen = new Writable({ write: (_, __, done) => done() });
  const lines = createInterface({ input: process.stdin, output: unseen, terminal: isTTY });
  try {
    for await (const line of lines) if (line !== '') return line;
  } finally {
    lines.close();
    if (isTTY) process.stderr.write('\n');
  }
  throw new BanliError('no-password', w.noPassword, { hint: w.noPasswordHow });
}
