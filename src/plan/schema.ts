// What a plan file may contain, said once: this validates it, and `banli plan schema` prints it for
// editors. Not for meaning across keys (known channels, days that exist): read.ts and calendar.ts
// look at that.
import { z } from 'zod';
import { daysIn } from './days.ts';

/** The kinds of value of the plan language; i18n/ has for each what was expected and an example. */
export type Expected =
  | 'id'
  | 'date'
  | 'days'
  | 'datetime'
  | 'time'
  | 'duration'
  | 'network'
  | 'origin'
  | 'interpretation'
  | 'before'
  | 'quiet'
  | 'color'
  | 'darker'
  | 'weibo-token'
  | 'wordpress-tls'
  | 'email-way'
  | 'reader-twice'
  | 'url'
  | 'siteAddress'
  | 'address'
  | 'secret'
  | 'way'
  | 'mail'
  | 'period'
  | 'month-day'
  | 'month-offset'
  | 'day-of-month'
  | 'working-day'
  | 'count'
  | 'nth'
  | 'year'
  | 'text'
  | 'timezone';

const of = (expected: Expected): { error: Expected } => ({ error: expected });

export const ID = /^[a-z][a-z0-9-]*$/;
/**
 * Ids become names of files and folders, with a period and more behind them. Not a rule of the
 * schema but of read.ts: a plan that is in force already, with a longer one, must still be read.
 */
export const ID_LENGTH = 60;
const TIME = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/;
const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const DATETIME =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])([ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?)?$/;
const DURATION = /^\d{1,7}[smhd]$/;

const whole = (code: Expected, least: number, most: number) =>
  z.number(of(code)).int(of(code)).min(least, of(code)).max(most, of(code));
const text = z.string(of('text')).trim().min(1, of('text')).max(300, of('text'));
/** Whether a new indicator or notice may be called that. */
export const isId = (one: string): boolean => ID.test(one) && one.length <= ID_LENGTH;

const date = z.string(of('date')).regex(DATE, of('date'));
/** A day, or days from one to another. */
const days = z
  .string(of('days'))
  .refine((one) => (one.includes('..') ? daysIn(one) !== undefined : DATE.test(one)), of('days'));
const dateTime = z.string(of('datetime')).regex(DATETIME, of('datetime'));
const time = z.string(of('time')).regex(TIME, of('time'));
const length = z.string(of('duration')).regex(DURATION, of('duration'));
const id = z.string(of('id')).regex(ID, of('id')).meta({ maxLength: ID_LENGTH });
/** Annual periods come out of YAML as numbers. */
const period = z.union([z.string(), whole('period', 1000, 9999)], of('period'));
const month = z
  .number(of('month-offset'))
  .int(of('month-offset'))
  .min(0, of('month-offset'))
  .max(24, of('month-offset'))
  .default(1)
  .describe('months counted from the last month of the period');
const ifClosed = z
  .enum(['stay', 'next', 'previous'])
  .default('stay')
  .describe('what to do when the day is not a working day');
const count = (max: number) => whole('count', 1, max);
const name = z.strictObject({ zh: text, en: text.optional() });
const relative = z.strictObject({ indicator: id, 'working-days': count(250) });

const due = z
  .union([
    z.strictObject({
      day: z.union([whole('day-of-month', 1, 31), z.literal('last')], of('day-of-month')),
      month,
      'if-closed': ifClosed,
    }),
    z.strictObject({
      'working-day': z
        .number(of('working-day'))
        .int(of('working-day'))
        .min(-23, of('working-day'))
        .max(23, of('working-day'))
        .refine((n) => n !== 0, of('working-day')),
      month,
    }),
    z.strictObject({
      weekday: z.strictObject({
        nth: z.union([whole('nth', 1, 5), z.literal('last')], of('nth')),
        day: z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']),
      }),
      month,
      'if-closed': ifClosed,
    }),
    z.strictObject({ 'days-after': count(800), 'if-closed': ifClosed }),
    z.strictObject({ 'working-days-after': count(500) }),
    z.strictObject({
      date: z
        .string(of('month-day'))
        .regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, of('month-day')),
      'if-closed': ifClosed,
    }),
    z.strictObject({ 'same-as': id }),
    z.strictObject({ before: relative }),
    z.strictObject({ after: relative }),
  ])
  .describe('how the day of a release follows from its period; exactly one form');

