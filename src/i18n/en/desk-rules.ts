// What the desk's forms say of rules and of a new notice, in English. Not for a rule in words:
// rules.ts.
import type { DeskRuleWords } from '../zh/desk-rules.ts';

export const enDeskRules: DeskRuleWords = {
  lead: 'Each indicator stands with its rule as it is now. To change one, write it as shown under “How to write it”; before saving you see which dates move. Where one period alone differs, leave the rule: open that date and move it.',
  due: 'Rule (due)',
  ways: 'How to write it',
  samples: [
    [
      '{ day: 10, month: +1, if-closed: next }',
      'the 10th of the next month; of a day off the next working day (previous: the one before, stay: as it is)',
    ],
    [
      '{ day: last, month: +0, if-closed: previous }',
      'the last day of the month, or the working day before',
    ],
    ['{ working-day: 12, month: +1 }', 'the 12th working day of the next month'],
    ['{ weekday: { nth: 2, day: fri }, month: +1 }', 'the second Friday of the next month'],
    ['{ working-days-after: 12 }', '12 working days after the period'],
    ['{ date: 03-25, if-closed: next }', '25 March of the next year, or the next working day'],
    ['{ same-as: cpi }', 'the day of the indicator cpi'],
    ['{ after: { indicator: gdp, working-days: 1 } }', 'a working day after gdp'],
  ],
  notice: {
    id: 'Id (in the address; left out, one is made of the name)',
    zh: 'Name in Chinese',
    en: 'Name in English',
    channels: 'Channels',
    category: 'Category',
    file: 'In which file',
  },
  notAnnounced: (when) =>
    `It is due at ${when}. This year’s plan is not announced yet (or is the example): the public does not see this change, and the reason stands in the plan.`,
  asPlanned: (usual) =>
    usual.length === 0 ? 'as the plan has it' : `as the plan has it (${usual.join(', ')})`,
  thenText:
    'Once it is saved, write its text under Content, and have it approved where that is asked for.',
};
