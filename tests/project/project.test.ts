// The project's own promises: the rooms' arrows, the container, the two commands.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../..', import.meta.url));
const text = (name: string): string => readFileSync(join(root, name), 'utf8');

/** Imports that the rooms' arrows forbid, and some that they allow. */
const FORBIDDEN: readonly (readonly [path: string, module: string])[] = [
  ['src/channels', '../ledger/ledger.ts'],
  ['src/channels/wechat', '../../ledger/ledger.ts'],
  ['src/channels', '../schedule/queues.ts'],
  ['src/ledger', '../channels/weibo.ts'],
  ['src/plan', '../redis/connection.ts'],
  ['src/plan', 'node:fs'],
  ['src/publish', 'bullmq'],
  ['src/site', '../ledger/ledger.ts'],
  ['src/cli', 'ioredis'],
  ['src/alerts', '../publish/stage.ts'],
  ['src/content', '../ledger/ledger.ts'],
  ['src/watchdog', '../publish/stage.ts'],
  ['src/watchdog', '../redis/connection.ts'],
  ['src/watchdog', '../house.ts'],
  ['src/desk', '../cli/context.ts'],
  ['src/exchange', '../site/model.ts'],
  ['src/plan/infer', '../../exchange/fields.ts'],
];
const ALLOWED: typeof FORBIDDEN = [
  ['src/publish', '../ledger/ledger.ts'],
  ['src/schedule', 'bullmq'],
  ['src/redis', 'ioredis'],
  ['src/watchdog', '../redis/visit.ts'],
  ['src/desk', '../publish/act.ts'],
  ['src/exchange', '../plan/types.ts'],
];

test("the linter holds the rooms' arrows: it refuses each forbidden import, and no allowed one", () => {
  const folder = mkdtempSync(join(tmpdir(), 'banli-arrows-'));
  cpSync(join(root, 'biome.json'), join(folder, 'biome.json'));
  const write = ([path, module]: readonly [string, string], name: string): string => {
    mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, path, name), `import * as x from '${module}';\nconsole.log(x);\n`);
    return join(path, name);
  };
  const forbidden = FORBIDDEN.map((one, index) => write(one, `bad${index}.ts`));
  const allowed = ALLOWED.map((one, index) => write(one, `good${index}.ts`));
  const args = [
    join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome'),
    'lint',
    '--vcs-enabled=false',
    '--colors=off',
    '--max-diagnostics=none',
    '.',
  ];
  const done = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  const refused = (path: string): boolean =>
    `${done.stdout}${done.stderr}`.includes(`${path}:1:20 lint/style/noRestrictedImports`);
  rmSync(folder, { recursive: true });
  expect(forbidden.filter((path) => !refused(path))).toEqual([]);
  expect(allowed.filter(refused)).toEqual([]);
});

/** Every file below the source folders. */
function sources(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name);
    return statSync(join(root, path)).isDirectory() ? sources(path) : [path];
  });
}

test('the system clock is read in schedule/clock.ts, and where processes and outsiders are watched', () => {
  const readers = sources('src').filter(
    (path) => path.endsWith('.ts') && /\bDate\.now\b/.test(text(path)),
  );
  expect(readers.sort()).toEqual([
    'src/cli/demo-watch.ts',
    'src/cli/demo.ts',
    // In a browser: how old what was typed is.
    'src/desk/client/typed.ts',
    'src/ledger/worker-heartbeats.ts',
    // A lock's age is by the file system's clock.
    'src/redis/start-lock.ts',
    'src/sandbox/sandbox.ts',
    'src/lib/clock.ts',
    // A reader's browser counts down by its own.
    'src/site/browser-scripts.ts',
  ]);
});

test('every source file says first what it is for, and none is over 400 lines', () => {
  const files = [...sources('src'), ...sources('jobs')].filter((path) => path.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(80);
  expect(files.filter((path) => !/^(#!.*\n)?\/\/ /.test(text(path)))).toEqual([]);
  expect(files.filter((path) => text(path).split('\n').length > 400)).toEqual([]);
});

test('the container: two stages, no root, Redis inside, a health check that the server answers', () => {
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
  const assets = sources('src').filter((path) => !path.endsWith('.ts'));
  for (const path of assets) expect(text('Dockerfile')).toContain(path);
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
