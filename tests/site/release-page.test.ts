// What stands on the page of a release as its text was written.
import { afterEach, expect, test } from 'vitest';
import { instant } from '../../src/lib/instant.ts';
import { type TestSite, testSite } from '../helpers/site.ts';

let site: TestSite;
afterEach(() => site.close());

async function pageOf(body: string, summary?: string): Promise<string> {
  site = await testSite('2026-07-20T09:59:56+08:00');
  const staged = await site.stage('gdp.2026-Q2', { body, summary });
  const due = instant(Date.parse('2026-07-20T10:00:00+08:00'));
  const { edition } = await site.press.prepare(due, [staged]);
  site.clock.turnTo('2026-07-20T10:00:00+08:00');
  await site.press.flip(edition);
  return (await site.get('releases/gdp.2026-Q2/')).text;
}

test('columns keep their side without a style, which the site’s policy does not allow', async () => {
  const page = await pageOf('表：\n\n| 行业 | 增速（%） |\n|:--|--:|\n| 合计 | 8.1 |\n', '摘要');
  expect(page).toContain('<td class="right">8.1</td>');
  expect(page).toContain('<td class="left">合计</td>');
  expect(page).not.toMatch(/ style="/);
});

test('a summary that nobody wrote is not said twice; one that somebody wrote stands', async () => {
  const body = '根据普查结果，现公告如下。\n\n成都市统计局\n2026年11月28日\n';
  expect(await pageOf(body)).not.toContain('<p class="summary">');
  await site.close();
  expect(await pageOf(body, '全市单位 50 万个。')).toContain(
    '<p class="summary">全市单位 50 万个。</p>',
  );
});
