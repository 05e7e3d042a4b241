// Events of the journal as people read them.
import { expect, test } from 'vitest';
import {
  actorName,
  detailText,
  eventName,
  subjectName,
} from '../../src/desk/journal/event-words.ts';
import { messagesFor } from '../../src/i18n/index.ts';

const [zh, en] = [messagesFor('zh'), messagesFor('en')];
const ZONE = 'Asia/Shanghai';

test.each([
  // 2026-12-10 08:00 and 10:00 in Beijing.
  [
    { from: Date.UTC(2026, 11, 10, 0), to: Date.UTC(2026, 11, 10, 2) },
    '2026-12-10 08:00 改为 2026-12-10 10:00',
    '2026-12-10 08:00 to 2026-12-10 10:00',
  ],
  [
    { from: '10.0.0.7', by: 'password and code' },
    '方式 密码和动态码；来自 10.0.0.7',
    'by password and code; from 10.0.0.7',
  ],
  [
    { name: 'li', roles: ['editor', 'operator'], from: 'cli' },
    '账户 li；角色 编辑（一审）、操作；在服务器上',
    undefined,
  ],
  [
    { digest: '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', reason: '笔误' },
    '稿件 0123456789ab；原因 笔误',
    'content 0123456789ab; reason 笔误',
  ],
  [{ desk: 'hold', from: '::1' }, '操作 暂停；来自 ::1', undefined],
  [
    [
      { kind: 'moved', id: 'gdp.2026-Q2', reason: '系统检修' },
      { kind: 'added', id: 'cpi.2026-07' },
    ],
    '改期 gdp.2026-Q2（系统检修）；新增 cpi.2026-07',
    'gdp.2026-Q2 moved (系统检修); cpi.2026-07 added',
  ],
  [{ disabled: true }, '停用 是', 'disabled yes'],
  [
    { step: 'chief', via: 'session', from: '127.0.0.1' },
    '审批 三审（负责人）；经由 工作台；来自 127.0.0.1',
    undefined,
  ],
  [undefined, '', ''],
])('%j', (detail, chinese, english) => {
  expect(detailText({ detail }, zh, ZONE)).toBe(chinese);
  if (english !== undefined) expect(detailText({ detail }, en, ZONE)).toBe(english);
});

test('a reason is told in words, never by its code', () => {
  const said = detailText(
    { detail: { code: 'content-missing', detail: 'content/gdp/2026-Q2/release.md' } },
    zh,
    ZONE,
  );
  expect(said).not.toContain('content-missing');
  expect(said).toContain('稿件');
});

test('events, channels and Banli itself have names; a file is told without its folders', () => {
  expect(eventName({ event: 'plan-applied' }, zh)).toBe('计划生效');
  expect(detailText({ event: 'plan-applied', detail: [] }, zh, ZONE)).toBe('日期没有变');
  // What lacks a text has no other plan.
  expect(eventName({ event: 'replanned', detail: { code: 'content-missing' } }, zh)).toBe(
    '还不能准备',
  );
  expect(eventName({ event: 'replanned', detail: { from: 1, to: 2 } }, zh)).toBe('计划变动');
  expect(detailText({ detail: { byReceipt: 'said-by-person' } }, zh, ZONE)).toBe(
    '凭回执 由人工确认',
  );
  expect(
    detailText({ event: 'published', detail: { by: 'wang', settled: 'public' } }, zh, ZONE),
  ).toBe('处理人 wang；核实结果 已公开');
  expect(subjectName({ subject: 'gdp.2026-Q2@weibo' }, zh)).toBe('gdp.2026-Q2 微博');
  expect(subjectName({ subject: 'gdp.2026-Q2@weibo' }, en)).toBe('gdp.2026-Q2 Weibo');
  expect(subjectName({ subject: '/opt/banli/config/plan' }, zh)).toBe('发布计划');
  expect(subjectName({ subject: '/opt/banli/config/plan/2026.yaml' }, zh)).toBe('2026.yaml');
  expect(actorName({ actor: '1234-0a1b2c3d' }, zh)).toBe('颁历');
  expect(actorName({ actor: 'wang' }, zh)).toBe('wang');
  expect(actorName({ actor: 'wang' }, zh, new Map([['wang', '王敏']]))).toBe('王敏');
});

// Due 2026-12-08 10:00 in Beijing.
const items = [
  {
    release: 'ppi.2026-11',
    name: { zh: '工业生产者价格指数', en: 'Producer price indices' },
    due: Date.UTC(2026, 11, 8, 2),
    channels: ['website', 'wechat'],
    state: 'planned',
    code: 'approval-missing',
    detail: '0/1',
    severity: 'missed',
  },
];

test('an incident has its title, and each release of it is one sentence', () => {
  const over = {
    event: 'incident-over',
    subject: '2026-12-08',
    detail: { id: 'd0f4', kind: 'unready', severity: 'missed', timezone: ZONE, items },
  };
  expect(subjectName(over, zh)).toBe('工业生产者价格指数');
  expect(subjectName(over, en)).toBe('Producer price indices');
  expect(detailText(over, zh, ZONE)).toBe(
    '编号 d0f4；事情 稿件未就绪；程度 已误期；涉及 工业生产者价格指数（ppi.2026-11），2026-12-08 10:00，网站、微信：审批未齐（0/1）',
  );
  expect(
    subjectName(
      { event: 'incident-over', subject: 'wechat', detail: { kind: 'channel', items: [] } },
      zh,
    ),
  ).toBe('渠道 微信');
  expect(
    detailText({ event: 'incident-acknowledged', detail: { id: 'd0f4', by: '王敏' } }, zh, ZONE),
  ).toBe('编号 d0f4；处理人 王敏');
});

test('a letter is told by its subject, once', () => {
  const sent = {
    event: 'mail-sent',
    subject: 'a0b1',
    detail: { subject: '未按时发布：工业生产者价格指数', person: '王敏', way: 'mail' },
  };
  expect([subjectName(sent, zh), detailText(sent, zh, ZONE)]).toEqual([
    '未按时发布：工业生产者价格指数',
    '收件人 王敏；发信方式 邮件',
  ]);
});

test('a list says how many more there are', () => {
  const detail = Array.from({ length: 15 }, (_, at) => ({ kind: 'added', id: `x.${at}` }));
  expect(detailText({ detail }, zh, ZONE).endsWith('新增 x.11；另有 3 处')).toBe(true);
});
