// The arrows between folders go one way, types included. Not for what each folder is for:
// docs/architecture.md.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ARROWS, forbiddenImports, knots } from './arrows.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const files = ['src', 'jobs'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
);

test('no file imports what its folder may not', () => {
  expect(files.length).toBeGreaterThan(300);
  const wrong = files.flatMap((path) =>
    forbiddenImports(path, readFileSync(join(root, path), 'utf8')).map((one) => `${path}: ${one}`),
  );
  expect(wrong).toEqual([]);
});

test('every folder is in the list, and none can be reached from itself', () => {
  const folders = readdirSync(join(root, 'src')).concat('jobs');
  expect(Object.keys(ARROWS).sort()).toEqual(folders.sort());
  expect(knots(ARROWS)).toEqual([]);
  expect(knots({ a: ['b'], b: ['c/x.ts'], c: ['a'], d: ['a'] })).toEqual(['a', 'b', 'c']);
});

test.each([
  ['src/channels/weibo.ts', '../ledger/ledger.ts'],
  ['src/channels/wechat/api.ts', '../../ledger/ledger.ts'],
  ['src/channels/weibo.ts', '../queue/queues.ts'],
  ['src/ledger/ledger.ts', '../channels/weibo.ts'],
  ['src/plan/read.ts', '../redis/connection.ts'],
  ['src/plan/read.ts', '../i18n/index.ts'],
  ['src/plan/read.ts', 'node:fs'],
  ['src/publish/release.ts', 'bullmq'],
  ['src/site/view.ts', '../ledger/ledger.ts'],
  ['src/cli/main.ts', 'ioredis'],
  ['src/alerts/mail.ts', '../publish/stage.ts'],
  ['src/alerts/people.ts', 'nodemailer'],
  ['src/content/bundle.ts', '../ledger/ledger.ts'],
  ['src/watchdog/watchdog.ts', '../publish/stage.ts'],
  ['src/watchdog/watchdog.ts', '../redis/connection.ts'],
  ['src/watchdog/watchdog.ts', '../app/app.ts'],
  ['src/desk/index.ts', '../cli/context.ts'],
  ['src/import-export/grid.ts', '../site/model.ts'],
  ['src/plan/infer/infer.ts', '../../import-export/fields.ts'],
  ['src/lib/clock.ts', '../plan/types.ts'],
  ['src/somewhere/new.ts', '../lib/clock.ts'],
])('%s may not import %s', (path, module) => {
  for (const line of [`import { x } from '${module}';`, `import type { X } from '${module}';`])
    expect(forbiddenImports(path, line)).toEqual([module]);
  expect(forbiddenImports(path, `await import('${module}')`)).toEqual([module]);
});

test.each([
  ['src/publish/stage.ts', '../ledger/ledger.ts'],
  ['src/queue/queues.ts', 'bullmq'],
  ['src/redis/connection.ts', 'ioredis'],
  ['src/watchdog/watchdog.ts', '../redis/short-visit.ts'],
  ['src/desk/index.ts', '../publish/commands.ts'],
  ['src/import-export/grid.ts', '../plan/types.ts'],
])('%s may import %s', (path, module) => {
  expect(forbiddenImports(path, `import { x } from '${module}';`)).toEqual([]);
});
