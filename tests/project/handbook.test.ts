// The handbook and the READMEs say what is so: their plans are sound, their commands exist, their
// links lead somewhere.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporary } from '../helpers/folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const CHAPTERS = readdirSync(join(root, 'docs', 'zh')).map((name) => join('docs', 'zh', name));
const READ = [...CHAPTERS, 'README.md', 'README.zh-CN.md'];
const text = (path: string): string => readFileSync(join(root, path), 'utf8');

test.each(READ)('%s: every link and picture leads to a file', (path) => {
  const links = [...text(path).matchAll(/\]\(([^)#:]+)\)/g)].map(([, to]) => to ?? '');
  const broken = links.filter((to) => !existsSync(join(root, dirname(path), to)));
  expect(broken).toEqual([]);
});

test('the Chinese README leads to every chapter’s table of contents, and that to every chapter', () => {
  expect(text('README.zh-CN.md')).toContain('docs/zh/README.md');
  const contents = text('docs/zh/README.md');
  const missing = CHAPTERS.map((path) => path.split('/').at(-1) ?? '').filter(
    (name) => name !== 'README.md' && !contents.includes(`](${name})`),
  );
  expect(missing).toEqual([]);
});

/** What a newcomer does first, in this order. */
const FIRST = [
  /config\/banli\.yaml|name and address|单位名称/i,
  /config\/plan/,
  /banli doctor/,
  /banli start/,
];
const INVITE = /npx banli people invite (wangmin --display 王敏|wang --display "Wang Min")/;

test.each([
  ['README.zh-CN.md', /## 十分钟[\s\S]*?\n### /],
  ['README.md', /## Ten minutes[\s\S]*?\n### /],
  ['docs/zh/install.md', /## 第一次[\s\S]*?\n## /],
  ['scripts/setup.mjs', /Next:\n[\s\S]*?`\n/],
  ['scripts/setup.mjs', /接下来：\n[\s\S]*?`,/],
])(
  '%s: the first steps are the same everywhere, and name an address for those without a domain',
  (path, part) => {
    const steps = part.exec(text(path))?.[0] ?? '';
    // Each after the one before it.
    let at = 0;
    for (const one of [...FIRST, INVITE]) {
      const found = steps.slice(at).search(one);
      expect({ one, found: found >= 0 }).toEqual({ one, found: true });
      at += found;
    }
    expect(steps.search(INVITE)).toBeGreaterThan(steps.search(/banli start/));
    expect(steps).toContain('http://127.0.0.1:8040/');
  },
);

test('the comments of the configuration that ships say the same', () => {
  const config = text('config/banli.yaml');
  for (const one of [
    /npx banli doctor、npx banli start/,
    /npx banli people invite wangmin --display 王敏/,
    /publicUrl: .*还没有域名的，先写 http:\/\/127\.0\.0\.1:8040\//,
  ])
    expect(config).toMatch(one);
  expect(config).not.toContain('people add');
});

test('every command that is written there exists', () => {
  const help = spawnSync(process.execPath, [join(root, 'scripts', 'banli.mjs'), '--help'], {
    encoding: 'utf8',
    env: { ...process.env, BANLI_LANG: 'zh' },
  }).stdout;
  const there = new Set([...help.matchAll(/^ {2}([a-z]+)[ \n]/gm)].map(([, name]) => name));
  expect(there.has('doctor')).toBe(true);
  for (const path of READ) {
    const named = [...text(path).matchAll(/(?<!-u )\b(?:npx |exec banli )?banli ([a-z]+)\b/g)].map(
      ([, name]) => name ?? '',
    );
    expect({
      path,
      unknown: [...new Set(named)].filter(
        (name) => !there.has(name) && !['banli', 'the'].includes(name),
      ),
    }).toEqual({
      path,
      unknown: [],
    });
  }
});

test('the whole plan of the handbook is a plan without errors, and so are its exceptions', () => {
  const blocks = [...text('docs/zh/plan.md').matchAll(/```yaml\n([\s\S]*?)```/g)].map(
    ([, block]) => block ?? '',
  );
  const whole = blocks.find((block) => block.startsWith('plan:')) ?? '';
  const exceptions = blocks.find((block) => block.includes('combine:')) ?? '';
  // The same indicator with what is written about single periods.
  const single = `plan: 例外\ntimezone: Asia/Shanghai\nyear: 2026\nannounced: 2025-12-26\nindicators:\n  industry:\n    name: { zh: 工业 }\n    frequency: M\n    due: { day: 18, month: +1 }\n${exceptions.replace(/^ {4}skip:.*\n/m, '')}`;
  for (const plan of [whole, single]) {
    const folder = temporary('handbook');
    mkdirSync(join(folder, 'plan'));
    writeFileSync(join(folder, 'plan', 'a.yaml'), plan);
    const done = spawnSync(
      process.execPath,
      [join(root, 'scripts', 'banli.mjs'), '--config', folder, 'plan', 'check'],
      {
        encoding: 'utf8',
        env: { ...process.env, BANLI_LANG: 'zh' },
      },
    );
    expect(done.stdout).toMatch(/^计划没有错误，共 \d+ 次发布/m);
  }
});

test('printed it is one file, with every chapter and every picture in it', () => {
  const path = join(temporary('handbook'), 'h.html');
  expect(spawnSync(process.execPath, [join(root, 'scripts', 'handbook.mjs'), path]).status).toBe(0);
  const html = readFileSync(path, 'utf8');
  expect([...html.matchAll(/<section id="/g)].length).toBe(CHAPTERS.length);
  for (const chapter of CHAPTERS)
    expect(html).toContain(`<h1>${/^# (.+)$/m.exec(text(chapter))?.[1]}</h1>`);
  const pictures = CHAPTERS.flatMap((chapter) => [...text(chapter).matchAll(/!\[/g)]).length;
  expect([...html.matchAll(/src="data:image\/png;base64,[A-Za-z0-9+/=]{1000,}"/g)].length).toBe(
    pictures,
  );
  // Links between chapters lead to their place in the same file.
  const targets = [...html.matchAll(/href="#([\w-]+)"/g)].map(([, id]) => id ?? '');
  expect(targets.length).toBeGreaterThan(7);
  expect(targets.filter((id) => !html.includes(`<section id="${id}"`))).toEqual([]);
});
