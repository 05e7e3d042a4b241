// The log: put aside when it has grown, by whichever process; read in words.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { lineText } from '../../src/cli/log.ts';
import { turn } from '../../src/log.ts';
import { wordsOf } from '../../src/words/index.ts';
import { temporary } from '../helpers/folder.ts';

const messages = (file: string): string[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((one) => (JSON.parse(one) as { msg: string }).msg);

test('a log that has grown is put aside, two processes go on in one new file, and five old ones are kept', () => {
  const file = join(temporary('log'), 'banli.log');
  const [first, second] = [0, 1].map(() => pino.destination({ dest: file, sync: true, mode: 0o640 }));
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
  expect([1, 2, 5].map((at) => readFileSync(`${file}.${at}`, 'utf8'))).toEqual(['round 7', 'round 6', 'round 3']);
  expect(existsSync(`${file}.6`)).toBe(false);
  first.destroy();
  second.destroy();
});

test('a line in words, by the clock of the place; what is no line of ours as it stands', () => {
  const line = (fields: object): string => JSON.stringify({ level: 30, time: Date.UTC(2026, 6, 20, 2, 0, 1), pid: 7, ...fields });
  const zh = wordsOf('zh');
  expect(lineText(line({ msg: 'started', worker: '7-0a', port: 8040 }), zh, 'Asia/Shanghai')).toBe(
    '2026-07-20 10:00:01   发布进程已启动 · 进程 7-0a · 端口 8040',
  );
  expect(lineText(line({ msg: 'plan-refused', level: 50, problems: '第 3 行' }), zh, 'Asia/Shanghai')).toBe(
    '2026-07-20 10:00:01 ✗ 计划有误，没有生效 · 问题 第 3 行',
  );
  expect(lineText(line({ msg: 'ping', level: 40, why: 'HTTP 500' }), wordsOf('en'), 'UTC')).toBe(
    '2026-07-20 02:00:01 ! the ping was not taken · why HTTP 500',
  );
  const due = Date.UTC(2026, 6, 20, 2, 0, 0);
  expect(lineText(line({ msg: 'published', publication: 'gdp.2026-Q2@weibo', due, lateMs: 43 }), zh, 'Asia/Shanghai')).toBe(
    '2026-07-20 10:00:01   已公开 · 发布项 gdp.2026-Q2@weibo · 应发布时间 2026-07-20 10:00:00 · 比应发布时间晚（毫秒） 43',
  );
  expect(lineText(line({ msg: 'held', publication: 'gdp.2026-Q2@wechat', code: 'content-missing' }), zh, 'Asia/Shanghai')).toBe(
    `2026-07-20 10:00:01   已暂停 · 发布项 gdp.2026-Q2@wechat · 还没有稿件`,
  );
  expect(lineText('half a li', zh, 'UTC')).toBe('half a li');
});
