// Incidents as version 0.1.0 left them in Redis and in the watchdog's file: a code and one text.
import { expect, test } from 'vitest';
import { describeClosed, describeIncident } from '../../src/alerts/templates/describe-incident.ts';
import { messagesFor } from '../../src/i18n/index.ts';
import { readIncident } from '../../src/ledger/incident.ts';
import { instant } from '../../src/lib/instant.ts';

const FORMER = {
  id: 'a1b2c3d4',
  subject: 'wechat',
  severity: 'warning',
  stage: 1,
  timezone: 'Asia/Shanghai',
  items: [],
  openedAt: 0,
  thread: 't',
  told: {},
  toldAt: 0,
  level: 1,
  levelAt: 0,
};
const NOW = instant(0);
const zh = messagesFor('zh');

test.each([
  [{ kind: 'clock', code: 'clock', detail: '-5000', subject: 'h' }, '时钟不准：h', '快'],
  [
    { kind: 'quota', code: 'month', detail: '2026-07|6|4' },
    '2026-07 计划发 6 次',
    '一个月最多 4 次',
  ],
  [
    { kind: 'plan-ends', code: 'plan-ends', detail: '2027', subject: '2026' },
    '没有 2027 年的',
    '日程表',
  ],
  [
    { kind: 'engine', code: 'paused', detail: '62000|预览', subject: 'h' },
    '停顿了 1 分钟',
    '正在：预览',
  ],
  [
    { kind: 'ledger-reborn', code: 'restored', detail: '3', subject: 'ledger' },
    '从备份恢复',
    '有 3 项',
  ],
  [
    { kind: 'mail', code: 'refused', detail: '550 no', subject: 'a@b.cn' },
    '被拒收：a@b.cn',
    '550 no',
  ],
  [{ kind: 'mail', code: 'mail', detail: 'no route', subject: 'mail' }, '通知发不出去', 'no route'],
  [{ kind: 'service', code: 'hung', detail: '180000' }, '没有反应', '3 分钟'],
  [{ kind: 'service', code: 'dead', detail: '180000' }, '没有在运行', '3 分钟'],
  [{ kind: 'redis', code: 'dead', detail: 'ECONNREFUSED' }, 'Redis 连不上', 'ECONNREFUSED'],
  [{ kind: 'disk', code: 'disk', detail: '80 MB', subject: '/var' }, '还剩 80 MB', '/var'],
  [
    { kind: 'channel', code: 'token-ends', detail: '2026-07-15T10:00:00+08:00' },
    '授权 2026-07-15 10:00 到期',
    '重新授权',
  ],
  [{ kind: 'channel', code: 'http-status', detail: '500' }, '500', '下一次发布可能误期'],
  [
    { kind: 'by-hand', code: 'withdraw', detail: '数据有误', subject: 'gdp.2026-Q2@wechat' },
    'gdp.2026-Q2',
    '数据有误',
  ],
] as const)('%j is told as it was', (former, head, fact) => {
  const read = readIncident({ ...FORMER, ...former });
  const text = read && describeIncident(zh, read, NOW);
  expect(text?.head).toContain(head);
  expect(text?.facts.join()).toContain(fact);
});

test('what is over has its name still', () => {
  const named = (former: object): string | undefined => {
    const read = readIncident({ ...FORMER, ...former });
    return read && describeClosed(zh, read, NOW).head;
  };
  expect(named({ kind: 'quota', code: 'month', detail: '2026-07|6|4' })).toBe(
    '已解决：微信 2026-07 的次数',
  );
  expect(named({ kind: 'plan-ends', code: 'plan-ends', detail: '2027' })).toBe(
    '已解决：2027 年的计划',
  );
});

test('a plan with mistakes is told with them', () => {
  const read = readIncident({ ...FORMER, kind: 'plan', code: 'plan', detail: '2026.yaml:3' });
  expect(read && describeIncident(zh, read, NOW).text).toBe('2026.yaml:3');
});

test('what is about releases alone says nothing besides', () => {
  expect(
    readIncident({ ...FORMER, kind: 'unready', subject: '2026-07-15' })?.about,
  ).toBeUndefined();
});
