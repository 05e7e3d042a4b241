// An indicator that next year's plan calls by another id: one page for both years, at every address
// that it ever had.
import { afterEach, expect, test } from 'vitest';
import { messagesFor } from '../../src/i18n/index.ts';
import { readPlan } from '../../src/plan/read-all.ts';
import { type TestSite, testSite } from '../helpers/site.ts';

const yearWith = (year: number, indicators: string): string => `plan: ${year}年计划
timezone: Asia/Shanghai
year: ${year}
announced: ${year - 1}-12-26
defaults: { channels: [website] }
indicators:
${indicators}
`;
const rain = (id: string, more = ''): string =>
  `  ${id}: { name: { zh: 降雨量, en: Rainfall }, frequency: Q, due: { day: 20, month: +1, if-closed: stay }${more} }`;
const [OLD, NEW, NEWEST] = [
  yearWith(2025, rain('zb9')),
  yearWith(2026, rain('jiangyuliang', ', formerly: [zb9]')),
  yearWith(2027, rain('rainfall', ', formerly: [jiangyuliang]')),
];

let site: TestSite | undefined;
afterEach(() => site?.close());

test('one page with all years, at each of its addresses, which name the one of now; one calendar for whoever subscribed to either', async () => {
  site = await testSite('2025-02-01T09:00:00+08:00', OLD);
  await site.publish('zb9.2024-Q4');
  const released = (await site.get('releases/zb9.2024-Q4/')).text;
  site.clock.turnTo('2027-01-02T09:00:00+08:00');
  await site.plan([OLD, NEW, NEWEST].join('\n---\n'));
  const [now, ...before] = await Promise.all(
    ['rainfall', 'jiangyuliang', 'zb9'].map((id) => site?.get(`indicators/${id}/`)),
  );
  expect(now?.status).toBe(200);
  for (const id of ['zb9.2024-Q4', 'zb9.2025-Q1', 'jiangyuliang.2026-Q1', 'rainfall.2026-Q4'])
    expect((await site.get('calendar.json')).text, id).toContain(`"${id}"`);
  expect(now?.text).toContain('<a href="../../releases/zb9.2024-Q4/">');
  expect(now?.text.match(/<tr data-indicator=/g)?.length).toBe(12);
  expect(now?.text).toContain(
    '<link rel="canonical" href="https://tjj.example.cn/indicators/rainfall/">',
  );
  for (const one of before) expect(one?.text).toBe(now?.text);
  const calendars = await Promise.all(
    ['rainfall', 'jiangyuliang', 'zb9'].map(
      async (id) => (await site?.get(`indicators/${id}/calendar.ics`))?.text,
    ),
  );
  expect(calendars[0]).toContain('zb9.2025-Q1');
  expect(calendars).toEqual([calendars[0], calendars[0], calendars[0]]);
  // What was released stands where it stood, and leads to the page.
  expect((await site.get('releases/zb9.2024-Q4/')).text.length).toBeGreaterThanOrEqual(
    released.length,
  );
  expect((await site.get('indicators/')).text.match(/降雨量/g)?.length).toBe(1);
  expect(
    Object.keys(
      (JSON.parse((await site.get('punctuality.json')).text) as { indicators: object }).indicators,
    ),
  ).toEqual(['rainfall']);
});

test('what a year still uses, or calls by two names, is no former name', () => {
  const text = yearWith(
    2026,
    [
      rain('zb9'),
      rain('a', ', formerly: [zb9]'),
      rain('b', ', formerly: [c]'),
      rain('d', ', formerly: [c]'),
    ].join('\n'),
  );
  const { problems } = readPlan([{ name: 'p.yaml', text }], undefined);
  expect(
    problems
      .filter(({ severity }) => severity === 'error')
      .map((one) => `${one.line} ${one.say(messagesFor('zh').plan).wrong}`),
  ).toEqual([
    '8 formerly 里的“zb9”在同一年的计划里还是一个指标',
    '10 formerly 里的“c”在同一年的计划里也写在 b 下',
  ]);
});
