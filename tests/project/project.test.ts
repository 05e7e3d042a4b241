import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { temporary } from '../helpers/folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const text = (name: string): string => readFileSync(join(root, name), 'utf8');

/** Every file below the source folders. */
function sources(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name);
    return statSync(join(root, path)).isDirectory() ? sources(path) : [path];
  });
}

test('the system clock is read in lib/clock.ts, and where processes and outsiders are watched', () => {
  const readers = sources('src').filter(
    (path) => path.endsWith('.ts') && /\bDate\.now\b/.test(text(path)),
  );
  expect(readers.sort()).toEqual([
    'src/cli/demo-watch.ts',
    'src/cli/demo.ts',
    // In a browser: how old what was typed is.
    'src/desk/client/typed.ts',
    'src/ledger/worker-heartbeats.ts',
    'src/lib/clock.ts',
    // A lock's age is by the file system's clock.
    'src/redis/start-lock.ts',
    'src/sandbox/sandbox.ts',
  ]);
});

/**
 * Over 400 lines since a line has 100 columns, each with the most that it may have: none grows,
 * none is added, and one that is split is taken out of here.
 */
const TOO_LONG: Readonly<Record<string, number>> = {
  'src/desk/settings/fields.ts': 407,
  'src/publish/correct-and-withdraw.ts': 477,
};

test('every source file says first what it is for, and none is over 400 lines but those that are known', () => {
  const files = [...sources('src'), ...sources('jobs')].filter((path) => path.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(80);
  expect(files.filter((path) => !/^(#!.*\n)?\/\/ /.test(text(path)))).toEqual([]);
  const lines = (path: string): number => text(path).split('\n').length;
  expect(files.filter((path) => lines(path) > (TOO_LONG[path] ?? 400))).toEqual([]);
  expect(Object.keys(TOO_LONG).filter((path) => lines(path) <= 400)).toEqual([]);
});

test('the container: two stages, no root, Redis inside, a health check that the server answers', async () => {
  const lines = text('Dockerfile')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.trim());
  expect(
    lines.filter((line) => line.startsWith('FROM ')).map((line) => line.split(' ')[1]),
  ).toEqual(['node:24-bookworm-slim', 'node:24-bookworm-slim']);
  expect(lines.filter((line) => line.startsWith('USER ')).at(-1)).toBe('USER node');
  expect(lines.some((line) => /apt-get install .*redis-server/.test(line))).toBe(true);
  expect(lines.some((line) => line.startsWith('HEALTHCHECK') && line.includes('/healthz'))).toBe(
    true,
  );
  expect(text('src/site/serve/server.ts')).toContain("'/healthz'");
  const copied = lines.flatMap((line) =>
    line.startsWith('COPY ') && !line.includes('--from') ? line.split(' ').slice(1, -1) : [],
  );
  expect(copied.filter((name) => !existsSync(join(root, name)))).toEqual([]);
  // With the scripts that browsers run come the files that are read as they are.
  expect(text('Dockerfile')).toContain('node scripts/setup.mjs --bundle');
  const made = temporary('assets');
  const setup = join(root, 'scripts', 'setup.mjs');
  const { assets } = (await import(setup)) as { assets(made: string): void };
  assets(made);
  const wanted = sources('src').filter((path) => !path.endsWith('.ts'));
  expect(wanted.length).toBeGreaterThan(10);
  expect(wanted.filter((path) => !existsSync(join(made, path)))).toEqual([]);
});

test('.ci/run calls npm test and nothing else', () => {
  expect(
    text('.ci/run')
      .split('\n')
      .filter(
        (line) =>
          line && !line.startsWith('#') && !line.startsWith('set ') && !line.startsWith('cd '),
      ),
  ).toEqual(['exec npm test']);
});

test('no package is fetched from a named host', () => {
  expect(text('package-lock.json')).not.toMatch(/https?:\/\/[^"]*registry/);
});

test('containers and systemd: service and watchdog are processes of their own, on the same data, each started again', () => {
  const compose = parse(text('compose.yaml')) as {
    services: Record<string, { command: string[]; restart: string; volumes: string[] }>;
  };
  expect(
    Object.fromEntries(
      Object.entries(compose.services).map(([name, { command }]) => [name, command]),
    ),
  ).toEqual({
    banli: ['start', '--no-watchdog'],
    watchdog: ['watchdog'],
  });
  for (const { restart, volumes } of Object.values(compose.services)) {
    expect(restart).toBe('unless-stopped');
    expect(volumes).toContain('banli-data:/app/var');
  }
  const unit = (name: string): string => text(join('docs', 'deploy', `${name}.service`));
  expect(unit('banli')).toContain('scripts/banli.mjs start --no-watchdog\nRestart=always');
  expect(unit('banli-watchdog')).toContain('scripts/banli.mjs watchdog\nRestart=always');
  expect(unit('banli-watchdog')).not.toMatch(/^(Requires|PartOf|BindsTo)=/m);
});
