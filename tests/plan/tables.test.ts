// Calendars that bureaus really published, out of plans as short as their rhythm allows.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { explain } from '../../src/plan/calendar.ts';
import { readPlan } from '../../src/plan/read-all.ts';
import { isoIn } from '../../src/plan/time.ts';

const folder = fileURLToPath(new URL('../fixtures/plans/', import.meta.url));
const tables = readdirSync(folder).filter((name) => name.endsWith('.csv'));

/** What each plan may say outright; a table that is not listed here has no plan yet. */
const OUTRIGHT: Readonly<Record<string, { dates: number; exceptions: number; skipped: number }>> = {
  'nbs-2023': { dates: 73, exceptions: 9, skipped: 1 },
};

describe('real tables', () => {
  test('there is a plan for every table', () => {
    expect(tables.map((name) => name.replace('.csv', '')).sort()).toEqual(
      Object.keys(OUTRIGHT).sort(),
    );
  });

  test.each(tables.map((name) => name.replace('.csv', '')))(
    '%s comes out exactly, to the minute',
    (name) => {
      const rows = readFileSync(`${folder}${name}.csv`, 'utf8')
        .split(/\r?\n/)
        .filter((line) => line && !line.startsWith('#') && !line.startsWith('release,'))
        .map((line) => line.split(','));
      const wanted = rows.map(
        ([release, period, date, time]) => `${release}.${period} ${date}T${time}:00+08:00`,
      );
      const text = readFileSync(new URL(`./tables/${name}.yaml`, import.meta.url), 'utf8');
      const { calendar, problems, plans, workdays } = readPlan(
        [{ name: `${name}.yaml`, text }],
        ['website'],
      );
      expect(problems).toEqual([]);
      expect(
        calendar.releases
          .map((release) => `${release.id} ${isoIn(release.due, 'Asia/Shanghai')}`)
          .sort(),
      ).toEqual(wanted.sort());

      const said = parseDocument(text).toJS() as {
        indicators: Record<string, { dates?: object; skip?: unknown[] }>;
      };
      const entries = Object.values(said.indicators);
      const counts = {
        dates: wanted.length,
        exceptions: entries.reduce((sum, one) => sum + Object.keys(one.dates ?? {}).length, 0),
        skipped: entries.reduce((sum, one) => sum + (one.skip?.length ?? 0), 0),
      };
      expect(counts).toEqual(OUTRIGHT[name]);
      // No line under dates: that the rule would have given anyway.
      const [plan] = plans;
      for (const indicator of plan?.indicators.values() ?? []) {
        const without = plan && {
          ...plan,
          indicators: new Map([
            ...plan.indicators,
            [indicator.id, { ...indicator, dates: new Map() }],
          ]),
        };
        for (const [period, { date }] of indicator.dates) {
          const by = without && explain(without, workdays, indicator.id, period)?.at(-1);
          expect(
            by && new Date(by.day * 86_400_000).toISOString().slice(0, 10),
            `${indicator.id} ${period}`,
          ).not.toBe(date);
        }
      }
    },
  );

  test("Chengdu's report of 2018: the sample plan has every item, at its frequency", () => {
    const items = readFileSync(`${folder}chengdu-2018.md`, 'utf8')
      .split('\n')
      .map((line) => /^\| (\S+) \| ([MQSA]) \|/.exec(line))
      .filter((match) => match !== null)
      .map(([, item, frequency]) => ({ item, frequency }));
    expect(items).toHaveLength(12);
    const text = readFileSync(new URL('../../config/plan/2026.yaml', import.meta.url), 'utf8');
    const { plans } = readPlan([{ name: '2026.yaml', text }], undefined);
    // 物价指数 stands for both price indices of the sample.
    const names = new Map(
      [...(plans[0]?.indicators.values() ?? [])].map((one) => [one.name.zh, one.frequency]),
    );
    names.set('物价指数', names.get('居民消费价格指数') ?? 'A');
    expect(items.filter(({ item, frequency }) => names.get(item ?? '') !== frequency)).toEqual([]);
  });
});
