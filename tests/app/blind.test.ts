// A site that cannot be looked after: told once that lasts, and said to be over, also by a process
// that did not tell it, or could not at first.
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Maintenance } from '../../src/app/maintenance.ts';
import type { Watched } from '../helpers/alarm.ts';
import { outOnSite, startAgain } from '../helpers/site-only.ts';

let bureau: Watched;
beforeEach(async () => {
  bureau = await outOnSite();
});
afterEach(() => bureau.close());
const at = (name: string): string => join(bureau.folder, 'var', name);
async function go(rounds: Maintenance, times: readonly string[]): Promise<string[]> {
  const before = bureau.sandbox.mails.length;
  for (const time of times) {
    bureau.clock.turnTo(`2026-07-20T${time}+08:00`);
    await rounds.poll().catch(() => undefined);
    await rounds.sweep().catch(() => undefined);
    await bureau.post();
    await bureau.post();
  }
  return bureau.sandbox.mails
    .slice(before)
    .map(({ subject }) => subject.replace('[测试统计局] ', ''));
}

test('told that the site’s folder cannot be used; the disk is mended and the service restarted: said to be over', async () => {
  const rounds = await startAgain(bureau, '2026-07-20T12:00:00+08:00');
  await rm(at('site'), { recursive: true });
  await writeFile(at('site'), 'no folder');
  expect(await go(rounds, ['12:01:00', '12:02:00', '12:03:30', '12:04:00'])).toHaveLength(1);
  await rm(at('site'));
  const again = await startAgain(bureau, '2026-07-20T12:10:00+08:00');
  await go(again, ['12:11:00', '12:12:00', '12:20:00', '12:40:00', '13:10:00', '14:10:00']);
  const open = [...(await bureau.app.incidents.incidents()).values()].filter(
    (o) => o.closedAt === undefined,
  );
  expect(open).toEqual([]);
});

test('the disk is full: Redis refuses writes at the moment when that is to be told; told once it takes them again', async () => {
  const rounds = await startAgain(bureau, '2026-07-20T12:00:00+08:00');
  await rm(at('site'), { recursive: true });
  await writeFile(at('site'), 'no folder');
  const report = rounds.monitor.report.bind(rounds.monitor);
  vi.spyOn(rounds.monitor, 'report')
    .mockRejectedValueOnce(new Error('MISCONF Redis is configured to save RDB snapshots'))
    .mockImplementation(report);
  const told = await go(rounds, [
    '12:01:00',
    '12:02:00',
    '12:03:30',
    '12:04:00',
    '12:10:00',
    '12:30:00',
    '13:30:00',
  ]);
  expect(told.some((s) => s.includes('网站'))).toBe(true);
});
