// What has to be said of a publication in doubt, here and with `--server` alike: of which channel,
// and which of the two. Not for settling it: operations.ts, remote.ts.
import type { Messages } from '../i18n/index.ts';
import { BanliError } from '../lib/errors.ts';

/** What is needed here and not with `--server`, where whoever has the token says it. */
export function missing(command: string, option: string, { cli, help }: Messages): BanliError {
  const said = cli.usage('commander.missingMandatoryOptionValue', option);
  return new BanliError('usage', cli.missing(said, `${command} ${help.examples[command] ?? ''}`));
}

interface SettleOptions {
  readonly channel?: unknown;
  readonly public?: unknown;
  readonly notPublic?: unknown;
}

/**
 * What somebody who has looked says; nothing left out is taken for an answer.
 * @throws BanliError where the channel, or one of the two, is not said
 */
export function settlementOf(
  options: SettleOptions,
  words: Messages,
): { readonly name: 'is-public' | 'not-public'; readonly channel: string } {
  const { channel } = options;
  if (typeof channel !== 'string' || channel === '')
    throw missing('settle', `--channel <${words.help.place.channel}>`, words);
  if ((options.public === true) === (options.notPublic === true))
    throw missing('settle', '--public | --not-public', words);
  return { name: options.public === true ? 'is-public' : 'not-public', channel };
}
