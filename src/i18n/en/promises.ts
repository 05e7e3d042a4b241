// What is said of a change that the rules of change forbid, in English.

import type { ToldRelease } from '../../plan/messages.ts';
import type { ApprovalRule } from '../../plan/types.ts';
import type { zhPromises } from '../zh/promises.ts';
import { enCommon } from './common.ts';

const APPROVALS: Readonly<Record<ApprovalRule, string>> = {
  none: 'none',
  one: "one person's",
  three: "three people's",
};
const titled = ({ id, en, period, interpretation }: ToldRelease): string =>
  `${interpretation ? 'the interpretation of ' : ''}"${en}${period === undefined ? '' : ` ${period}`}" (${id})`;
const channelsOf = ({ channels }: ToldRelease): string => channels.map(enCommon.channel).join(', ');

export const enPromises: typeof zhPromises = {
  nearWithoutWords: (one, past, lead, { period, isOld, at, was }) => {
    const inner = [
      at && `at: ${at}`,
      was && `was: ${was}`,
      'immediate: true',
      isOld ? 'reason: … (a new one)' : 'reason: …',
    ]
      .filter(Boolean)
      .join(', ');
    const entry =
      period === undefined ? `add ${inner}` : `write under dates: ${period}: { ${inner} }`;
    return {
      wrong: past
        ? `as it stands, ${titled(one)} would become public at once on ${channelsOf(one)}: its time ${one.due} is past`
        : `as it stands, ${titled(one)} would become public at ${one.due} on ${channelsOf(one)}: less than ${enCommon.span(lead)} from now, which is too short to prepare and check it (lead)`,
      expected: isOld
        ? 'the immediate: true and reason that stand there were said of the earlier time, and do not count for this one'
        : 'no time in the past or nearer than the lead, unless you say that it is to be public at once, and why',
      write: `mend the time; if it is to be public at once, ${entry}`,
    };
  },
  longPast: (one, window, period) => ({
    wrong: `the time ${one.due} of ${titled(one)} is long past (by more than its window, ${enCommon.span(window)}): it would not come out by itself`,
    expected: 'no time in the past',
    write: `write a time to come${period === undefined ? '' : `; if Banli is not to publish this period, skip: [${period}]`}`,
  }),
  skipPast: (id, name, periods) => ({
    wrong: `"${name.en ?? name.zh}" (${id}) has ${periods.length} period(s) whose time is long past, which would not come out: ${periods.join(', ')}`,
    expected: 'no time in the past',
    write: `if Banli is not to publish them, write under ${id}: skip: [${periods.join(', ')}]; otherwise give them a time to come under dates`,
  }),
  immediateTooEarly: (one, lead) => ({
    wrong: `${titled(one)} is due at ${one.due}, far enough ahead: immediate: true is not needed`,
    expected: `immediate is for what is to be public within ${enCommon.span(lead)}; left in, the next mistyped date would be public at once`,
    write: 'remove immediate: true',
  }),
  yearGone: (year, count, file, renamed) => ({
    wrong: `the plan for ${year} is gone, and with it ${count} release(s) that the public was promised`,
    expected: 'what was promised does not vanish without a word',
    write:
      renamed === undefined
        ? `put ${file} back; if everything of that year is out, move it into the archive folder of the plan folder and do not delete it`
        : `this file says year: ${renamed} now; make it year: ${year} again, and write the plan for ${renamed} in a file of its own`,
  }),
  indicatorGone: (id, name, count, renamed) => ({
    wrong: `the indicator "${name.en ?? name.zh}" (${id}) is gone, and with it ${count} release(s) that the public was promised`,
    expected: 'a promised indicator is not deleted, and keeps its id (its name may change)',
    write:
      renamed === undefined
        ? `put ${id} back; for each period that will not come out write under its dates: PERIOD: { cancelled: true, reason: … }`
        : `if you renamed the id to ${renamed}, make it ${id} again`,
  }),
  interpretationMoved: (id, was, now, period) => ({
    wrong: `${id} was announced for ${was} and is now ${now}, without saying why`,
    expected:
      'an interpretation that moves by itself needs a reason, written with the release that it interprets',
    write:
      period === undefined
        ? 'give the notice a reason: …'
        : `write under dates: ${period}: { interpretation: 2d (how long after), reason: … }`,
  }),
  interpretationGone: (id, was, period) => ({
    wrong: `${id} was announced for ${was} and is gone from the plan`,
    expected: 'what was promised does not vanish without a word',
    write: `put interpretation back${period === undefined ? '' : `; if this period has none, write under dates: ${period}: { interpretation: cancelled, reason: … }`}`,
  }),
  unconfirmed: (id, due) => ({
    wrong: `${due} for ${id} is confirmed and announced: it cannot become provisional again`,
    expected: 'an announced time stays, or moves with words',
    write:
      'remove provisional; if holidays were taken out of workdays.yaml, put them back; to postpone, write a new at, was and reason',
  }),
  announcedLater: (year, was, now) => ({
    wrong: `the plan for ${year} was announced on ${was}: it cannot be announced on ${now}`,
    expected: 'a plan that was announced is not called back',
    write: `write announced: ${was}`,
  }),
  sampleLater: (year, announced) => ({
    wrong: `the plan for ${year} was announced on ${announced}: it cannot become an example (sample: true)`,
    expected: 'a plan that was announced is not called back',
    write: 'remove the line that says it is an example (sample: true)',
  }),
  archivedDue: (year, first, count) => ({
    wrong: `the plan for ${year} is archived, but ${count} release(s) of it are still to come, first ${titled(first)} at ${first.due}`,
    expected: 'a year is archived once everything in it has been due',
    write: 'move the file back out of the archive folder, or remove archived: true',
  }),
  approvalLowered: (one, lead, before, after) => ({
    wrong: `${titled(one)} is due at ${one.due}, less than ${enCommon.span(lead)} from now, and needs ${APPROVALS[after]} approval instead of ${APPROVALS[before]}`,
    expected: 'it will come out by the lower demand',
    write: 'make sure that this is meant',
  }),
};
