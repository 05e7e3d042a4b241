// What is said of tables of dates, in English.

import { groupBy } from '../../plan/group.ts';
import { type Certainty, hasRhythm } from '../../plan/infer/table.ts';
import { periodRuns } from '../../plan/period.ts';
import type { FileTrouble, Head, Leftover, TableColumn } from '../../plan/table-columns.ts';
import type { Frequency, Name } from '../../plan/types.ts';
import type { TablesWords } from '../zh/tables.ts';
import { enSite } from './site.ts';

const FIELDS: Readonly<Record<TableColumn, string>> = {
  release: 'release',
  indicator: 'indicator',
  reference_period: 'reference period',
  frequency: 'frequency',
  date: 'date',
  time: 'time',
  status: 'status',
  name: 'name',
  name_en: 'English name',
  category: 'category',
  kind: 'kind',
  channels: 'channels',
  was: 'was',
  expected: 'expected',
  reason: 'reason',
  change_announced: 'change announced',
  briefing: 'briefing',
  lead: 'lead',
  grace: 'grace',
  window: 'window',
  approval: 'approval',
};
const HEADS: Readonly<Record<Head, string>> = {
  plan: 'plan title',
  timezone: 'time zone',
  announced: 'plan announced',
};
const TROUBLES: Readonly<Record<FileTrouble['what'], (text: string) => string>> = {
  'bad-date': (text) => `"${text}" is no date; write 2026-04-17`,
  'bad-time': (text) => `"${text}" is no time; write 09:30`,
  'bad-cell': (text) => `"${text}" can't be read; write 17/Tue 10:00, or …… for none`,
  'wrong-weekday': (text) => `weekday and date disagree: ${text}`,
  'no-such-day': (text) => `there is no day ${text}`,
  'no-table': () =>
    'no table found: either a row a release (with headings "name" and "date"), or indicators down and months across',
  'unknown-headings': (text) =>
    `there is a table whose first row is "${text}", but which column names and which dates cannot be told; head them "name" and "date" (or have indicators down and months across)`,
  'no-year': () =>
    'the table does not say its year; write it in its title, as "Release schedule 2027"',
  'bad-period': (text) =>
    `which period "${text}" is cannot be told; write 2026-03, 2026-Q1, 2026-S1, 2026, or as Chinese tables do 11月, 1—11月, 三季度, 上半年, 全年`,
  'bad-status': (text) =>
    `unknown status "${text}"; it is provisional, confirmed, postponed, brought forward or cancelled`,
  'bad-expected': (text) => `"${text}" is no expected time; write 2026-04-17 15:00`,
  'bad-was': (text) => `"${text}" is no earlier time; write 2026-04-17 10:00`,
  'bad-value': (text) => `"${text}" is not known; write it as in a plan (24h, none, bulletin …)`,
  'bad-timezone': (text) => `there is no time zone "${text}"; for example Asia/Shanghai`,
  'no-name': (text) => `the row of ${text} names no indicator`,
  unreadable: (text) => `this file can't be opened (${text})`,
  'unknown-format': () =>
    'only .xlsx, .docx, .csv, .html, .ics and .md files can be read; save an old .xls or .doc as .xlsx or .docx first',
  'not-a-document': () =>
    'this is no Word document (.docx), or it is damaged; save it as .docx once more',
  'not-a-workbook': () =>
    'this is no Excel workbook (.xlsx), or it is damaged; save it as .xlsx once more',
  'sheets-differ': (text) =>
    `two tables disagree, the other one lacks this date: ${text}. Make them agree, or keep one`,
};
const CERTAINTY: Readonly<Record<Certainty, string>> = {
  sure: 'a clear rhythm',
  likely: 'some rhythm',
  guess: 'uncertain',
};
const placed = (place: string): string => {
  const [, grid, row, column] = / (\d+):(\d+):(\d+)$/.exec(place) ?? [];
  if (grid !== undefined) return `table ${grid}, row ${row}, column ${column}`;
  return /^\d+$/.test(place) ? `line ${place}` : place;
};
const at = (place: string): string => (place === '' ? '' : `${placed(place)}  `);
const called = ({ name, period }: { name: Name; period: string | undefined }): string =>
  `${name.en ?? name.zh}${period === undefined ? '' : `, ${enSite.periodName(period)}`}`;
const LEFT: Readonly<Record<Leftover['why'], (about: string) => string>> = {
  'other-year': (about) =>
    /^\d+$/.test(about)
      ? `no date of ${about}`
      : `its column is headed "${about}", which is not the table's year`,
  'no-date': () => 'no date was read in this row',
  'undated-cell': () => 'it says no day; bring it into the plan once there is one',
  column: (about) =>
    about === '' ? 'its column has no heading' : `a plan has nothing like the column "${about}"`,
  above: () => 'words above the table',
  below: () => 'words below the table',
  sheet: () => 'no table was found here',
  more: () => 'not listed one by one',
};
const FREQUENCY: Readonly<Record<Frequency, string>> = {
  M: 'monthly',
  Q: 'quarterly',
  S: 'half-yearly',
  A: 'annual',
};

