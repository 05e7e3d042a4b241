import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { messagesFor } from '../../src/i18n/index.ts';
import { instant } from '../../src/lib/instant.ts';
import { calendarOf, explain } from '../../src/plan/calendar.ts';
import { changesBetween, forbiddenChanges } from '../../src/plan/change.ts';
import { toDate } from '../../src/plan/days.ts';
import { showProblem } from '../../src/plan/issues.ts';
import { readPlans } from '../../src/plan/read.ts';
import { isoIn } from '../../src/plan/time.ts';
import type { LocalDate, ReleaseId } from '../../src/plan/types.ts';
import { workdaysOfChina } from '../../src/plan/workdays.ts';

const HEAD = 'plan: 计划\ntimezone: Asia/Shanghai\nyear: 2026\nannounced: 2025-12-26\n';
const CHANNELS = ['website', 'catalogue', 'wechat', 'weibo'];
const indicator = (id: string, frequency: string, due: string, more = ''): string =>
  `  ${id}:\n    name: { zh: ${id} }\n    frequency: ${frequency}\n    due: ${due}\n${more}`;

function read(text: string, head = HEAD) {
  const reading = readPlans([{ name: 'p.yaml', text: head + text }], CHANNELS);
  const workdays = workdaysOfChina();
  const dated = calendarOf(reading.plans, workdays, reading.files);
  return {
    reading,
    workdays,
    calendar: dated.calendar,
    problems: [...reading.problems, ...dated.problems],
  };
}
const dates = (text: string, head = HEAD): Record<string, string> =>
  Object.fromEntries(
    read(text, head).calendar.releases.map((release) => [
      release.id,
      isoIn(release.due, release.timezone),
    ]),
  );
const errors = (text: string, head = HEAD): string[] =>
  read(text, head).problems.map(
    (problem) => showProblem(problem, messagesFor('zh').plan).split('\n')[0] ?? '',
  );

describe('due forms', () => {
  test('a day of the month moves to the next working day, over a make-up Saturday', () => {
    const found = dates(
      `indicators:\n${indicator('cpi', 'M', '{ day: 10, month: +1, if-closed: next }')}`,
    );
    expect(found['cpi.2025-12']).toBe('2026-01-12T10:00:00+08:00');
    // Saturday 10 October 2026 is worked (调休 after the National Day holiday).
    expect(found['cpi.2026-09']).toBe('2026-10-10T10:00:00+08:00');
    expect(Object.keys(found)).toHaveLength(12);
  });

  test.each([
    ['{ day: last, month: +0 }', 'M', 'x.2026-02', '2026-02-28'],
    ['{ day: 31, month: +1, if-closed: previous }', 'M', 'x.2026-03', '2026-04-30'],
    ['{ working-day: 12, month: +1 }', 'M', 'x.2026-09', '2026-10-22'],
    ['{ working-day: -1, month: +1 }', 'M', 'x.2026-03', '2026-04-30'],
    ['{ weekday: { nth: 2, day: tue }, month: +1 }', 'M', 'x.2026-05', '2026-06-09'],
    ['{ weekday: { nth: last, day: fri }, month: +1 }', 'Q', 'x.2026-Q1', '2026-04-24'],
    ['{ days-after: 45, if-closed: next }', 'Q', 'x.2026-Q2', '2026-08-14'],
    ['{ working-days-after: 5 }', 'S', 'x.2025-S2', '2026-01-08'],
    ['{ date: 03-25, if-closed: next }', 'A', 'x.2025', '2026-03-25'],
  ])('%s of %s: %s is due on %s', (due, frequency, id, day) => {
    expect(dates(`indicators:\n${indicator('x', frequency, due)}`)[id]?.slice(0, 10)).toBe(day);
  });

  test('same-as, after and before follow another indicator with its exceptions', () => {
    const found = dates(
      `indicators:\n${indicator('gdp', 'Q', '{ day: 20, month: +1, if-closed: next }', '    dates: { 2026-Q2: 2026-07-22 }\n')}${indicator('same', 'Q', '{ same-as: gdp }', '    at: "15:00"\n')}${indicator('later', 'Q', '{ after: { indicator: gdp, working-days: 3 } }')}${indicator('sooner', 'M', '{ before: { indicator: gdp, working-days: 1 } }')}`,
    );
    expect(found['same.2026-Q2']).toBe('2026-07-22T15:00:00+08:00');
    expect(found['later.2026-Q2']).toBe('2026-07-27T10:00:00+08:00');
    expect(found['sooner.2026-06']).toBe('2026-07-21T10:00:00+08:00');
  });

  test('dates that hang on holidays not announced yet are provisional', () => {
    const head = HEAD.replace('2026', '2031').replace('2025-12-26', '2030-12-26');
    const { calendar } = read(
      `indicators:\n${indicator('a', 'M', '{ day: 10, month: +1, if-closed: next }')}${indicator('b', 'M', '{ day: 10, month: +1 }')}`,
      head,
    );
    expect(
      new Set(calendar.releases.filter((one) => one.indicator === 'a').map((one) => one.status)),
    ).toEqual(new Set(['provisional']));
    expect(
      new Set(calendar.releases.filter((one) => one.indicator === 'b').map((one) => one.status)),
    ).toEqual(new Set(['confirmed']));
  });
});

