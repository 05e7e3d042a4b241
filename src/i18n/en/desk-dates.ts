// What the desk says where a date is put back, expected, moved by a rule, or falls on a day off, in
// English. The Chinese in i18n/zh/desk-dates.ts is the model.
import type { DeskDateWords } from '../zh/desk-dates.ts';

const list = (all: readonly string[]): string => all.join('; ');

export const enDeskDates: DeskDateWords = {
  cancelledNow: (reason) =>
    `This release is cancelled${reason === undefined ? '' : ` (${reason})`}.`,
  restoreLead: (promised) =>
    `Before, it was announced for ${promised}. The public will read the new time, and why it is back.`,
  restoreLeadUnpromised: (due) =>
    `Before, it was due at ${due}, provisionally; the public was promised nothing.`,
  notCancelled: 'This release is not cancelled',
  withdrawn: 'What is public or withdrawn cannot be put back',
  expected: 'Expected time',
  expectedLead: (due) =>
    `It was due at ${due} and is not public yet. Say when it is expected, and the public knows. This publishes nothing and moves nothing.`,
  expectedDate: 'Expected on',
  expectedTime: 'Expected at',
  expectedPast: (at) => `${at} is over`,
  expectedPastHow: 'give a time that is still to come',
  expectedSame: 'The expected time is the same as before',
  expectedNone: 'No expected time was given',
  expectedOver: (at) => `The expected time in the plan, ${at}, is over.`,
  expectedWhy: (at) => `Expected time ${at}`,
  takeAway: 'Say no expected time',
  notLate: 'An expected time is for what is late and not public yet',
  publicSays: (status, timing) => `The public pages say: ${status}, ${timing}.`,
  publicWillSay: (said) => `Once it is saved: ${said}`,
  dated: (title, at) => `${title} (${at})`,
  kept: {
    past: (all) => `Past or public, as it was: ${list(all)}`,
    'too-near': (all) =>
      `The new rule gives a time that is past or too near to prepare, so it stays as it was: ${list(all)}`,
    'other-year': (all) =>
      `By the new rule it is not in this year's plan any more, so it stays as it was: ${list(all)}`,
    cancelled: (all) => `Cancelled, left alone: ${list(all)}`,
    unconfirmed: (all) =>
      `Announced, and not provisional again because holidays are not known yet: ${list(all)}`,
    'own-date': (all) => `The plan gives it a date of its own, which no rule moves: ${list(all)}`,
    skipped: (all) =>
      `More than there was, but past, too near to prepare, or in another year's plan already, so it is skipped: ${list(all)}`,
  },
  keptLead: 'These stay:',
  ruleReason:
    'These announced dates would move: say why. The public reads for each when it was to be, and why it moved.',
  otherFile: (title, file) =>
    `The date of ${title} would move with it and is in another file, ${file}; a form changes one file at a time`,
  otherFileHow: 'edit the YAML itself, and write its date in that file first',
  closedLead: 'Look again: these are no working days (it can be saved all the same):',
  closedDay: (title, date, weekday, name) =>
    `${title}: ${date}, ${weekday}${name === undefined ? '' : `, ${name}`}`,
  ownDayOff: "a day off of the bureau's own",
  more: (count) => `and ${count} more`,
};
