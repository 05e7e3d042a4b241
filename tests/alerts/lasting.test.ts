// A miss stays to be told until somebody's mail server has taken a letter of it: however long mail
// is broken, whoever is configured meanwhile. Read from the mails.
import { afterEach, expect, test } from 'vitest';
import type { Person } from '../../src/alerts/recipients.ts';
import { type Watched, watched } from '../helpers/alarm.ts';
import { PLAN } from '../helpers/bureau.ts';

let bureau: Watched;
afterEach(() => bureau.close());

const HEAD = PLAN.slice(0, PLAN.indexOf('indicators:')).replace(
  '[website, catalogue, wechat, weibo]',
  '[website]',
);
const ONE = `${HEAD}notices:\n  n: { name: { zh: 公告 }, at: 2026-07-20 10:00 }\n`;
const MISSED = Date.parse('2026-07-20T10:06:00+08:00');
const HOUR_MS = 3_600_000;

const after = (hours: number): Promise<string[]> =>
  bureau.at(new Date(MISSED + hours * HOUR_MS).toISOString());
const waiting = async () =>
  (await bureau.app.incidents.deliveries())
    .filter(({ severity }) => severity === 'missed')
    .map(({ person }) => person);

/** Every so many hours a look. @returns what has arrived */
async function looks(from: number, to: number, step: number): Promise<string[]> {
  const arrived: string[] = [];
  for (let hours = from; hours < to; hours += step) arrived.push(...(await after(hours)));
  return arrived;
}

/** As after a restart with a changed banli.yaml. */
function configure(change: (person: Person) => Person): void {
  const { alerts } = bureau.config as { alerts: { people: readonly Person[] } };
  alerts.people = alerts.people.map(change);
}

async function begin(more = ''): Promise<void> {
  bureau = await watched('2026-07-19T09:00:00+08:00', { plan: ONE, alerts: 'before: []', more });
  await bureau.at('2026-07-20T09:00:00+08:00');
}

test('(14) mail is broken for seven days: the letter of what is still missed waits, alone, and arrives once', async () => {
  await begin();
  await bureau.sandbox.inbox.down();
  expect(await looks(0, 24 * 7, 4)).toEqual([]);
  expect(await waiting()).toEqual(['operator@example.cn']);
  await bureau.sandbox.inbox.up();
  expect((await looks(24 * 7, 24 * 9, 4)).filter((one) => one.includes('未按时'))).toEqual([
    'operator@example.cn: 未按时发布：公告（n）',
  ]);
  const [missed] = [...(await bureau.app.incidents.incidents()).values()];
  expect([...(await bureau.app.incidents.taken(missed?.id ?? ''))]).toContain('');
});

test('(14) whoever is told is renamed in banli.yaml while his letter waits: it goes to who is configured now, once', async () => {
  await begin();
  await bureau.sandbox.inbox.down();
  expect(await after(0)).toEqual([]);
  configure((person) => ({ ...person, name: '李雷', mail: ['lilei@example.cn'] }));
  await bureau.sandbox.inbox.up();
  expect(await looks(1, 24, 1)).toEqual(['lilei@example.cn: 未按时发布：公告（n）']);
  expect(await bureau.app.incidents.deliveries()).toEqual([]);
});

test('(14) a warning whose reader was removed goes to the one who is first now', async () => {
  await begin(
    'people: [{ name: 王敏, mail: wang@example.cn }, { name: 李主任, mail: li@example.cn }]',
  );
  await bureau.sandbox.inbox.down();
  await bureau.rounds.monitor.planRefused('第一个错误');
  await bureau.at('2026-07-20T09:01:00+08:00');
  const { alerts } = bureau.config as { alerts: { people: readonly Person[] } };
  alerts.people = alerts.people.slice(1);
  await bureau.sandbox.inbox.up();
  expect([
    ...(await bureau.at('2026-07-20T09:05:00+08:00')),
    ...(await bureau.at('2026-07-20T09:06:00+08:00')),
  ]).toEqual(['li@example.cn: 发布计划有误，没有生效']);
});

test('(14) a letter of a miss that is gone from the outbox is written anew, once, to who is configured now', async () => {
  await begin();
  await bureau.sandbox.inbox.down();
  expect(await after(0)).toEqual([]);
  for (const { id } of await bureau.app.incidents.deliveries())
    await bureau.app.incidents.delivered(id);
  configure((person) => ({ ...person, mail: ['new@example.cn'] }));
  // One waits, and no second is written beside it.
  expect(await after(0.01)).toEqual([]);
  expect(await after(0.02)).toEqual([]);
  expect(await waiting()).toEqual(['operator@example.cn']);
  await bureau.sandbox.inbox.up();
  expect(await looks(1, 24, 1)).toEqual(['new@example.cn: 未按时发布：公告（n）']);
});

test('(14) with nobody configured for a miss nothing is written; the first who is hears of it', async () => {
  await begin();
  const { missed } = bureau.config.alerts.people[0]?.ways ?? { missed: [] };
  configure((person) => ({ ...person, ways: { ...person.ways, missed: [] } }));
  expect(await looks(0, 4, 1)).toEqual([]);
  const raised = (await bureau.app.journal.newest(500)).filter(
    ({ event }) => event === 'incident-raised',
  );
  expect(raised).toEqual([]);
  configure((person) => ({ ...person, ways: { ...person.ways, missed } }));
  expect(await looks(4, 8, 1)).toEqual(['operator@example.cn: 未按时发布：公告（n）']);
});