describe('exceptions, combinations, notices, interpretations', () => {
  const text = readFileSync(new URL('./language.yaml', import.meta.url), 'utf8');

  test('the whole sample of the plan language', () => {
    const found = dates(text, '');
    expect(found['industry.2026-01']).toBeUndefined();
    expect(found['industry.2026-02']).toBeUndefined();
    expect(found['industry.2026-01..02']).toBe('2026-03-17T10:00:00+08:00');
    expect(found['industry.2026-03']).toBe('2026-04-17T10:00:00+08:00');
    expect(found['industry.2026-08']).toBe('2026-09-15T14:00:00+08:00');
    expect(found['gdp.2026-Q2.interpretation']).toBe('2026-07-21T10:00:00+08:00');
    expect(found['communique.2025']).toBe('2026-03-25T10:00:00+08:00');
    expect(found['census-registration']).toBe('2026-10-08T09:00:00+08:00');
    const status = Object.fromEntries(
      read(text, '').calendar.releases.map((one) => [one.id, one.status]),
    );
    expect(status['industry.2026-08']).toBe('postponed');
    expect(status['industry.2026-11']).toBe('cancelled');
    expect(found['industry.2026-12']).toBeUndefined();
  });

  test('why says how a date came about', () => {
    const { reading, workdays } = read(text, '');
    const [plan] = reading.plans;
    if (!plan) throw new Error('no plan');
    const steps = explain(plan, workdays, 'cpi', '2026-04')?.map(
      (step) => `${step.what} ${toDate(step.day)}`,
    );
    expect(steps).toEqual(['rule 2026-05-10', 'moved 2026-05-11']);
  });
});

