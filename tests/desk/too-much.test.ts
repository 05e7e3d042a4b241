// What one person sends never takes the time of everybody: each of these stopped the process for
// seconds, or ended it. Found by an intruder.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isHeavy } from '../../src/desk/shell/routing.ts';
import { RequestError } from '../../src/lib/request-error.ts';
import { type Watched, watched } from '../helpers/alarm.ts';
import { type TestDesk, testDesk, type Visitor } from '../helpers/desk.ts';

let bureau: Watched;
let desk: TestDesk;
let wang: Visitor;
beforeAll(async () => {
  bureau = await watched('2026-07-12T10:00:00+08:00', {});
  desk = await testDesk(bureau);
  await desk.person('wang', 'operator', 'editor');
  wang = await desk.signIn('wang');
});
afterAll(async () => {
  await desk.close();
  await bureau.close();
});

test.each([
  ['a table that is pasted', '/desk/plan/table', { pasted: '&'.repeat(2_000_000) }],
  ['a year', '/desk/plan/table', { year: '&'.repeat(1_900_000) }],
  [
    'a table that is looked at',
    '/desk/plan/table/review',
    { year: '2027', read: '&'.repeat(1_900_000) },
  ],
  ['a text', '/desk/content/gdp.2026-Q2', { base: 'x', body: '&'.repeat(2_000_000) }],
  [
    'a rule',
    '/desk/plan/rule',
    { file: 'config/plan/2026.yaml', indicator: 'gdp', reason: 'r', due: '- a\n'.repeat(24_000) },
  ],
])(
  '%s that is far too long is refused, and not written into the answer',
  async (_, path, fields) => {
    const answer = await wang.post(path, fields);
    expect(answer.status).toBe(413);
    expect(answer.text.length).toBeLessThan(300_000);
  },
);

test('signs that HTML writes as several are not written back by the hundred thousand', async () => {
  const answer = await wang.post('/desk/content/gdp.2026-Q2', {
    base: 'x',
    title: '题',
    body: '&'.repeat(400_000),
  });
  expect(answer.status).toBe(409);
  expect(answer.text.length).toBeLessThan(100_000);
  expect([
    isHeavy(['&'.repeat(100_001)]),
    isHeavy(['&'.repeat(100_000)]),
    isHeavy(['中'.repeat(1_000_000)]),
  ]).toEqual([true, false, false]);
});

test('a refusal says two hundred things at the most, each of bounded length', () => {
  const refused = new RequestError(422, 'x', 'm'.repeat(100_000), {
    lines: Array.from({ length: 20_000 }, () => '&'.repeat(1000)),
  });
  expect([
    refused.message.length,
    refused.lines.length,
    refused.lines[0]?.length,
    refused.lines.at(-1),
  ]).toEqual([2001, 201, 601, '… + 19800']);
});

test('a page that still waits for events is told to ask no more once its person has signed out, and not led to a page', async () => {
  await desk.person('li', 'operator');
  const li = await desk.signIn('li');
  const asks = { cookie: li.cookie, accept: 'text/event-stream' };
  await li.post('/desk/sign-out');
  const answer = await desk.send('/desk/events', { headers: asks });
  expect([answer.status, answer.headers.get('location')]).toEqual([204, null]);
  // A page that somebody opens leads to the sign-in as before.
  expect(
    (
      await desk.send('/desk/events', { headers: { cookie: li.cookie, accept: 'text/html' } })
    ).headers.get('location'),
  ).toContain('/desk/sign-in');
});

test('a page that is not there bears the headers of every other', async () => {
  const names = ['content-security-policy', 'x-frame-options', 'x-content-type-options'];
  const of = async (path: string): Promise<(string | null)[]> => {
    const { headers } = await desk.send(path);
    return [...names, 'cache-control', 'referrer-policy'].map((name) => headers.get(name));
  };
  const there = await of('/desk/sign-in');
  expect(there).not.toContain(null);
  for (const path of ['/desk/nope', '/desk/nope/x']) expect(await of(path)).toEqual(there);
});

test('the description of the API is written once, whoever asks how often', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => desk.send('/api/v1/openapi.json')),
  );
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(JSON.parse(answers[0]?.text ?? '{}')).toMatchObject({ openapi: '3.1.0' });
});

// The last: who is refused before all is sent loses the connection.
test('JSON with long lists is refused by its size, and what is wrong is told in some fifty lines', async () => {
  const post = (path: string, body: object) =>
    desk.send(`/api/v1/${path}`, {
      method: 'POST',
      headers: {
        cookie: wang.cookie,
        'x-csrf-token': wang.csrf,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    });
  const many = await post('tokens', { label: 'x', scopes: Array(300_000).fill('a') });
  expect(many.status).toBe(413);
  const some = await post('plan/notices', { file: 'x', channels: Array(20_000).fill(1) });
  expect([422, 413]).toContain(some.status);
  expect(some.text.length).toBeLessThan(20_000);
});
