// `banli publish | retry | hold | settle | done | approve`: what an operator does about one release. Not
// for what may be done: publish/commands.ts.

import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { App } from '../app/app.ts';
import type { Messages } from '../i18n/index.ts';
import { type Account, newAccount } from '../ledger/accounts.ts';
import { BanliError } from '../lib/errors.ts';
import { RequestError } from '../lib/request-error.ts';
import {
  type OperationInput,
  type OperationName,
  operationInput,
  runOperation,
} from '../operations/operations.ts';
import type { Actor, OperationResult } from '../operations/result.ts';
import { APPROVAL_STEPS } from '../operations/roles.ts';
import type { Release } from '../plan/types.ts';
import { channelsWith } from '../publish/correct-and-withdraw.ts';
import { titled } from '../site/names.ts';
import {
  type Context,
  channelOption,
  contextOf,
  print,
  releaseOf,
  withApp,
  withChannels,
} from './context.ts';
import { missing, settlementOf } from './settle-options.ts';

type Options = { channel?: string };
/** So many characters of a digest name it. */
const SHORT_DIGEST = 12;

/** Whoever sits at this machine: they may do everything. */
const actor = (): Actor => ({
  account: { name: userInfo().username, roles: [...APPROVAL_STEPS] },
  from: 'cli',
  detail: { command: process.argv.slice(2).join(' ') },
});

/** Does what the table of operations has, and says what came of it on each channel. */
async function run(
  context: Context,
  name: OperationName,
  id: string,
  input: OperationInput,
  open = withChannels,
): Promise<number> {
  const { words } = context;
  return open(context, async (app) => {
    const release = releaseOf(app.planService.calendar(), id, words);
    // Where it is public, or may be, too, though plan or configuration have dropped that channel since.
    const known = await channelsWith(app.publishDeps, release);
    const channel = channelOption(input.channel, known, words);
    const done = await operate(app, name, release, { ...input, channel }, words);
    for (const one of done) print(sayOutcome(one, release, words));
    return 0;
  });
}

/** Does what the table of operations has. @throws BanliError with what it refuses */
export const operate = (
  app: App,
  name: OperationName,
  { id }: Release,
  input: OperationInput,
  words: Messages,
  who: Actor = actor(),
): Promise<OperationResult[]> => runOperation(app, who, name, id, input, words).catch(asBanliError);

/** A refusal as every other error of the command line. @throws BanliError, or what is no refusal */
export function asBanliError(error: unknown): never {
  if (!(error instanceof RequestError)) throw error;
  const { code, message, hint, lines } = error;
  throw new BanliError(code, [message, ...lines].join('\n'), { hint });
}

function sayOutcome({ message }: OperationResult, release: Release, words: Messages): string {
  return words.cli.outcome(titled(release, words), message);
}

export function publish(id: string, options: Options, command: Command): Promise<number> {
  return run(contextOf(command), 'publish', id, options);
}

export function retry(id: string, options: Options, command: Command): Promise<number> {
  return run(contextOf(command), 'retry', id, options);
}

export function hold(
  id: string,
  options: Options & { reason?: string },
  command: Command,
): Promise<number> {
  return run(contextOf(command), 'hold', id, options, withApp);
}

/** A person has looked at the channel, and says whether it is public. */
export function settle(
  id: string,
  options: Options & { public?: boolean; notPublic?: boolean },
  command: Command,
): Promise<number> {
  const context = contextOf(command);
  const { name, channel } = settlementOf(options, context.words);
  return run(context, name, id, { channel });
}

/** Somebody has published where people publish by hand. */
export function done(
  id: string,
  { channel, url, note }: Options & { url?: string; note?: string },
  command: Command,
): Promise<number> {
  const context = contextOf(command);
  if (channel === undefined)
    throw missing('done', `--channel <${context.words.help.place.channel}>`, context.words);
  const said = operationInput.safeParse({ url, note });
  if (!said.success)
    throw new BanliError('usage', context.words.manual.badUrl, {
      hint: context.words.manual.badUrlHow,
    });
  return run(context, 'done', id, { ...said.data, channel });
}

/**
 * Notes that a person approves exactly the content that is there now; another byte needs another
 * approval. Where people have accounts at the desk it is one of them, in their turn, as there.
 */
export function approve(
  id: string,
  options: { as?: string; digest?: string },
  command: Command,
): Promise<number> {
  const context = contextOf(command);
  const { as } = options;
  if (as === undefined)
    throw missing('approve', `--as <${context.words.help.place.user}>`, context.words);
  return withApp(context, async (app) => {
    const release = releaseOf(app.planService.calendar(), id, context.words);
    const loaded = await app.publishDeps.load(release);
    if (loaded.state !== 'ready') {
      print(context.words.cli.contentWrong);
      if (loaded.state === 'flawed')
        for (const flaw of loaded.flaws)
          print(`${flaw.file}:${flaw.line}  ${context.words.flaw(flaw.code, flaw.detail)}`);
      else print(context.words.reason('content-missing', undefined, ''));
      return 1;
    }
    const { digest, title } = loaded.bundle;
    const asked = options.digest?.toLowerCase();
    // What is read off a page may be its beginning alone.
    const seen =
      asked === undefined || (asked.length >= SHORT_DIGEST && digest.startsWith(asked))
        ? digest
        : asked;
    const account = await approver(app, as, context.words);
    const who: Actor = { account, from: 'cli' };
    await operate(app, 'approve', release, { digest: seen }, context.words, who);
    print(
      context.words.cli.approved(release.id, await app.planStore.approvals(release.id, digest)),
    );
    print(context.words.cli.approvedWhat(title, digest.slice(0, SHORT_DIGEST)));
    return 0;
  });
}

/**
 * Who approves: one of those who have an account; where nobody has one, whoever says so.
 * @throws BanliError
 */
async function approver(app: App, name: string, words: Messages): Promise<Account> {
  const all = await app.accounts.all();
  if (all.length === 0) return newAccount(name, name, APPROVAL_STEPS);
  const found = all.find((one) => one.name === name && !one.disabled);
  const able = all.filter(
    ({ disabled, roles }) =>
      !disabled && roles.some((role) => (APPROVAL_STEPS as readonly string[]).includes(role)),
  );
  if (!found)
    throw new BanliError('unknown-person', words.desk.people.unknown(name), {
      hint: words.cli.mayApprove(able.map((one) => one.name)),
    });
  return found;
}
