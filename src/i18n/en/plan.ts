// What is said of a plan file, in English. Not for the plan's own contents.

import type { PlanMessages } from '../../plan/messages.ts';
import type { Expected } from '../../plan/schema.ts';
import type { Frequency } from '../../plan/types.ts';
import { enPromises } from './promises.ts';

const EXPECTED: Readonly<Record<Expected, readonly [expected: string, write: string]>> = {
  id: [
    'lower-case letters, digits and hyphens, a letter first, 60 characters at most',
    'for example cpi, retail-sales',
  ],
  date: ['a date, year-month-day', 'for example 2026-04-17'],
  color: ['a colour as #rrggbb', 'for example "#0b3a63"'],
  darker: ['a darker colour', 'for example "#0b3a63"'],
  days: ['a date, or from one to another', 'for example 2026-04-17, or 2027-10-01..2027-10-07'],
  datetime: ['a date, or a date and a time', 'for example 2026-04-17 or 2026-04-17 10:00'],
  time: ['a time of day, hours:minutes', 'for example "10:00" (in quotes)'],
  origin: ['an address of a host without a path', 'for example https://desk.example.gov.cn'],
  network: ['an address or a network', 'for example 10.0.0.5, 172.16.0.0/12'],
  duration: ['a duration: a number and s, m, h or d', 'for example 90s, 5m, 24h, 3d'],
  interpretation: [
    'a duration (how long after the release), or cancelled',
    'for example interpretation: 2d',
  ],
  before: [
    'how long before: working days wd, a duration, or lead (when it is staged)',
    'for example 3wd, 1d, lead',
  ],
  quiet: ['quiet hours: from when to when', 'for example 20:00-08:00'],
  siteAddress: [
    'the address of the site: beginning with http:// or https://, without user, password, ? and #, at most 300 characters',
    'for example https://stat.example.org/',
  ],
  url: ['an address that begins with http:// or https://', 'for example https://stat.example.org/'],
  address: ['a mail address', 'for example office@example.org'],
  secret: [
    'where the secret is, and not the secret',
    'for example { env: BANLI_MAIL_PASSWORD }, and the secret in .env',
  ],
  'email-way': [
    'a server to send by: kind: email needs mail',
    'such as mail: { host: smtp.example.gov.cn, … }',
  ],
  'reader-twice': ['each address once', 'take this one away'],
  'wordpress-tls': [
    'an address from https:// on: the application password must not go over the network as it is',
    'such as https://news.example.gov.cn/',
  ],
  'weibo-token': [
    'accessToken (one that you have), or app (authorised at the desk, Channels)',
    'for example app: { key: "1234567890", secret: { env: BANLI_WEIBO_APP_SECRET } }',
  ],
  way: ['mail, or a name of alerts.ways', 'for example ways: { missed: [mail, group] }'],
  mail: ['a mail address of this person', 'for example mail: xxgk@example.gov.cn'],
  period: [
    'a reference period: 2026-06, 2026-Q2, 2026-S1, 2026, or combined 2026-01..02',
    'for example 2026-06',
  ],
  'month-day': ['month-day', 'for example 03-25'],
  'month-offset': [
    'a whole number from 0 to 24: months after the last month of the period',
    'for example month: +1',
  ],
  'day-of-month': ['1 to 31, or last', 'for example day: 10'],
  'working-day': [
    '1 to 23 from the start of the month, or -1 to -23 from its end',
    'for example working-day: 12',
  ],
  count: ['a whole number above zero', 'for example 3'],
  nth: ['1 to 5, or last', 'for example nth: 2'],
  year: ['a year in four digits', 'for example 2026'],
  text: ['some text (not empty, 300 characters at most)', 'for example Consumer price index'],
  timezone: ['the name of an IANA time zone', 'for example Asia/Shanghai'],
};
const FREQUENCIES: Readonly<Record<Frequency, string>> = {
  M: 'monthly (M), written 2026-06',
  Q: 'quarterly (Q), written 2026-Q2',
  S: 'half-yearly (S), written 2026-S1',
  A: 'annual (A), written 2026',
};
const KEYS: Readonly<Record<string, string>> = {
  name: 'name: { zh: 中文名称 }',
  zh: 'zh: 中文名称',
  frequency: 'frequency: M',
  due: 'due: { day: 10, month: +1, if-closed: next }',
  at: 'at: 2026-10-08 09:00',
};
const TOP: Readonly<Record<string, string>> = {
  plan: 'plan: Release calendar 2026',
  timezone: 'timezone: Asia/Shanghai',
  year: 'year: 2026',
  announced: 'announced: 2025-12-26',
};
const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EACCES: 'no permission to read it',
  EPERM: 'no permission to read it',
  EISDIR: 'it is a folder and not a file',
  ENOTDIR: 'it is a file and not a folder',
  ELOOP: 'its link leads in a circle',
  EFBIG: 'it is too large, a plan file has at most 1 MB',
  'not-utf8': 'it is not in UTF-8 (Notepad’s “ANSI”): save it as UTF-8',
  'not-a-file': 'it is no ordinary file',
};
const meant = (near: string | undefined): string | undefined =>
  near === undefined ? undefined : `did you mean ${near}?`;
