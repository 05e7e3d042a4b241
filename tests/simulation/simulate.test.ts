// Simulated histories, as `npm run simulate` lives them: of fixed seeds, and without some of the rules in turn.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { SWITCHES } from './switches.ts';

const simulate = fileURLToPath(new URL('../../dist/tests/simulation/simulate.js', import.meta.url));
const LIMIT_MS = 600_000;

function run(...args: readonly string[]): { status: number | null; out: string; verdict: Record<string, number> } {
  const done = spawnSync(process.execPath, [simulate, ...args], { encoding: 'utf8', timeout: LIMIT_MS });
  const verdict = JSON.parse(done.stdout.trim().split('\n').at(-1) ?? '{}') as Record<string, number>;
  return { status: done.status, out: `${done.stdout}\n${done.stderr}`, verdict };
}

const CLEAN = { early: 0, doubled: 0, lost: 0, silent: 0, unapproved: 0, returned: 0 };

test('ten histories of a fixed seed: every promise is kept', { timeout: LIMIT_MS }, () => {
  const { status, out, verdict } = run('--seed', '1', '--histories', '10');
  expect({ ...verdict, out: status === 0 ? '' : out }).toMatchObject({ seed: 1, histories: 10, ...CLEAN, out: '' });
  expect(verdict.publications).toBeGreaterThan(100);
});

// A fresh seed belongs here too, and is not here yet: history 24 of seed 2 does not end, and until we know why, a fresh seed could hold up
// the whole run. `npm run simulate` without --seed takes one.
test('the same seed is the same history, byte for byte', { timeout: LIMIT_MS }, () => {
  const lines = [run('--seed', '7', '--history', '0', '--log'), run('--seed', '7', '--history', '0', '--log')].map(({ out }) => out);
  expect(lines[0]).toContain('in force');
  expect(lines[1]).toBe(lines[0]);
});

// The rules whose absence shows within a few histories. For the others (plan, birth, forgotten, stale-worker, cannot-tell, unsettled) that
// has not been shown yet in so few: `npm run simulate -- --without RULE --first --histories 500`.
test.each(['approvals', 'lowering', 'floor', 'letters'])(
  'without the rule %s a history goes wrong that goes well with it',
  { timeout: LIMIT_MS },
  (rule) => {
    expect(Object.keys(SWITCHES)).toContain(rule);
    const without = run('--without', rule, '--first', '--histories', '30', '--stories', '0');
    expect({ rule, status: without.status }).toEqual({ rule, status: 1 });
    const wrong = /^history (\d+):/m.exec(without.out)?.[1] ?? '';
    const kept = run('--without', rule, '--kept', '--history', wrong);
    expect({ rule, ...kept.verdict }).toMatchObject(CLEAN);
  },
);
