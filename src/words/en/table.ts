// What the desk says of a year's table that is brought to it, in English.
import type { TableWords } from '../zh/table.ts';

export const enTable: TableWords = {
  title: 'A plan from a table',
  lead: 'Bring the table of the year as it was announced (Excel, Word, CSV, a web page, a calendar), or copy it out of a sheet and paste it below. What was read is shown first; nothing is in force before you say so.',
  file: 'The table (.xlsx, .docx, .csv, .html, .ics, .md)',
  pasted: 'Or paste it',
  year: 'Year (where the table does not say it)',
  read: 'Read it',
  nothing: 'Choose a file, or paste a table',
  badYear: 'Write the year with four digits, as 2027',
  heavy: (seconds) => `this file cannot be read in ${seconds} seconds`,
  heavyHow: 'keep the sheet with the dates alone, and bring it again',
  unread: 'Some of it cannot be read: mend it and bring it again',
  severalYears: (years) => `the table has dates of ${years.join(', ')}; a plan is of one year`,
  severalYearsHow: 'write in “Year” which one is meant',
  yearThere: (year) => `${year} has a plan already`,
  yearThereHow: 'a plan that was announced is not replaced as a whole: change its dates one by one, or edit the YAML',
  reviewTitle: (year) => `The table of ${year}: what was read`,
  found: (title, indicators, dates, byRule) =>
    `${title ? `“${title}”: ` : ''}${indicators} indicators, ${dates} dates; ${byRule} of them by rules, the others written out. Compared with the table: the same.`,
  replaces: (file) => `Saved, it takes the place of the example in ${file}.`,
  becomes: (file) => `Saved, it becomes ${file}.`,
  idsLead: 'Ids stand in addresses, folders and commands, and cannot change once announced: choose good ones now.',
  columns: ['Indicator', 'Id', 'Frequency', 'Rule', 'By rule', 'Certainty'],
  idOf: (name) => `Id of ${name}`,
  why: (year) => `plan for ${year}, from the table`,
};
