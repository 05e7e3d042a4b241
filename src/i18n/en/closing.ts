// What is said when a year is put away, in English.
import { minuteIn } from '../../plan/time.ts';
import type { ClosingWords } from '../zh/closing.ts';
import { enCommon } from './common.ts';

export const enClosing: ClosingWords = {
  noneHow: (years) =>
    years.length === 0 ? 'There is no plan of any year' : `There are: ${years.join(', ')}`,
  already: (year) => `${year} is in the archive already: nothing to do.`,
  unknown: (year) =>
    `Not archived: Redis does not answer, so it is not known whether everything of ${year} has ended`,
  unknownHow: 'start the service first (npx banli start), and try again',
  notOver: (year, left) =>
    `${left} release${left === 1 ? '' : 's'} of ${year} ${left === 1 ? 'is' : 'are'} still to come: it cannot be closed yet, and nothing was changed. Run it again once all have ended.`,
  open: (year, count) => `Not archived: ${count} of ${year} have not ended:`,
  one: ({ id, name, due, timezone }, channels) =>
    `${name.en ?? name.zh} (${id}), due ${minuteIn(due, timezone)}, not ended on: ${channels.map((one) => enCommon.channel(one)).join(', ')}`,
  toCome: ({ id, name, due, timezone, settings }) =>
    `${name.en ?? name.zh} (${id}), due ${minuteIn(due, timezone)}, on: ${settings.channels.map((one) => enCommon.channel(one)).join(', ')}`,
  openHow:
    'Deal with them at the desk first: publish them, or cancel them in the plan with a reason. Then archive.',
  there: (path) => `Not archived: there is a file ${path}`,
  thereHow: 'rename or move that file first, and try again',
  moved: (from, to, dry) => `${dry ? 'would move' : 'moved'}: ${from} → ${to}`,
  done: (year, releases, dry) =>
    dry
      ? `All ${releases} releases of ${year} have ended: it can be archived. Leave out --print to do so.`
      : `${year} is in the archive (${releases} releases). Public pages, punctuality and ledger stay; a running service reads it by itself, without a restart.`,
};
