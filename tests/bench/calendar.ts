// Rows of `npm run bench` about a year's calendar: inferring a plan from a big table, rehearsing a
// big year.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sandboxEnv, sandboxYaml } from '../../src/cli/sandbox.ts';
import { loadConfig } from '../../src/config/load.ts';
import { messagesFor } from '../../src/i18n/index.ts';
import { calendarOf } from '../../src/plan/calendar.ts';
import { inferPlans } from '../../src/plan/infer/infer.ts';
import type { TableRow } from '../../src/plan/infer/table.ts';
import { readPlan } from '../../src/plan/read-all.ts';
import { minuteIn } from '../../src/plan/time.ts';
import type { LocalDate } from '../../src/plan/types.ts';
import { workdaysOfChina } from '../../src/plan/workdays.ts';
import { runRehearsal } from '../../src/rehearsal/rehearse.ts';

const round = (value: number): number => Math.round(value * 100) / 100;

/**
 * Monthly indicators by many different rules; every tenth has no rhythm at all, and every fifth
 * date of the others is out of step.
 */
function bigYear(indicators: number, channels: string, year = 2026): string {
  const rules = [
    (n: number) => `{ day: ${1 + (n % 28)}, month: +1, if-closed: next }`,
    (n: number) => `{ working-day: ${1 + (n % 15)}, month: +1 }`,
    (n: number) =>
      `{ weekday: { nth: ${1 + (n % 4)}, day: ${['mon', 'tue', 'wed', 'thu', 'fri'][n % 5]} }, month: +1 }`,
    (n: number) => `{ working-day: -${1 + (n % 10)}, month: +1 }`,
  ];
  const lines = Array.from(
    { length: indicators },
    (_, index) =>
      `  i${index}:\n    name: { zh: 指标${index} }\n    frequency: M\n    due: ${rules[index % rules.length]?.(index) ?? ''}\n`,
  );
  return `plan: 大年\ntimezone: Asia/Shanghai\nyear: ${year}\nannounced: ${year - 1}-12-26\ndefaults: { channels: ${channels} }\nindicators:\n${lines.join('')}`;
}

/** A table of many indicators → the shortest plan. */
export async function inferMany(indicators: number): Promise<object> {
  const { calendar } = readPlan(
    [{ name: 'big.yaml', text: bigYear(indicators, '[website]') }],
    undefined,
  );
  const rows = calendar.releases.map((release, index): TableRow => {
    const [date = '', time = ''] = minuteIn(release.due, 'Asia/Shanghai').split(' ');
    const odd =
      index % 5 === 0
        ? date.replace(/\d\d$/, (day) => String((Number(day) % 28) + 1).padStart(2, '0'))
        : date;
    return {
      place: String(index),
      indicator: release.indicator ?? '',
      name: release.name,
      period: release.period,
      date: odd as LocalDate,
      time,
    };
  });
  const took: number[] = [];
  let plan: ReturnType<typeof inferPlans> | undefined;
  for (let run = 0; run < 3; run++) {
    const start = performance.now();
    plan = inferPlans(
      { title: undefined, timezone: 'Asia/Shanghai', announced: undefined, rows },
      { workdays: workdaysOfChina(), words: messagesFor('zh').tables },
    );
    took.push(performance.now() - start);
  }
  const findings = plan?.ok ? (plan.plans[0]?.findings ?? []) : [];
  return {
    indicators,
    dates: rows.length,
    byRule: findings.reduce((sum, one) => sum + one.byRule, 0),
    medianMs: round(took.sort((a, b) => a - b)[1] ?? 0),
  };
}

/** A year of many releases on four channels, in simulated time. */
export async function rehearseMany(indicators: number): Promise<object> {
  const folder = await mkdtemp(join(tmpdir(), 'banli-bench-rehearsal-'));
  try {
    await mkdir(join(folder, 'config', 'plan'), { recursive: true });
    const text = bigYear(indicators, '[website, catalogue, wechat, weibo]');
    await writeFile(join(folder, 'config', 'plan', '2026.yaml'), text);
    // The ports are never called: a rehearsal has stand-ins of its own.
    const yaml = sandboxYaml({ wechat: 1, weibo: 1, catalogue: 1, smtp: 1 });
    await writeFile(
      join(folder, 'config', 'banli.yaml'),
      `bureau: { zh: 局 }\nsite: { publicUrl: "http://127.0.0.1:8040/" }\n${yaml}\n`,
    );
    const config = loadConfig(join(folder, 'config'), sandboxEnv);
    const { plans, workdays } = readPlan([{ name: 'config/plan/2026.yaml', text }], undefined);
    const [plan] = plans;
    if (!plan) throw new Error('no plan');
    const { calendar } = calendarOf([plan], workdays, new Map());
    const done = await runRehearsal({
      config,
      plan,
      calendar,
      workdays,
      asIs: false,
      signal: new AbortController().signal,
      told: () => undefined,
    });
    const waves = new Set(calendar.releases.map((release) => release.due)).size;
    return {
      releases: done.releases,
      publications: done.publications,
      instants: waves,
      public: done.public,
      early: done.early.length,
      doubled: done.doubled.length,
      limits: done.limits.length,
      failures: done.failures.length,
      seconds: round(done.seconds),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