describe('errors', () => {
  test('each at its line and column, all at once, with what to write', () => {
    const found = errors(
      `defaults: { lead: 1 day }\nindicators:\n  cpi:\n    nmae: { zh: 价格 }\n    frequency: X\n    due: { day: 40 }\n    combine: [2026-01..02]\n`,
    );
    expect(found).toContainEqual(expect.stringMatching(/^p\.yaml:5:19 {2}“1 day”不对 · 应为时长/));
    expect(found).toContainEqual(
      expect.stringMatching(/^p\.yaml:8:5 {2}不认识的项“nmae” .*是不是想写 name？$/),
    );
    expect(found).toContainEqual(expect.stringMatching(/^p\.yaml:7:3 {2}缺少“name”/));
    expect(found).toContainEqual(
      expect.stringMatching(/^p\.yaml:9:16 {2}“X”不对 · 只能是 M、Q、S、A/),
    );
    expect(found).toContainEqual(expect.stringMatching(/^p\.yaml:10:17 {2}“40”不对 · 应为1 到 31/));
  });

  test.each([
    [
      'defaults: { channels: [website, wechta] }\n',
      /:5:33 {2}没有名为“wechta”的渠道 .*是不是想写 wechat/,
    ],
    [
      `indicators:\n${indicator('a', 'M', '{ same-as: gpd }')}${indicator('gdp', 'M', '{ day: 1 }')}`,
      /没有名为“gpd”的指标 .*是不是想写 gdp/,
    ],
    [
      `indicators:\n${indicator('a', 'M', '{ same-as: b }')}${indicator('b', 'M', '{ same-as: a }')}`,
      /互相引用/,
    ],
    [
      `indicators:\n${indicator('a', 'M', '{ day: 1 }', '    dates: { 2026-02: 2026-02-30 }\n')}`,
      /日历上没有 2026-02-30/,
    ],
    [
      `indicators:\n${indicator('a', 'Q', '{ day: 1 }', '    dates: { 2026-02: 2026-03-01 }\n')}`,
      /与频率不符/,
    ],
    [
      `indicators:\n${indicator('a', 'M', '{ day: 1 }', '    dates: { 2026-02: { at: 2026-03-03, was: 2026-03-01 } }\n')}`,
      /没有写原因/,
    ],
    [`indicators:\n${indicator('a', 'M', '{ day: 1, working-day: 2 }')}`, /不认识的项|恰好一种/],
    [`indicators:\n${indicator('a', 'M', '*x')}`, /别名/],
    ['indicators: {}\nindicators: {}\n', /写了两次/],
    ['indicators:\n\ta: 1\n', /YAML/],
  ])('%s', (text, wanted) => {
    expect(errors(text).join('\n')).toMatch(wanted);
  });

  test('a local time that a clock change skips or repeats names both readings', () => {
    const berlin = HEAD.replace('Asia/Shanghai', 'Europe/Berlin');
    const notice = (at: string): string => `notices:\n  n: { name: { zh: 公告 }, at: ${at} }\n`;
    expect(errors(notice('2026-03-29 02:30'), berlin)[0]).toMatch(
      /并不存在 .*2026-03-29T01:30:00\+01:00.*2026-03-29T03:30:00\+02:00/,
    );
    expect(errors(notice('2026-10-25 02:30'), berlin)[0]).toMatch(
      /出现两次 .*2026-10-25T02:30:00\+01:00.*2026-10-25T02:30:00\+02:00/,
    );
  });

  test('an id that appears twice, in two files', () => {
    const one = {
      name: 'a.yaml',
      text: `${HEAD}indicators:\n${indicator('cpi', 'M', '{ day: 1 }')}`,
    };
    const two = { name: 'b.yaml', text: `indicators:\n${indicator('cpi', 'M', '{ day: 2 }')}` };
    const { problems, plans } = readPlans([two, one], CHANNELS);
    expect(plans).toEqual([]);
    expect(
      problems.map(
        (problem) => `${problem.file}:${problem.line} ${problem.say(messagesFor('en').plan).wrong}`,
      ),
    ).toEqual(['b.yaml:2 "cpi" is used already in a.yaml']);
  });
});

