// Addresses of the desk that are nearly right, and those that are not.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rightAddress } from '../../src/desk/shell/right-address.ts';
import { type Watched, watched } from '../helpers/alarm.ts';
import { type TestDesk, testDesk } from '../helpers/desk.ts';

const PAGES = ['/', '/plan/', '/plan/table', '/releases/:id', '/releases/:id/hold', '/sign-in'];

test.each([
  ['/plan', '/plan/'],
  ['/Plan/', '/plan/'],
  ['/plan/table/', '/plan/table'],
  ['/releases/cpi.2026-11/', '/releases/cpi.2026-11'],
  ['/releases/cpi.2026-11/hold/', '/releases/cpi.2026-11/hold'],
  ['/sign-in/', '/sign-in'],
  ['/releases', '/plan/'],
  ['/today', '/'],
  ['/nothing', undefined],
  ['/releases/cpi.2026-11/nothing', undefined],
])('%s is meant to be %s', (asked, right) => {
  expect(rightAddress(asked, PAGES)).toBe(right);
});

let bureau: Watched;
let desk: TestDesk;
beforeEach(async () => {
  bureau = await watched('2026-07-15T10:00:00+08:00');
  desk = await testDesk(bureau);
  await desk.person('wang', 'operator');
});
afterEach(async () => {
  await desk?.close();
  await bureau?.close();
});

test('a page without its last slash is the page; one that is nowhere keeps the menu and leads on', async () => {
  const wang = await desk.signIn('wang');
  for (const [asked, right] of [
    ['/desk/plan?year=2026', '/desk/plan/?year=2026'],
    ['/desk/Journal', '/desk/journal/'],
    ['/desk/releases/gdp.2026-Q2/', '/desk/releases/gdp.2026-Q2'],
  ] as const) {
    const answer = await wang.get(asked);
    expect([asked, answer.status, answer.headers.get('location')]).toEqual([asked, 302, right]);
  }
  const lost = await wang.get('/desk/nothing-here');
  expect(lost.status).toBe(404);
  expect(lost.text).toContain('<h1>没有这个页面</h1>');
  expect(lost.text).toContain('<nav aria-label="颁历工作台">');
  expect(lost.text).not.toContain('不能这样做');
  // Whoever is not signed in sees no menu.
  const stranger = await desk.send('/desk/nothing-here');
  expect([stranger.status, stranger.text.includes('<nav')]).toEqual([404, false]);
});