export const enTables: TablesWords = {
  fields: FIELDS,
  heads: HEADS,
  list: 'List',
  noneMeans: '"……" means no release in that month',
  wrongFile: (name) => `${name} has places that can't be read:`,
  trouble: (one, where = 'cli') =>
    `${at(one.place)}${'of' in one && one.of ? `${one.of.trim()}: ` : ''}${TROUBLES[one.what](one.text)}${one.what === 'no-year' ? (where === 'cli' ? ', or add --year 2027' : ', or fill in "Year" below') : ''}`,
  left: ({ place, text, why, about, name, count }) =>
    `${at(place)}${name === '' ? '' : `${name}: `}${text === '' ? `${count} cell(s) of words` : `"${text}"${count > 1 ? ` (${count} cells)` : ''}`}: ${LEFT[why](about)}`,
  leftLead: (count) => `${count} thing(s) in the table were not taken:`,
  skips: (findings) =>
    [
      ...groupBy(
        findings.filter((one) => one.skips.length > 0),
        ({ skips }) => skips.join(' '),
      ).values(),
    ].map((own) => {
      const periods = periodRuns(own[0]?.skips ?? []).map((run) =>
        run.map((one) => (one === undefined ? '' : enSite.periodName(one))).join(' to '),
      );
      return `${own.map(({ name }) => name.en ?? name.zh).join(', ')}: ${periods.join(', ')}`;
    }),
  skipsLead: 'Not released (the table has none of these periods):',
  tableTrouble(one) {
    switch (one.what) {
      case 'empty':
        return 'there is not one date in the table';
      case 'twice':
        return `${at(one.second)}${called(one)} was there before, at ${placed(one.first)}; take one out or change its period`;
      case 'mixed-frequency':
        return `${at(one.place)}${called(one)}: another frequency than its other periods; make two indicators of it`;
      case 'bad-period':
        return `${at(one.place)}${TROUBLES['bad-period'](one.period)}`;
      case 'overlap':
        return `${at(one.place)}${called(one)} overlaps ${enSite.periodName(one.other)}`;
      case 'not-kept':
        return `${at(one.place)}${called(one)} can't be written as a plan; please report this`;
    }
  },
  assumptions(all, where = 'cli') {
    const names = (one: readonly { name: string }[]): string =>
      one.map(({ name }) => name).join(', ');
    const times = all.filter((one) => one.what === 'time');
    const periods = groupBy(
      all.filter((one) => one.what === 'periods'),
      ({ frequency }) => frequency,
    );
    const combined = all.filter((one) => one.what === 'combined');
    return [
      ...times.map(
        ({ count, time }) =>
          `${count} date(s) have no time; taken as ${time} (${where === 'cli' ? '--at changes it' : 'to be changed below'})`,
      ),
      ...[...periods].map(
        ([often, own]) =>
          `the table has no periods; taken as ${FREQUENCY[often]}, the last period that had ended: ${names(own)}`,
      ),
      ...(combined.length > 0
        ? [
            `January has no release of its own; January and February are taken as one: ${names(combined)}`,
          ]
        : []),
    ];
  },
  head: (year) =>
    `Release plan ${year}, inferred from a table by banli: beside each rule stands how many dates it gives.`,
  title: (year) => `Release plan ${year}`,
  finding: (one) =>
    !hasRhythm(one)
      ? `${one.dates > 1 ? `${one.dates} dates` : 'one date'}, no rhythm in it`
      : `${one.byRule} of ${one.dates} dates by this rule, ${CERTAINTY[one.certainty]}${one.rivals.length > 0 ? `; these fit as well: ${one.rivals.join(', ')}` : ''}${one.plain ? `; without another indicator ${one.plain.byRule} of ${one.dates} at the most (${one.plain.due})` : ''}`,
  noReason: 'no reason in the table',
  foundColumns: ['indicator', 'id', 'rhythm', 'by rhythm', 'written out', 'skipped', 'certainty'],
  rhythm: (one) =>
    hasRhythm(one)
      ? [`${one.byRule}/${one.dates}`, CERTAINTY[one.certainty]]
      : ['—', one.dates > 1 ? 'no rhythm' : 'one date'],
  announced: (day) =>
    `The table does not say when it was announced; "announced" is ${day}: make it the day that it was.`,
  total: (dates, byRule, isWhole) =>
    `${dates} dates${byRule > 0 ? `, ${byRule} by rhythm, the others written out` : ''}. ${isWhole ? 'Compared with the table: the same.' : 'What was taken was compared with the table and is the same; what was not taken stands above.'}`,
  noFile: (path) => `there is no file ${path}`,
  written: (path) => `written to ${path}`,
  exported: (year, others) =>
    `This is the calendar of ${year}${others.length > 0 ? `; for ${others.join(', ')} add --year` : ''}`,
  exists: (path) => `${path} exists and was not overwritten`,
  existsHow: 'name another file (--out), or move the old one away first',
  severalYears: (years) => `the table has dates in ${years.join(', ')}; a plan is of one year`,
  severalYearsHow: 'use --out FOLDER for a file each, or --year for one of them',
  needFormat: 'say which format: one of --csv, --xlsx, --docx, --ics, --md',
  needOut: 'a workbook has to go into a file',
  needOutHow: 'for example --out 2026.xlsx',
  noYear: (year, known) => `there is no plan for ${year}, only for ${known.join(', ')}`,
};
