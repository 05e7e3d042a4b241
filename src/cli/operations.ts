// `banli publish | retry | hold | settle | approve`: what an operator does about one release. Not
// for what may be done: publish/commands.ts.
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { App } from '../app/app.ts';
import type { Messages } from '../i18n/index.ts';
import { type Account, newAccount } from '../ledger/accounts.ts';
import type { LedgerEntry } from '../ledger/ledger.ts';
import { BanliError } from '../lib/errors.ts';
import { RequestError } from '../lib/request-error.ts';
import { approveContent as approveAs } from '../operations/approvals.ts';
import { APPROVAL_STEPS } from '../operations/roles.ts';
import { minuteIn } from '../plan/time.ts';
import { publicationId, type Release } from '../plan/types.ts';
import {
  type AuditContext,
  holdBack,
  type OperationOutcome,
  publishNow,
  retryHeld,
  settleDoubt as settleEntry,
} from '../publish/commands.ts';
import {
  type Context,
  channelOption,
  contextOf,
  print,
  releaseOf,
  withChannels,
  withHouse,
} from './context.ts';

type Options = { channel?: string };
/** So many characters of a digest name it. */
const SHORT_DIGEST = 12;

const hand = () => ({
  actor: userInfo().username,
  detail: { command: process.argv.slice(2).join(' ') },
});

async function each(
  context: Context,
  id: string,
  options: Options,
  act: (house: App, release: Release, entry: LedgerEntry) => Promise<OperationOutcome>,
  open = withChannels,
): Promise<number> {
  const w = context.words.cli;
  return open(context, async (house) => {
    const release = releaseOf(house.planner.calendar(), id, context.words);
    const channel = channelOption(options.channel, release.settings.channels, context.words);
    const channels = channel === undefined ? release.settings.channels : [channel];
    for (const name of channels) {
      const entry = await house.ledger.get(publicationId(release.id, name));
      if (!entry) continue;
      const acted = await act(house, release, entry);
      if (acted === 'too-early')
        throw new BanliError('never-early', w.neverEarly(minuteIn(release.due, release.timezone)), {
          hint: w.neverEarlyHow,
        });
      print(sayOutcome(acted, entry, context.words));
    }
    return 0;
  });
}

/** What is needed here and not with `--server`, where whoever has the token says it. */
function missing(command: string, option: string, { cli, help }: Messages): BanliError {
  const said = cli.usage('commander.missingMandatoryOptionValue', option);
  return new BanliError('usage', cli.missing(said, `${command} ${help.examples[command] ?? ''}`));
}

function sayOutcome(acted: OperationOutcome, entry: LedgerEntry, words: Messages): string {
  switch (acted) {
    case 'asked':
      return words.cli.asked(entry.publication);
    case 'held':
      return words.cli.heldNow(entry.publication);
    case 'unsettled':
    case 'settled':
      return `${entry.publication}：${words.acts.results[acted] ?? acted}`;
    default:
      return words.cli.skipped(entry.publication, words.state(entry.state));
  }
}

export function publish(id: string, options: Options, command: Command): Promise<number> {
  return each(contextOf(command), id, options, (house, release, entry) =>
    publishNow(house.parts, release, entry, hand()),
  );
}

export function retry(id: string, options: Options, command: Command): Promise<number> {
  return each(contextOf(command), id, options, (house, _, entry) =>
    retryHeld(house.parts, entry, hand()),
  );
}

export function hold(
  id: string,
  options: Options & { reason?: string },
  command: Command,
): Promise<number> {
  const why = options.reason === undefined ? {} : { reason: options.reason };
  const by: AuditContext = { ...hand(), detail: { ...hand().detail, ...why } };
  return each(
    contextOf(command),
    id,
    options,
    (house, _, entry) => holdBack(house.parts, entry, by),
    withHouse,
  );
}

/** A person has looked at the channel, and says whether it is public. */
export function settle(
  id: string,
  options: Options & { public?: boolean; notPublic?: boolean },
  command: Command,
): Promise<number> {
  const context = contextOf(command);
  if (options.channel === undefined)
    throw missing('settle', `--channel <${context.words.help.place.channel}>`, context.words);
  if ((options.public === true) === (options.notPublic === true))
    throw missing('settle', '--public | --not-public', context.words);
  return each(context, id, options, (house, _, entry) =>
    settleEntry(house.parts, entry, options.public === true, hand()),
  );
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
  return withHouse(context, async (house) => {
    const release = releaseOf(house.planner.calendar(), id, context.words);
    const loaded = await house.parts.load(release);
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
    const account = await approver(house, as, context.words);
    try {
      await approveAs(house, { account, from: 'cli' }, release, seen, context.words);
    } catch (error) {
      throw error instanceof RequestError
        ? new BanliError(error.code, error.message, { hint: error.hint })
        : error;
    }
    print(
      context.words.cli.approved(release.id, await house.notebook.approvals(release.id, digest)),
    );
    print(context.words.cli.approvedWhat(title, digest.slice(0, SHORT_DIGEST)));
    return 0;
  });
}

/**
 * Who approves: one of those who have an account; where nobody has one, whoever says so.
 * @throws BanliError
 */
async function approver(house: App, name: string, words: Messages): Promise<Account> {
  const all = await house.accounts.all();
  if (all.length === 0) return newAccount(name, name, APPROVAL_STEPS);
  const found = all.find((one) => one.name === name && !one.disabled);
  const able = all.filter(
    ({ disabled, roles }) =>
      !disabled && roles.some((role) => (APPROVAL_STEPS as readonly string[]).includes(role)),
  );
  if (!found)
    throw new BanliError('unknown-person', words.desk.people.unknown(name), {
      hint: able.map((one) => one.name).join(', '),
    });
  return found;
}