const settings = {
  at: time.optional(),
  channels: z.array(text).min(1).optional().describe('left out: all that are configured'),
  lead: length.optional(),
  grace: length.optional(),
  window: length.optional(),
  approval: z.enum(['none', 'one', 'three']).optional(),
  category: text.optional(),
};

const immediate = z
  .boolean()
  .optional()
  .describe(
    'with a reason: the due instant may be past or nearer than the lead, and it becomes public at once',
  );
const expected = dateTime.optional().describe('late, and when it is expected now');

const exception = z.strictObject({
  at: dateTime.optional(),
  was: dateTime.optional(),
  reason: text.optional(),
  announced: date.optional(),
  cancelled: z.boolean().optional(),
  provisional: z.boolean().optional(),
  immediate,
  expected,
  interpretation: z
    .union([length, z.literal('cancelled')], of('interpretation'))
    .optional()
    .describe('how long after this release its interpretation comes out, or cancelled'),
});

const interpretation = z.strictObject({ after: length });

const indicator = z.strictObject({
  name,
  frequency: z.enum(['M', 'Q', 'S', 'A']).describe('SDMX CL_FREQ'),
  due,
  kind: z.enum(['figures', 'bulletin']).optional(),
  combine: z.array(period).optional(),
  skip: z.array(period).optional(),
  dates: z.record(z.string(), z.union([dateTime, exception])).optional(),
  briefing: z.strictObject({ place: text }).optional(),
  interpretation: interpretation.optional(),
  formerly: z
    .array(id)
    .max(20)
    .optional()
    .describe('ids that earlier years had for it: one page for all of them, at each address'),
  ...settings,
});

const notice = z.strictObject({
  name,
  interpretation: interpretation.optional(),
  ...settings,
  at: dateTime,
  was: dateTime.optional(),
  reason: text.optional(),
  announced: date.optional(),
  cancelled: z.boolean().optional(),
  provisional: z.boolean().optional(),
  immediate,
  expected,
});

/** One plan file. */
export const planFile = z.strictObject({
  plan: text.optional().describe('title, shown to the public'),
  timezone: text.optional().describe('IANA zone; every date and time in the file is in it'),
  year: z
    .number(of('year'))
    .int(of('year'))
    .min(1900, of('year'))
    .max(2200, of('year'))
    .optional()
    .describe('releases due in this year belong to this plan'),
  announced: date.optional().describe('the day the plan is made public'),
  sample: z.boolean().optional().describe('an example: nobody was promised anything by it'),
  archived: z
    .boolean()
    .optional()
    .describe('nothing in it is due any more; its pages and counts stay'),
  defaults: z.strictObject(settings).optional(),
  indicators: z.record(id, indicator).optional(),
  notices: z.record(id, notice).optional(),
});

export type PlanFile = z.output<typeof planFile>;
export type DueEntry = z.output<typeof due>;
export type IndicatorEntry = z.output<typeof indicator>;
export type NoticeEntry = z.output<typeof notice>;
export type ExceptionEntry = z.output<typeof exception>;
export type SettingsEntry = Pick<IndicatorEntry, keyof typeof settings>;

/** config/workdays.yaml */
export const workdaysFile = z.strictObject({
  work: z
    .array(days)
    .default([])
    .describe('days worked although the week or a holiday says otherwise'),
  off: z.array(days).default([]).describe('days not worked'),
  years: z
    .array(z.number().int())
    .default([])
    .describe('years whose holidays are announced and listed here'),
});

/** The JSON Schema of a plan file (draft 2020-12), for editors. */
export function planJsonSchema(): unknown {
  return z.toJSONSchema(planFile, { io: 'input' });
}
