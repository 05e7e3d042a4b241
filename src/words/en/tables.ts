// What is said of tables of dates, in English.
import type { Certainty } from '../../plan/infer/table.ts';
import type { Field, FileTrouble, Head } from '../../exchange/types.ts';
import type { Frequency } from '../../plan/types.ts';
import type { TablesWords } from '../zh/tables.ts';

const FIELDS: Readonly<Record<Field, string>> = {
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
const HEADS: Readonly<Record<Head, string>> = { plan: 'plan title', timezone: 'time zone', announced: 'plan announced' };
const TROUBLES: Readonly<Record<FileTrouble['what'], (text: string) => string>> = {
  'bad-date': (text) => `"${text}" is no date; write 2026-04-17`,
  'bad-time': (text) => `"${text}" is no time; write 09:30`,
  'bad-cell': (text) => `"${text}" can't be read; write 17/Tue 10:00, or …… for none`,
  'wrong-weekday': (text) => `weekday and date disagree: ${text}`,
  'no-such-day': (text) => `there is no day ${text}`,
  'no-table': () => 'no table found: either a row a release (with headings "name" and "date"), or indicators down and months across',
  'no-year': () => 'the table does not say its year; add --year 2026',
  'bad-period': (text) => `"${text}" is no reference period; write 2026-03, 2026-Q1, 2026-S1, 2026, or 2026-01..02 for a combined one`,
  'bad-status': (text) => `unknown status "${text}"; it is provisional, confirmed, postponed, brought forward or cancelled`,
  'bad-expected': (text) => `"${text}" is no expected time; write 2026-04-17 15:00`,
  'bad-was': (text) => `"${text}" is no earlier time; write 2026-04-17 10:00`,
  'bad-value': (text) => `"${text}" is not known; write it as in a plan (24h, none, bulletin …)`,
  'bad-timezone': (text) => `there is no time zone "${text}"; for example Asia/Shanghai`,
  'no-name': (text) => `the row of ${text} names no indicator`,
  unreadable: (text) => `this file can't be opened (${text})`,
  'unknown-format': () => 'only .xlsx, .docx, .csv, .html, .ics and .md files can be read; save an old .xls or .doc as .xlsx or .docx first',
  'not-a-document': () => 'this is no Word document (.docx), or it is damaged; save it as .docx once more',
  'not-a-workbook': () => 'this is no Excel workbook (.xlsx), or it is damaged; save it as .xlsx once more',
  'sheets-differ': (text) => `two tables disagree, the other one lacks this date: ${text}. Make them agree, or keep one`,
};
const CERTAINTY: Readonly<Record<Certainty, string>> = { sure: 'sure', likely: 'likely', guess: 'a guess' };
const FREQUENCY: Readonly<Record<Frequency, string>> = { M: 'monthly', Q: 'quarterly', S: 'half-yearly', A: 'annual' };

export const enTables: TablesWords = {
  fields: FIELDS,
  heads: HEADS,
  list: 'List',
  noneMeans: '"……" means no release in that month',
  wrongFile: (name) => `${name} has places that can't be read:`,
  trouble: (one) => `${one.place ? `${one.place}  ` : ''}${TROUBLES[one.what](one.text)}`,
  tableTrouble(one) {
    switch (one.what) {
      case 'empty':
        return 'there is not one date in the table';
      case 'twice':
        return `${one.second}  ${one.release} was there before, at ${one.first}; take one out or change its period`;
      case 'mixed-frequency':
        return `${one.place}  period ${one.period} of ${one.indicator} has another frequency than those above it; make two indicators of it`;
      case 'bad-period':
        return `${one.place}  ${TROUBLES['bad-period'](one.period)}`;
      case 'overlap':
        return `${one.place}  period ${one.period} overlaps ${one.other}`;
      case 'not-kept':
        return `${one.place}  ${one.release} can't be written as a plan; please report this`;
    }
  },
  assumption(one) {
    switch (one.what) {
      case 'time':
        return `${one.count} date(s) have no time; taken as ${one.time} (--at changes it)`;
      case 'periods':
        return `${one.indicator}: the table has no periods; taken as ${FREQUENCY[one.frequency]}, the last period that had ended`;
      case 'combined':
        return `${one.indicator}: January has no release of its own; taken as combined (${one.period})`;
    }
  },
  head: (year) => `Release plan ${year}, inferred from a table by banli: beside each rule stands how many dates it gives.`,
  title: (year) => `Release plan ${year}`,
  finding: (one) =>
    `${one.byRule} of ${one.dates} dates by this rule, ${CERTAINTY[one.certainty]}${one.rivals.length > 0 ? `; these fit as well: ${one.rivals.join(', ')}` : ''}${one.plain ? `; without another indicator ${one.plain.byRule} of ${one.dates} at the most (${one.plain.due})` : ''}`,
  noReason: 'no reason in the table',
  foundColumns: ['indicator', 'rule', 'by rule', 'exceptions', 'skipped', 'certainty'],
  certainty: (one) => CERTAINTY[one],
  total: (dates, byRule) => `${dates} dates, ${byRule} by rule, ${dates - byRule} exceptions. Read back: the same as the table.`,
  noFile: (path) => `there is no file ${path}`,
  written: (path) => `written to ${path}`,
  exists: (path) => `${path} exists and was not overwritten`,
  existsHow: 'name another file (--out), or move the old one away first',
  severalYears: (years) => `the table has dates in ${years.join(', ')}; a plan is of one year`,
  severalYearsHow: 'use --out FOLDER for a file each, or --year for one of them',
  needFormat: 'say which format: one of --csv, --xlsx, --docx, --ics, --md',
  needOut: 'a workbook has to go into a file',
  needOutHow: 'for example --out 2026.xlsx',
  noYear: (year, known) => `there is no plan for ${year}, only for ${known.join(', ')}`,
};