describe('moving what was announced', () => {
  const plan = (dates: string): string =>
    `indicators:\n${indicator('cpi', 'M', '{ day: 10, month: +1, if-closed: next }', dates)}`;
  function forbidden(
    before: string,
    after: string,
    today: string,
    published: string[] = [],
  ): string[] {
    const next = read(after);
    const force = read(before).calendar;
    const changes = changesBetween(force, next.calendar);
    const found = forbiddenChanges(changes, {
      plans: next.reading.plans,
      files: next.reading.files,
      next: next.calendar,
      force,
      first: false,
      now: instant(Date.parse(`${today}T09:00:00+08:00`)),
      today: today as LocalDate,
      published: new Set(published as ReleaseId[]),
      restored: false,
    });
    return found.map((problem) => `${problem.line} ${problem.say(messagesFor('zh').plan).write}`);
  }

  test('to a date that is provisional, and then away: it is still owed', () => {
    const moved = plan(
      '    dates: { 2026-06: { at: 2026-07-14, was: 2026-07-10, reason: 停电, provisional: true } }\n',
    );
    expect(forbidden(plan(''), moved, '2026-02-01')).toEqual([]);
    expect(forbidden(moved, plan('    skip: [2026-06]\n'), '2026-02-01')).toHaveLength(1);
    expect(
      forbidden(
        moved,
        plan('    dates: { 2026-06: { at: 2026-07-20, provisional: true } }\n'),
        '2026-02-01',
      ),
    ).toHaveLength(1);
  });

  test('an entry of its own has words of its own, though what it leans on moves at the same time', () => {
    const two = (b: string, a: string): string =>
      `indicators:\n${indicator('b', 'M', '{ day: 10, month: +1, if-closed: next }', b)}${indicator('a', 'M', '{ same-as: b }', a)}`;
    const words =
      '    dates: { 2026-06: { at: 2026-07-10 15:00, was: 2026-07-10 10:00, reason: 停电 } }\n';
    expect(forbidden(two('', ''), two(words, ''), '2026-02-01')).toEqual([]);
    expect(
      forbidden(
        two('', ''),
        two(words, '    dates: { 2026-06: { at: 2026-07-29 10:00 } }\n'),
        '2026-02-01',
      ),
    ).toHaveLength(1);
  });

  test('needs was and reason, and says what to write', () => {
    expect(forbidden(plan(''), plan('    dates: { 2026-06: 2026-07-14 }\n'), '2026-02-01')).toEqual(
      ['10 请在 dates 下写 2026-06: { at: 2026-07-14 10:00, was: 2026-07-10 10:00, reason: 原因 }'],
    );
    expect(
      forbidden(
        plan(''),
        plan('    dates: { 2026-06: { at: 2026-07-14, was: 2026-07-10, reason: 停电 } }\n'),
        '2026-02-01',
      ),
    ).toEqual([]);
  });
  test('what leans on a release that moved with words moves with them; by itself it does not', () => {
    const three = (dates: string, own = ''): string =>
      `indicators:\n${indicator('gdp', 'Q', '{ day: 20, month: +1, if-closed: next }', dates)}${indicator('income', 'Q', '{ after: { indicator: gdp, working-days: 1 } }', own)}${indicator('rural', 'Q', '{ same-as: income }')}`;
    const moved = '    dates: { 2026-Q2: { at: 2026-07-22, was: 2026-07-20, reason: 停电 } }\n';
    expect(forbidden(three(''), three(moved), '2026-02-01')).toEqual([]);
    expect(
      forbidden(three(''), three('    dates: { 2026-Q2: 2026-07-22 }\n'), '2026-02-01'),
    ).toHaveLength(3);
    // The one in the middle has a date of its own: what leans on it needs its words.
    expect(
      forbidden(three(moved), three(moved, '    dates: { 2026-Q2: 2026-07-24 }\n'), '2026-02-01'),
    ).toHaveLength(2);
  });
  test('is free while the plan is not announced', () => {
    expect(forbidden(plan(''), plan('    dates: { 2026-06: 2026-07-14 }\n'), '2025-12-20')).toEqual(
      [],
    );
  });
  test('a removed release needs cancelled and reason', () => {
    expect(forbidden(plan(''), plan('    skip: [2026-06]\n'), '2026-02-01')[0]).toContain(
      '2026-06: { cancelled: true, reason: 原因 }',
    );
    expect(
      forbidden(
        plan(''),
        plan('    dates: { 2026-06: { cancelled: true, reason: 并入年报 } }\n'),
        '2026-02-01',
      ),
    ).toEqual([]);
  });
  test('what is public can be neither moved nor removed', () => {
    expect(
      forbidden(
        plan(''),
        plan('    dates: { 2026-06: { at: 2026-07-14, was: 2026-07-10, reason: 停电 } }\n'),
        '2026-08-01',
        ['cpi.2026-06'],
      ),
    ).toHaveLength(1);
  });
});
