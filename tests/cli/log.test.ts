// The log: put aside when it has grown, by whichever process; read in words.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { lineText } from '../../src/cli/log.ts';
import { messagesFor } from '../../src/i18n/index.ts';
import { turn } from '../../src/lib/log.ts';
import { readPlan } from '../../src/plan/read-all.ts';
import { PLAN } from '../helpers/bureau.ts';
import { temporary } from '../helpers/folder.ts';

const messages = (file: string): string[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((one) => (JSON.parse(one) as { msg: string }).msg);

test('a log that has grown is put aside, two processes go on in one new file, and five old ones are kept', () => {
  const file = join(temporary('log'), 'banli.log');
  const [first, second] = [0, 1].map(() =>
    pino.destination({ dest: file, sync: true, mode: 0o640 }),
  );
  if (!first || !second) throw new Error('two');
  const [engine, web] = [pino({}, first), pino({}, second)];
  engine.info('one');
  web.info('two');
  // Both look; nothing has grown.
  for (const target of [first, second]) turn(file, target);
  expect(existsSync(`${file}.1`)).toBe(false);
  turn(file, first, 100);
  engine.info('three');
  // The other has not looked yet: what it writes is in the file that it knows.
  web.info('four');
  turn(file, second, 1_000_000);
  web.info('five');
  expect(messages(`${file}.1`)).toEqual(['one', 'two', 'four']);
  expect(messages(file)).toEqual(['three', 'five']);
  expect(statSync(file).mode & 0o007).toBe(0);
  for (let round = 1; round <= 7; round++) {
    writeFileSync(file, 'x'.repeat(200));
    turn(file, first, 100);
    writeFileSync(`${file}.1`, `round ${round}`);
  }
  expect([1, 2, 5].map((at) => readFileSync(`${file}.${at}`, 'utf8'))).toEqual([
    'round 7',
    'round 6',
    'round 3',
  ]);
  expect(existsSync(`${file}.6`)).toBe(false);
  first.destroy();
  second.destroy();
});

test('a line in words, by the clock of the place; what is no line of ours as it stands', () => {
  const line = (fields: object): string =>
    JSON.stringify({ level: 30, time: Date.UTC(2026, 6, 20, 2, 0, 1), pid: 7, ...fields });
  const zh = messagesFor('zh');
  expect(lineText(line({ msg: 'started', worker: '7-0a', port: 8040 }), zh, 'Asia/Shanghai')).toBe(
    '2026-07-20 10:00:01   发布进程已启动 · 进程 7-0a · 端口 8040',
  );
  expect(
    lineText(line({ msg: 'plan-refused', level: 50, problems: '第 3 行' }), zh, 'Asia/Shanghai'),
  ).toBe('2026-07-20 10:00:01 ✗ 计划有误，没有生效 · 问题 第 3 行');
  expect(
    lineText(line({ msg: 'ping', level: 40, why: 'HTTP 500' }), messagesFor('en'), 'UTC'),
  ).toBe('2026-07-20 02:00:01 ! the ping was not taken · why HTTP 500');
  const due = Date.UTC(2026, 6, 20, 2, 0, 0);
  expect(
    lineText(
      line({ msg: 'published', publication: 'gdp.2026-Q2@weibo', due, lateMs: 43 }),
      zh,
      'Asia/Shanghai',
    ),
  ).toBe(
    '2026-07-20 10:00:01   已公开 · gdp.2026-Q2 · 微博 · 应发布时间 2026-07-20 10:00:00 · 到点后 0.0 秒',
  );
  expect(
    lineText(
      line({ msg: 'held', publication: 'gdp.2026-Q2@wechat', code: 'content-missing' }),
      zh,
      'Asia/Shanghai',
    ),
  ).toBe('2026-07-20 10:00:01   已暂停 · gdp.2026-Q2 · 微信 · 还没有稿件');
  expect(lineText('half a li', zh, 'UTC')).toBe('half a li');
});

test('lengths of time, counts, parts and releases are told as people say them', () => {
  const zh = messagesFor('zh');
  const told = (fields: object): string =>
    lineText(
      JSON.stringify({ level: 30, time: Date.UTC(2026, 6, 20, 2, 0, 1), pid: 7, ...fields }),
      zh,
      'Asia/Shanghai',
      calendar,
    ).slice(22);
  const { calendar } = readPlan([{ name: 'a.yaml', text: PLAN }], undefined);
  expect(told({ msg: 'pause', ms: 934, busyMs: 375, doing: 'apply the plan, mail' })).toBe(
    '进程停顿 · 停了 0.9 秒 · 其中在忙 0.4 秒 · 当时在 让计划生效、发信',
  );
  expect(told({ msg: 'pause', ms: 95_000, busyMs: 375, doing: '' })).toBe(
    '进程停顿 · 停了 2 分钟 · 其中在忙 0.4 秒',
  );
  expect(told({ msg: 'reconciled', created: 83, moved: 0, cancelled: 0, jobs: 0 })).toBe(
    '台账与计划已核对 · 新建 83 项',
  );
  expect(told({ msg: 'plan-applied', changes: 0 })).toBe('计划生效 · 没有改动');
  expect(told({ msg: 'plan-applied', changes: 83 })).toBe('计划生效 · 改动 83 处');
  expect(told({ msg: 'settings-changed', parts: 'site, desk, mail, alerts, watchdog' })).toBe(
    '设置已改，重新启动后生效 · 改了 网站、工作台、发信、通知、看门狗',
  );
  expect(told({ msg: 'secrets-taken', secrets: 'mail.password, channels.weibo.accessToken' })).toBe(
    '新的密钥已换上 · 密钥 发信、微博',
  );
  expect(
    told({
      msg: 'staged',
      publication: 'gdp.2026-Q2@website',
      digest: 'f11c3b4c7b121d38'.repeat(4),
    }),
  ).toBe('已准备 · 地区生产总值 2026年二季度（gdp.2026-Q2） · 网站 · 稿件摘要码 f11c3b4c7b12');
  // Whatever a process may be doing, and whatever part of the settings may change, has a word.
  const source = (path: string): string =>
    readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  const doings = [
    ...source('src/app/maintenance.ts').matchAll(/doing\('([^']+)'/g),
    ...source('src/queue/queues.ts').matchAll(/'(stage|release|verify|maintenance|mail)'/g),
  ];
  const parts = [
    ...(/const PARTS = \[(.*?)\]/s.exec(source('src/app/config-changes.ts'))?.[1] ?? '').matchAll(
      /'(\w+)'/g,
    ),
  ];
  expect([doings.length > 3, parts.length > 10]).toEqual([true, true]);
  const { values } = zh.cli.log;
  expect(doings.filter(([, one = '']) => values.doing?.[one] === undefined)).toEqual([]);
  expect(parts.filter(([, one = '']) => values.parts?.[one] === undefined)).toEqual([]);
});
