// What banli.yaml may say about people, mail and alerts, and what a mistake in it is told.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Config, loadConfig } from '../../src/config/load.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banli-options-'));
  await mkdir(join(folder, 'config'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const HEAD = 'bureau: { zh: 局 }\nchannels: { website: { kind: website } }\n';
const MAIL = 'mail: { host: smtp.example.cn, from: "a@example.cn" }\n';
async function load(text: string): Promise<Config> {
  await writeFile(join(folder, 'config', 'banli.yaml'), HEAD + text);
  return loadConfig(join(folder, 'config'), { ROBOT: 'https://robot.example.cn/send?key=k' });
}
const mistakes = async (text: string): Promise<string> =>
  load(text).then(
    () => 'none',
    (error: unknown) => (error as Error).message,
  );

test('addresses alone: all are told everything together', async () => {
  const { alerts } = await load(
    'mail: { host: smtp.example.cn, from: "a@example.cn", to: [b@example.cn, c@example.cn] }\n',
  );
  expect(alerts.people).toEqual([
    {
      name: 'b@example.cn',
      mail: ['b@example.cn', 'c@example.cn'],
      language: 'zh',
      quiet: undefined,
      ways: { missed: ['mail'], warning: ['mail'], report: ['mail'] },
    },
  ]);
  expect(alerts).toMatchObject({
    before: [{ workingDays: 3 }, { ms: 86_400_000 }, 'lead'],
    escalate: { missed: 1_800_000, warning: 86_400_000 },
    remind: 3_600_000,
    planEnds: 30 * 86_400_000,
    weekAhead: '09:00',
    links: 'http://127.0.0.1:8040/',
  });
});

test('people in order: the first gets the regular letters, each by the ways that they name', async () => {
  const { alerts } = await load(
    `${MAIL}people:\n  - { name: 甲, mail: a@example.cn, quiet: "20:00-07:30" }\n  - { name: 乙, mail: [b@example.cn], language: en, ways: { missed: [mail, group] } }\nalerts: { ways: { group: { kind: wecom, url: { env: ROBOT } } }, weekAhead: never }\n`,
  );
  expect(alerts.people.map(({ ways }) => ways)).toEqual([
    { missed: ['mail'], warning: ['mail'], report: ['mail'] },
    { missed: ['mail', 'group'], warning: ['mail'], report: [] },
  ]);
  expect(alerts.people[0]?.quiet).toEqual({ from: 1200, to: 450 });
  expect(alerts.weekAhead).toBeUndefined();
  expect(alerts.ways.get('group')).toEqual({
    kind: 'wecom',
    url: 'https://robot.example.cn/send?key=k',
  });
});

test('a way that nobody configured is told at its line, with what it may be', async () => {
  expect(
    await mistakes(
      `${MAIL}people:\n  - { name: 甲, mail: a@example.cn, ways: { missed: [grop] } }\n`,
    ),
  ).toMatch(/banli\.yaml:5:\d+ {2}.*“grop”.*mail，或 alerts\.ways 里写过的名称/);
  expect(await mistakes(`${MAIL}people:\n  - { name: 甲, ways: { missed: [mail] } }\n`)).toMatch(
    /banli\.yaml:5:\d+ .*这个人的 mail 地址/,
  );
});

test.each([
  ['alerts: { before: [3days] }', /banli\.yaml:3:\d+ .*“3days”.*几个工作日 wd/],
  ['alerts: { escalate: soon }', /banli\.yaml:3:\d+ .*“soon”.*时长/],
  ['people:\n  - { name: 甲, quiet: "20-8" }', /banli\.yaml:4:\d+ .*“20-8”.*勿扰时段/],
  ['alerts: { ways: { group: { kind: wecom, url: "https://x" } } }', /banli\.yaml:3:\d+/],
  ['mail: { host: smtp.example.cn, from: "a@example.cn" }', /banli\.yaml:3:\d+ .*to/],
  ['watchdog: { evry: 10s }', /banli\.yaml:3:\d+ .*evry.*every/],
])('%s', async (text, told) => {
  expect(await mistakes(`${text}\n`)).toMatch(told);
});
