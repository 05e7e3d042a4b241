// A year in simulated time: what comes out, what would be hit, what would be written. Real Redis,
// HTTP, SMTP and files.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sandboxYaml } from '../../src/cli/sandbox.ts';
import { loadConfig } from '../../src/config/load.ts';
import { calendarOf } from '../../src/plan/calendar.ts';
import { readPlan } from '../../src/plan/read-all.ts';
import { runRehearsal } from '../../src/rehearsal/rehearse.ts';
import type { Rehearsal } from '../../src/rehearsal/report.ts';
import { BODY } from '../helpers/bureau.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banli-rehearse-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function run(
  text: string,
  options: {
    asIs?: boolean;
    edit?: (yaml: string) => string;
    content?: Readonly<Record<string, string>>;
  } = {},
): Promise<Rehearsal> {
  await mkdir(join(folder, 'config', 'plan'), { recursive: true });
  await writeFile(join(folder, 'config', 'plan', '2026.yaml'), text);
  const yaml = `bureau: { zh: 测试统计局 }\nsite: { publicUrl: "http://127.0.0.1:8040/" }\n${sandboxYaml({ wechat: 1, weibo: 1, catalogue: 1, smtp: 1 })}\n`;
  await writeFile(join(folder, 'config', 'banli.yaml'), options.edit?.(yaml) ?? yaml);
  for (const [path, body] of Object.entries(options.content ?? {})) {
    await mkdir(join(folder, 'content', path), { recursive: true });
    await writeFile(join(folder, 'content', path, 'release.md'), body);
  }
  // No secret is set anywhere: a rehearsal needs none.
  const config = loadConfig(join(folder, 'config'), {}, () => 'none');
  const { plans, workdays } = readPlan(
    [{ name: 'config/plan/2026.yaml', text }],
    [...config.channels.keys()],
  );
  const [plan] = plans;
  if (!plan) throw new Error('no plan');
  const { calendar } = calendarOf([plan], workdays, new Map());
  return runRehearsal({
    config,
    plan,
    calendar,
    workdays,
    asIs: options.asIs ?? false,
    signal: new AbortController().signal,
    told: () => undefined,
  });
}

const HEAD =
  'plan: 计划\ntimezone: Asia/Shanghai\nyear: 2026\nannounced: 2025-12-26\ndefaults: { channels: [website, catalogue, wechat, weibo], lead: 24h, grace: 5m, window: 2h }\n';

test('the sample plan: every release comes out on every channel, once, within its grace; not one mail', async () => {
  const sample = await readFile(new URL('../../config/plan/2026.yaml', import.meta.url), 'utf8');
  const done = await run(sample);
  expect(done).toMatchObject({
    releases: 83,
    publications: 332,
    public: 332,
    early: [],
    doubled: [],
    late: [],
    notOut: [],
    limits: [],
    mails: [],
    failures: [],
  });
  expect(done.contentMissing).toHaveLength(83);
  // Nothing of the bureau's own was made or touched.
  expect(existsSync(join(folder, 'var'))).toBe(false);
});

describe('what would go wrong', () => {
  const GDP = `${HEAD}indicators:\n  gdp: { name: { zh: 地区生产总值 }, frequency: Q, due: { day: 20, month: +1, if-closed: next } }\n`;

  test('with the content as it is: what is missing, what is refused, and the mails about it', async () => {
    const done = await run(GDP, {
      asIs: true,
      content: {
        'gdp/2026-Q1': BODY,
        'gdp/2026-Q2': BODY.replace('综合处', '一个写得太长太长太长太长太长的作者'),
      },
    });
    expect(done.contentMissing.map(({ release }) => release)).toEqual([
      'gdp.2025-Q4',
      'gdp.2026-Q3',
    ]);
    expect(done.public).toBe(7);
    const why = Object.fromEntries(done.notOut.map((one) => [one.publication, one.reason?.code]));
    expect(why['gdp.2025-Q4@website']).toBe('content-missing');
    expect(why['gdp.2026-Q2@wechat']).toBe('content-refused');
    expect(why['gdp.2026-Q1@website']).toBeUndefined();
    expect(
      done.mails.map((mail) => mail.subject).filter((subject) => subject.includes('2026-Q2')),
    ).toEqual([
      '[测试统计局] 可能误期：地区生产总值（gdp.2026-Q2）',
      '[测试统计局] 可能误期：地区生产总值（gdp.2026-Q2）',
      '[测试统计局] 未按时发布：地区生产总值（gdp.2026-Q2）',
    ]);
    expect(done.mails.filter((mail) => mail.subject.includes('2026-Q1'))).toEqual([]);
    // Tuesday 20 January at 10: the first mail comes three working days before, the next a minute
    // after the stage time, a day before.
    expect(done.mails.slice(0, 3).map(({ at }) => at.slice(0, 16))).toEqual([
      '2026-01-15T02:00',
      '2026-01-19T02:01',
      '2026-01-20T02:05',
    ]);
  });

  test("WeChat's four mass sends a month: which release is the fifth, and when", async () => {
    const notices = ['02', '03', '04', '05', '06']
      .map(
        (day) =>
          `  n${day}: { name: { zh: 公告${day} }, at: 2026-03-${day} 09:00, channels: [website, wechat] }\n`,
      )
      .join('');
    const done = await run(`${HEAD}notices:\n${notices}`, {
      edit: (yaml) => yaml.replace('kind: wechat,', 'kind: wechat, mode: mass,'),
    });
    expect(
      done.limits.map(
        (one) =>
          `${new Date(one.at).toISOString().slice(0, 16)} ${one.publication} ${one.reason.code}`,
      ),
    ).toEqual(['2026-03-06T01:00 n06@wechat wechat-45028']);
    expect(done.notOut.map((one) => one.publication)).toEqual(['n06@wechat']);
    expect(done.mails.map((mail) => mail.subject)).toEqual([
      '[测试统计局] 微信的次数不够：2026-03 计划发 5 次',
      '[测试统计局] 未按时发布：公告06（n06）',
    ]);
  });

  test('more posts in an hour than Weibo takes: the rest come out later, and it says which', async () => {
    const many = Array.from(
      { length: 32 },
      (_, index) =>
        `  i${index}: { name: { zh: 指标${index} }, frequency: A, due: { date: 03-02 }, channels: [website, weibo] }\n`,
    ).join('');
    const done = await run(`${HEAD}indicators:\n${many}`);
    expect(done.limits.map((one) => one.reason.code)).toContain('weibo-10023');
    expect(done.late).toHaveLength(2);
    expect(done.doubled).toEqual([]);
    expect(done.public).toBe(64);
  });

  test('a site whose address is not the domain that Weibo knows', async () => {
    const done = await run(GDP, {
      edit: (yaml) => yaml.replace('http://127.0.0.1:8040/', 'http://tjj.example.cn/'),
    });
    expect(
      new Set(done.notOut.map((one) => `${one.publication.split('@')[1]} ${one.reason?.code}`)),
    ).toEqual(new Set(['weibo content-refused']));
    expect(done.notOut).toHaveLength(4);
  });
});
