// What was due before this site kept a record: it stands as such and leads to where it is, and
// nobody calls it late.
import { afterEach, expect, test } from 'vitest';
import { type TestSite, testSite } from '../helpers/site.ts';

let site: TestSite | undefined;
afterEach(() => site?.close());

test('neither confirmed nor late in the past, on every page and in the data; with the former site’s address where it is said', async () => {
  site = await testSite('2026-07-21T10:00:00+08:00');
  Object.assign(site.options, { earlier: 'https://old.example.cn/' });
  await site.press.refresh();
  const front = (await site.get('')).text;
  expect(front).toMatch(/<span class="mark historical">往期<\/span>/);
  expect(front).toContain(
    '标“往期”的发布在本网站启用以前，请到<a href="https://old.example.cn/">原网站</a>查看。',
  );
  expect((await site.get('en/')).text).toContain('<span class="mark historical">earlier</span>');
  const list = JSON.parse((await site.get('calendar.json')).text) as {
    releases: { id: string; status: string }[];
  };
  const statusOf = (id: string): string | undefined =>
    list.releases.find((one) => one.id === id)?.status;
  expect(['cpi.2026-05', 'gdp.2026-Q2', 'cpi.2026-07', 'cpi.2026-11'].map(statusOf)).toEqual([
    'historical',
    'historical',
    'confirmed',
    'cancelled',
  ]);
});

test('put up here later by hand it says when that was, and is no delay', async () => {
  site = await testSite('2026-07-21T10:00:00+08:00');
  await site.press.refresh();
  site.clock.turnTo('2026-11-25T15:04:00+08:00');
  await site.publish('cpi.2026-05');
  const page = (await site.get('releases/cpi.2026-05/')).text;
  expect(page).toContain('<dd>2026-11-25 15:04</dd>');
  expect(page).not.toContain('晚了');
  expect((await site.get('')).text).not.toMatch(
    /机密标题cpi\.2026-05<\/a><\/span><span class="note">/,
  );
  const said = (await site.get('punctuality.json')).text;
  expect(said).not.toContain('"released":1');
});
