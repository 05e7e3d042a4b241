// What to run on the server about releases that stand still, for whoever looks after it.

import type { Messages } from '../../i18n/index.ts';
import type { IncidentItem } from '../../ledger/incident.ts';
import { isUnsettled, isYourTurn } from '../conditions.ts';

const COMMANDS = 5;

/** Where the texts that are missing belong. */
export function placesOf(words: Messages, items: readonly IncidentItem[]): string[] {
  const places = new Set(
    items.flatMap(({ code, detail }) => (code === 'content-missing' && detail ? [detail] : [])),
  );
  return [...places].slice(0, COMMANDS).map(words.letters.placeOf);
}

/**
 * What brings it on: a word of whoever has looked, a retry of what is held, a look at what is
 * wrong, or the state.
 */
export function commandsOf(words: Messages, items: readonly IncidentItem[]): string[] {
  const each = (
    some: readonly IncidentItem[],
    say: (release: string, channel: string, code: string | undefined) => string[],
  ): string[] =>
    some.flatMap((item) =>
      item.channels.flatMap((channel) => say(item.release, channel, item.code)),
    );
  const early = items.filter((item) => item.code === 'early');
  if (early.length > 0)
    return each(early, (release, channel) => [
      words.command(
        `withdraw ${release} --channel ${channel} --reason "${words.letters.earlyReason}"`,
      ),
    ]);
  const unsettled = each(
    items.filter((item) => isUnsettled(item.code)),
    (release, channel) =>
      ['--public', '--not-public'].map((word) =>
        words.command(`settle ${release} --channel ${channel} ${word}`),
      ),
  );
  if (unsettled.length > 0)
    return unsettled.length > 2 * COMMANDS
      ? [...unsettled.slice(0, 2 * COMMANDS), words.command('status')]
      : unsettled;
  const held = each(
    items.filter((item) => item.state === 'held'),
    (release, channel, code) => [
      words.command(`${isYourTurn(code) ? 'done' : 'retry'} ${release} --channel ${channel}`),
    ],
  );
  if (held.length > 0)
    return held.length > COMMANDS
      ? [words.command('status'), ...held.slice(0, COMMANDS)]
      : held.slice(0, held.length === 1 ? 1 : COMMANDS);
  if (items.some((item) => item.code?.startsWith('content-'))) return [words.command('doctor')];
  if (items.some((item) => item.code === 'promise-gone')) return [words.command('plan diff')];
  const releases = [...new Set(items.map((item) => item.release))];
  return [releases.length === 1 ? words.command(`status ${releases[0]}`) : words.command('status')];
}