const isExpected = (code: string): code is Expected => code in EXPECTED;

export const enPlan: PlanMessages = {
  ...enPromises,
  error: '',
  warning: 'note: ',
  aStructure: 'a group of values',
  summary: (errors, warnings, releases) =>
    errors > 0
      ? `The plan has ${errors} error(s) and was not applied; mend them and save again.`
      : `The plan has no errors: ${releases} releases${warnings > 0 ? `, ${warnings} note(s)` : ''}.`,
  unknownKey: (key, known, near) => ({
    wrong: `unknown key "${key}"`,
    expected: known.length > 0 ? `here may stand ${known.join(', ')}` : undefined,
    write: meant(near),
  }),
  missing: (key) => ({
    wrong: `"${key}" is missing`,
    expected: 'it must be said',
    write: `add ${KEYS[key] ?? `${key}: …`}`,
  }),
  missingTop: (key) => ({
    wrong: `the plan lacks "${key}"`,
    expected: 'it stands at the top of the file',
    write: `add ${TOP[key] ?? key}`,
  }),
  badDue: (absent) => ({
    wrong: absent
      ? '"due" (the rule for the day) is missing'
      : '"due" is not written as it should be',
    expected:
      'exactly one of day, working-day, weekday, days-after, working-days-after, date, same-as, before, after',
    write: 'for example due: { day: 10, month: +1, if-closed: next }',
  }),
  expectedValue: (value, code) =>
    isExpected(code)
      ? {
          wrong:
            code === 'darker'
              ? `"${value}" is too light: white letters cannot be read on it`
              : `"${value}" is not right`,
          expected: `expected ${EXPECTED[code][0]}`,
          write: EXPECTED[code][1],
        }
      : { wrong: `"${value}" is not right`, expected: 'it cannot stand here' },
  oneOf: (value, allowed, near) => ({
    wrong: `"${value}" is not right`,
    expected: `one of ${allowed.join(', ')}`,
    write: meant(near),
  }),
  yaml: (code, detail) => ({
    wrong: code === 'DUPLICATE_KEY' ? 'the same key stands twice' : `this is not YAML (${code})`,
    expected:
      code === 'DUPLICATE_KEY'
        ? 'each key once'
        : 'indent with spaces, in line, and put a space after each colon',
    write: code === 'DUPLICATE_KEY' ? 'remove one of them' : detail,
  }),
  wideColon: {
    wrong: 'a full-width colon (：)',
    expected: 'a plain colon and a blank',
    write: 'write “: ”, for example language: zh',
  },
  noAliases: {
    wrong: 'YAML aliases (*) cannot be used',
    expected: 'everything said where it stands',
    write: 'write the value here',
  },
  tooLong: (seconds) => ({
    wrong: `these files cannot be read in ${seconds} seconds`,
    expected: 'shorter or simpler ones',
    write: 'divide them, or leave something out',
  }),
  tooLarge: (limit) => ({
    wrong: 'the file is too large',
    expected: `at most ${limit / 1e6} MB`,
    write: 'divide it into several files',
  }),
  tooManyIndicators: (count, limit) => ({
    wrong: `${count} indicators are too many`,
    expected: `at most ${limit} in a plan`,
  }),
  tooManyReleases: (count, limit) => ({
    wrong: `${count} releases are too many`,
    expected: `at most ${limit}`,
  }),
  saidTwice: (key, file) => ({
    wrong: `"${key}" differs from what ${file} says`,
    expected: 'said once among the files of a year',
    write: 'remove one of them',
  }),
  idTwice: (id, file) => ({
    wrong: `"${id}" is used already in ${file}`,
    expected: 'each id once',
    write: 'rename or remove one of them',
  }),
  formerlyTaken: (old, other) => ({
    wrong: `"${old}" in formerly ${old === other ? 'is still an indicator of this year' : `stands under ${other} as well`}`,
    expected: 'an id that earlier years used and this one does not, each once',
    write:
      "rename an announced indicator from next year's plan on: formerly: [old-id] under the new id",
  }),
  releaseTwice: (id, file) => ({
    wrong: `the release ${id} stands already in ${file}`,
    expected: "a release belongs to one year's plan",
    write: 'remove one of the dates',
  }),
  unknownChannel: (name, known, near) => ({
    wrong: `there is no channel "${name}"`,
    expected: `config/banli.yaml has ${known.join(', ')}`,
    write: `${near === undefined ? '' : `did you mean ${near}? `}name one of them, or leave channels out (which means all of them); a new channel is first added under channels in config/banli.yaml`,
  }),
  channelTwice: (name) => ({ wrong: `channel "${name}" stands twice`, write: 'remove one' }),
  unknownIndicator: (id, near) => ({
    wrong: `there is no indicator "${id}"`,
    expected: 'one of those under indicators',
    write: meant(near),
  }),
  circular: (id, other) => ({
    wrong: `"${id}" and "${other}" refer to each other, so neither has a day`,
    expected: 'one of them with a rule of its own',
    write: 'give one of them day or working-day',
  }),
  noSuchDay: (day) => ({
    wrong: `the calendar has no ${day}`,
    expected: EXPECTED.date[0],
    write: EXPECTED.date[1],
  }),
  reasonMissing: (key) => ({
    wrong: {
      was: 'the date was moved without a reason',
      cancelled: 'the release is cancelled without a reason',
      immediate: 'it is to be public at once, without a reason',
      interpretation: 'the interpretation was changed without a reason',
    }[key],
    expected: 'the public reads the reason, so it must be said',
    write: 'add reason: …',
  }),
  notCombined: (text) => ({
    wrong: `"${text}" is not a combined period`,
    expected: 'from..to',
    write: 'for example 2026-01..02',
  }),
  periodFrequency: (text, frequency) => ({
    wrong: `the period "${text}" does not fit the frequency`,
    expected: `this indicator is ${FREQUENCIES[frequency]}`,
  }),
  noDayOfOther: (id, period) => ({
    wrong: `no day can be found for ${id} of ${period}`,
    expected: 'the indicator referred to has a release for that time',
    write: 'say the date under dates',
  }),
  outsideYear: (what, date, year) => ({
    wrong: `the date ${date} of ${what} is not in ${year}`,
    expected: 'a plan holds what is due in its year',
    write: `it belongs to the plan of ${date.slice(0, 4)} and has no effect here`,
  }),
  dateOfCombined: (period, whole) => ({
    wrong: `${period} is part of ${whole} and has no release of its own`,
    write: `write ${whole}: date`,
  }),
  dateOfSkipped: (period) => ({
    wrong: `${period} stands under skip and is not released`,
    write: 'remove it from skip or from dates',
  }),
  dateOfNoPeriod: (period, year) => ({
    wrong: `the release of ${period} does not belong to the plan of ${year}; this line has no effect`,
    write: 'check the period, or remove the line',
  }),
  unclearTime: (time, kind, readings) => ({
    wrong:
      kind === 'skipped'
        ? `${time} is skipped by a clock change`
        : `${time} comes twice because of a clock change`,
    expected: `it could be ${readings[0]} or ${readings[1]}`,
    write: 'choose another time',
  }),
  wasIsSame: {
    wrong: 'was is the same as the new time',
    expected: 'was is the time announced before',
    write: 'mend it, or remove was',
  },
  expectedTooEarly: {
    wrong: 'expected is not later than the due time',
    expected: 'expected says when something late will come out, after the time that was announced',
    write: 'mend it, or remove expected',
  },
  noInterpretation: {
    wrong: 'this indicator has no interpretation',
    write: 'remove interpretation here',
  },
  idTooLong: (length, most) => ({
    wrong: `the id has ${length} characters, too many`,
    expected: `at most ${most}: ids become addresses and names of files`,
    write: 'choose a shorter id; the name stands under name and may be longer',
  }),
  halfArchived: (file) => ({
    wrong: `of one year's plan, one of this file and ${file} is archived and the other is not`,
    expected: 'the files of a year are archived together',
    write: 'move both into the archive folder (or give both archived: true), or neither',
  }),
  unshowable: (name) => ({
    wrong: `the text has a character (${name}) that no page or mail can show`,
    write: 'delete it and type it anew',
  }),
  tooDeep: {
    wrong: 'brackets or indents are nested too deeply to be read',
    expected: 'a plan has a few levels',
    write: 'write this part anew',
  },
  moreProblems: (count) => ({
    wrong: `more than ${count} further errors are not listed`,
    write: 'mend those above first',
  }),
  unreadable: (what, code) => ({
    wrong: `this ${what === 'folder' ? 'plan folder' : 'file'} cannot be read: ${UNREADABLE[code] ?? code}`,
    expected:
      what === 'folder' ? 'a folder with a plan, YEAR.yaml' : 'a text file that can be read',
    write:
      code === 'ENOENT' && what === 'folder'
        ? 'make the folder, and put a plan YEAR.yaml into it'
        : 'look at its permissions and what it is; until it can be read, the plan before stays in force',
  }),
  publishedFixed: (id, day) => ({
    wrong: `${id} was published at ${day}: it can be neither moved, cancelled nor removed`,
    expected:
      'what is public can be corrected or withdrawn; to publish again what was withdrawn, add a notice',
    write: 'restore its date',
  }),
  movedWithoutWords: (id, was, now, wasWrong, place) => ({
    wrong: `${id} was announced for ${was} and is now ${now}, ${wasWrong ? 'but was is not the announced time' : 'without saying from when and why'}`,
    expected: 'a changed announced time needs was and reason',
    write: place.period
      ? `write under dates: ${place.period}: { at: ${now}, was: ${was}, reason: … }`
      : `add was: ${was} and reason: …`,
  }),
  removedWithoutWords: (id, was, place) => ({
    wrong: `${id} was announced for ${was} and is gone from the plan`,
    expected: 'cancelling what was announced needs a reason',
    write: place.period
      ? `write under dates: ${place.period}: { cancelled: true, reason: … }`
      : 'keep it, with cancelled: true and reason: …',
  }),
};
