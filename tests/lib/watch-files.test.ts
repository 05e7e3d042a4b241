import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { watchFiles } from '../../src/lib/watch-files.ts';
import { until } from '../helpers/clock.ts';
import { temporary } from '../helpers/folder.ts';

test('a change deep in the folder is noticed, a burst of them once', async () => {
  const folder = temporary('watch');
  await mkdir(join(folder, 'gdp', '2026-Q2'), { recursive: true });
  let changes = 0;
  const watching = await watchFiles([folder], () => changes++);
  await Promise.all(
    ['a', 'b', 'c'].map((name) => writeFile(join(folder, 'gdp', '2026-Q2', name), 'x')),
  );
  await until(() => changes > 0, 'a change');
  expect(changes).toBe(1);
  await watching.close();
});

test('a symlink that leads to itself, and one that leads back up: told, looked at again and again, and the process lives (14.29)', async () => {
  const folder = temporary('watch');
  await mkdir(join(folder, 'gdp'));
  await symlink('loop', join(folder, 'gdp', 'loop'));
  await symlink('..', join(folder, 'gdp', 'up'));
  const failures: string[] = [];
  let changes = 0;
  const watching = await watchFiles([folder], () => changes++, {
    failed: (error) => failures.push(String(error)),
    rescanMs: 20,
  });
  await until(() => failures.length > 0, 'told');
  expect(failures[0]).toMatch(/ELOOP/);
  await until(() => changes > 1, 'looked at again');
  expect(new Set(failures).size).toBe(failures.length);
  await watching.close();
});
