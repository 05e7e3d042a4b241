// Dates that a change puts onto a day that is not worked, in sentences: a second look, and no
// refusal. Not for which days are worked: plan/workdays.ts.

import type { Messages } from '../../i18n/index.ts';
import { toDay, weekdayOf } from '../../plan/days.ts';
import { dateIn } from '../../plan/time.ts';
import type { PlanChange } from '../../plan/types.ts';
import { OWN_DAY, type Workdays } from '../../plan/workdays.ts';
import { titled } from '../../site/names.ts';

/** So many are told one by one. */
const MOST = 12;

/** @param workdays by which the plan in force is dated */
export function closedDays(
  changes: readonly PlanChange[],
  workdays: Workdays,
  words: Messages,
): string[] {
  const { closedDay, ownDayOff, more } = words.desk.dates;
  const said = changes.flatMap((change) => {
    if (change.kind !== 'moved' && change.kind !== 'restored' && change.kind !== 'added') return [];
    const { to } = change;
    const date = dateIn(to.due, to.timezone);
    const day = toDay(date);
    // An interpretation follows by hours and days of its own.
    if (to.status === 'cancelled' || to.follows !== undefined || workdays.isWorking(day)) return [];
    const name = workdays.nameOf(day);
    return [
      closedDay(
        titled(to, words),
        date,
        words.site.weekday(weekdayOf(day)),
        name === OWN_DAY ? ownDayOff : name,
      ),
    ];
  });
  return said.length <= MOST ? said : [...said.slice(0, MOST), more(said.length - MOST)];
}
