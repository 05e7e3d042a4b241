// A short chaos run: service, three workers (two with a wrong clock), Redis and channels as
// processes of their own, and a seeded script of kills, stops, full and read-only Redis, cut
// connections, and people who edit, hold and mistype. The long one is `npm run chaos`.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const chaos = fileURLToPath(new URL('../../dist/tests/chaos/chaos.js', import.meta.url));

test('half a minute of faults and people: nothing early, doubled, lost, silently late or without leave, no bad plan in force', {
  timeout: 900_000,
}, () => {
  const run = spawnSync(process.execPath, [chaos, '--seed', '33', '--minutes', '0.5'], {
    encoding: 'utf8',
    timeout: 880_000,
  });
  const verdict = JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '{}') as Record<
    string,
    number
  >;
  expect({ ...verdict, out: run.status === 0 ? '' : `${run.stdout}\n${run.stderr}` }).toMatchObject(
    {
      seed: 33,
      early: 0,
      doubled: 0,
      lost: 0,
      silent: 0,
      unapproved: 0,
      accepted: 0,
      out: '',
    },
  );
  expect(verdict.publications).toBeGreaterThan(20);
  expect(verdict.faults).toBeGreaterThan(8);
  expect(verdict.acts).toBeGreaterThan(5);
});
