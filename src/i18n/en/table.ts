// What the desk says of a year's table that is brought to it, in English.
import type { TableWords } from '../zh/table.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

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
  odd: 'this file cannot be taken in: it may hold characters that nothing shows, or a name that cannot be one (such as null)',
  oddHow: 'type the names anew instead of pasting them, save the file and bring it again',
  heavyHow: 'keep the sheet with the dates alone, and bring it again',
  unread: 'Some of it cannot be read: mend it and bring it again',
  severalYears: (years) => `the table has dates of ${years.join(', ')}; a plan is of one year`,
  severalYearsHow: 'write in “Year” which one is meant',
  yearThere: (year, announced) => `${year} has a plan already (announced ${announced})`,
  yearThereHow:
    'a plan that was announced is not replaced as a whole: change its dates one by one, or edit the YAML',
  reviewTitle: (year) => `The table of ${year}: what was read`,
  found: (indicators, notices, dates, byRule) =>
    `${indicators} indicators, ${notices > 0 ? `${notices} notices, ` : ''}${dates} dates${byRule > 0 ? `; ${byRule} of them keep to a rhythm, the others are written out` : ''}.`,
  whole: 'Compared with the table: the same.',
  notWhole: (count) =>
    `What was taken was compared with the table and is the same; ${count} thing(s) in it were not taken, see below.`,
  leftTitle: 'What was not taken',
  leftDated:
    'There are dates in these, or places for one. If you want them, mend the table and bring it again; if not, say so at the end of the page:',
  leftPlain: (count) => `Words that were not needed (${count})`,
  drop: (count) => `Without these: the ${count} date(s) listed above stay out of the plan`,
  dropMissing: 'Some dates of the table were not taken',
  dropMissingHow:
    'see “What was not taken”: tick “Without these” at the end of the page, or mend the table and bring it again',
  replaces: (file, isSample) =>
    `Saved, it takes the place of the ${isSample ? 'example' : 'plan that is not announced yet'} in ${file}.`,
  becomes: (file) => `Saved, it becomes ${file}.`,
  planTitle: 'Title of the plan (shown on the site)',
  announced: 'Announced (the day on which the plan is made public)',
  announcedHow:
    'The site shows it from that day on. What was due before it is taken as history and is not sent; if the table has past dates because Banli is new here, choose today.',
  badAnnounced: 'Choose the day of announcement',
  noTitle: 'Write a title',
  at: (count) => `Hour of the ${count} date(s) without one`,
  usualAt: '10:00',
  badAt: 'Write the hour as 10:00',
  idsTitle: 'Ids',
  idsLead: (longest) =>
    `Ids stand in addresses and in the folders of texts, where the public sees them. These will do as they are. Another one is made of small letters, digits and hyphens, begins with a letter, and has ${longest} characters at the most. Once announced it stays for the year; from next year's plan on it may be another (formerly), and old addresses go on working.`,
  idsWrong: (ids) => `No ids: ${ids.join(', ')}`,
  idsWrongHow: (longest) =>
    `begin with a small letter, use small letters, digits and hyphens only, ${longest} at the most; marked below`,
  idsTwice: (ids) => `Twice: ${ids.join(', ')}`,
  idsTwiceHow: 'each has an id of its own; marked below',
  columns: ['Indicator', 'Id', 'Frequency', 'Rhythm or dates', 'By rhythm', 'Certainty'],
  idOf: (name) => `Id of ${name}`,
  notice: 'notice',
  comma: ', ',
  day: (date) => `${Number(date.slice(8))} ${MONTHS[Number(date.slice(5, 7)) - 1] ?? ''}`,
  nearTitle: 'Dates that are near, or just past',
  nearLead:
    'Banli leaves time to prepare and to approve. There is none left for these; choose for each:',
  nearChoose: 'Choose',
  nearNow: 'Release it: public at this time (one that is past, as soon as its text is approved)',
  nearOut: 'Leave it out (not released by Banli, or out already)',
  nearReason: 'Why it is released at once (stands in the plan)',
  nearMissing: (count) => `${count} date(s) are near or just past, and nothing was chosen for them`,
  nearReasonMissing: 'Write why it is released at once',
  pastHow:
    'The table has dates that are long past. With today as the day of announcement they are history, and are not sent',
  datesTitle: 'Every date that would be in force',
  datesLead: 'Lay them beside the table.',
  month: (month, count) => `${month} (${count})`,
  why: (year) => `plan for ${year}, from the table`,
};
