// What scripts/setup.mjs installs, and for whom: tried with package managers that only note what
// they were asked.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporary } from '../helpers/folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A machine whose Chromium lies, once it is installed, in a folder of the test's own. */
function machine(installs = true) {
  const folder = temporary('setup');
  const [bin, chromium, asked] = [
    join(folder, 'bin'),
    join(folder, 'chromium'),
    join(folder, 'asked'),
  ];
  cpSync(join(root, 'scripts'), join(folder, 'scripts'), { recursive: true });
  writeFileSync(join(folder, 'scripts', 'chromium.json'), JSON.stringify([chromium]));
  mkdirSync(bin);
  const manager = `#!/bin/sh\n[ "$1" = --version ] && exit 0\necho "$@" >> ${asked}\n${installs ? `touch ${chromium}` : 'exit 1'}\n`;
  for (const name of ['apt-get', 'brew']) writeFileSync(join(bin, name), manager, { mode: 0o755 });
  writeFileSync(join(bin, 'sudo'), '#!/bin/sh\n[ "$1" = -n ] && shift\nexec "$@"\n', {
    mode: 0o755,
  });
  const env = {
    ...process.env,
    BANLI_READY: '1',
    BANLI_NO_BROWSER: '',
    PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
  };
  return {
    run: (more: Record<string, string>, ...args: string[]) =>
      spawnSync(process.execPath, [join(folder, 'scripts', 'setup.mjs'), ...args], {
        encoding: 'utf8',
        env: { ...env, ...more },
      }),
    installed: () => existsSync(chromium),
    asked: () => (existsSync(asked) ? readFileSync(asked, 'utf8') : ''),
  };
}

test('the set-up of `npm test` installs Chromium where there is none, once', () => {
  const { run, installed, asked } = machine();
  expect(run({}, '--browser').stderr).toContain('正在安装测试用的 Chromium');
  expect(installed()).toBe(true);
  expect(asked()).toMatch(/^.*install .*chromium\n$/);
  expect(run({}, '--browser').stderr).toBe('');
});

test('nobody else installs it: `npm run demo`, `start`, `setup`, bench and chaos go without', () => {
  const { run, asked } = machine();
  expect(run({}).status).toBe(0);
  expect(asked()).toBe('');
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  expect(Object.keys(scripts).filter((name) => scripts[name]?.includes('--browser'))).toEqual([
    'test',
  ]);
});

test('BANLI_NO_BROWSER=1 leaves it out, with a word in both languages', () => {
  const { run, asked } = machine();
  const left = run({ BANLI_NO_BROWSER: '1' }, '--browser');
  expect(left.stderr).toMatch(/浏览器测试不运行 .* no browser test runs/);
  expect([left.status, asked()]).toEqual([0, '']);
});

test('where it cannot be installed the tests do not begin, and the way round is told', () => {
  const { run } = machine(false);
  const failed = run({}, '--browser');
  expect(failed.status).toBe(1);
  expect(failed.stderr).toContain('用 BANLI_NO_BROWSER=1 跳过浏览器测试');
});
