// The year's table brought to the desk in a browser, wide and narrow: what was read, what was not,
// what is asked; what axe finds, and nothing wider than the screen. For what comes of it see
// tests/desk/table.test.ts.

import ExcelJS from 'exceljs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { PEOPLE, type Watched, watched } from '../helpers/alarm.ts';
import { PLAN } from '../helpers/bureau.ts';
import { chromiumPath, inChromium, PAGE_MS } from '../helpers/chromium.ts';
import { PASSWORD, type TestDesk, testDesk } from '../helpers/desk.ts';
import { look } from '../helpers/look.ts';

const MONTHS = Array.from({ length: 12 }, (_, index) =>
  index === 10 ? '2026年11月' : `${index + 1}月`,
);
const ROWS: readonly (readonly (string | number)[])[] = [
  ['成都市统计局2027年统计数据发布日程表'],
  ['序号', '指标', ...MONTHS, '备注'],
  [1, '居民消费价格指数', 11, 10, 10, 12, 10, 10, 12, 10, 10, 11, 10, 10, ''],
  [2, '规模以上工业增加值', 18, '……', 16, 19, 17, 16, 16, 16, 16, 19, 16, 16, '1—2月合并'],
  [3, '规模以上工业企业利润', 18, '……', 16, 19, 17, 16, 16, 16, 16, 19, 16, 16, ''],
  [4, '地区生产总值', 19, '', '', 20, '', '', 20, '', '', 20, '', '', ''],
  [5, '经济运行情况新闻发布会通稿', '', '', '', 20, '', '', 20, '', '', 20, '', '', ''],
  [6, '成都统计年鉴', '', '', '', '', '', '', '', '', '', '', 20, '', ''],
  ['注：日期如有调整，另行公告'],
];

inChromium(() => {
  let bureau: Watched;
  let desk: TestDesk;
  let browser: Browser;

  beforeEach(async () => {
    bureau = await watched('2026-11-27T10:00:00+08:00', { plan: PLAN, more: PEOPLE });
    desk = await testDesk(bureau);
    await desk.person('wang', 'operator');
  }, PAGE_MS);
  afterEach(async () => {
    await desk?.close();
    await bureau?.close();
  });
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] });
  }, PAGE_MS);
  afterAll(() => browser?.close());

  const signedIn = async (width: number): Promise<Page> => {
    const context = await browser.newContext({
      locale: 'zh-CN',
      viewport: { width, height: 900 },
      bypassCSP: true,
    });
    context.setDefaultTimeout(PAGE_MS);
    const page = await context.newPage();
    await page.goto(`${desk.url}/desk/`);
    await page.getByLabel('用户名').fill('wang');
    await page.getByLabel('密码').fill(PASSWORD);
    await page.getByRole('button', { name: '登录' }).click();
    await page.waitForURL(`${desk.url}/desk/`);
    return page;
  };

  test.each([1280, 390])(
    'a table with a column of another year, a wrong id, and then the plan (%s px)',
    async (width) => {
      const book = new ExcelJS.Workbook();
      const sheet = book.addWorksheet('2027');
      for (const row of ROWS) sheet.addRow([...row]);
      const buffer = Buffer.from(await book.xlsx.writeBuffer());
      const page = await signedIn(width);
      const found: string[] = [];
      const see = async (name: string): Promise<void> =>
        void found.push(...(await look(page, name, width)));
      const check = (): Promise<void> =>
        page.getByRole('button', { name: '检查并预览改动' }).click();
      await page.goto(`${desk.url}/desk/plan/table`);
      await page
        .getByLabel('日程表文件')
        .setInputFiles({ name: '2027.xlsx', mimeType: 'application/octet-stream', buffer });
      await page.getByRole('button', { name: '读表' }).click();
      await page.getByText('没有读进来的', { exact: true }).waitFor();
      await see('table-read');
      await page.getByText('1月（4 个）').click();
      expect(
        await page.getByText('1月11日（星期一）10:00 居民消费价格指数 2026年12月').isVisible(),
      ).toBe(true);

      await page.getByLabel('居民消费价格指数 的编号').fill('价格');
      await page.getByLabel('计划的标题').fill('2027年发布日程');
      await check();
      await page.getByText('编号不对：价格').waitFor();
      await see('table-wrong-id');
      expect(await page.getByLabel('计划的标题').inputValue()).toBe('2027年发布日程');
      await page.getByLabel('居民消费价格指数 的编号').fill('prices');
      await check();
      await page.getByText('表里有日期没有读进来').waitFor();
      await page.getByLabel('这些不要').check();
      await check();
      await page.getByRole('heading', { name: '会有这些改动' }).waitFor();
      await see('table-preview');
      await page.getByRole('button', { name: '保存', exact: true }).click();
      await page.getByText('计划已保存并生效').waitFor();
      expect(bureau.app.planService.calendar().byId.get('prices.2027-01' as never)?.status).toBe(
        'confirmed',
      );
      expect(found).toEqual([]);
      await page.context().close();
    },
    PAGE_MS * 6,
  );

  test.each([1280, 390])(
    'a list of single dates, one of them near (%s px)',
    async (width) => {
      const page = await signedIn(width);
      await page.goto(`${desk.url}/desk/plan/table`);
      const rows = [
        '指标\t报告期\t发布日期',
        '居民消费价格指数\t12月\t2027-01-11',
        '粮食产量\t全年\t2027-01-15',
        '年鉴\t2026年\t2027年12月下旬',
      ];
      bureau.clock.turnTo('2027-01-10T20:00:00+08:00');
      await page.getByLabel('或者粘贴表格').fill(rows.join('\n'));
      await page.getByRole('button', { name: '读表' }).click();
      // The session was of another day.
      if (await page.getByLabel('密码').isVisible()) {
        await page.getByLabel('用户名').fill('wang');
        await page.getByLabel('密码').fill(PASSWORD);
        await page.getByRole('button', { name: '登录' }).click();
        await page.goto(`${desk.url}/desk/plan/table`);
        await page.getByLabel('或者粘贴表格').fill(rows.join('\n'));
        await page.getByRole('button', { name: '读表' }).click();
      }
      await page.getByRole('heading', { name: '马上就到、或刚过去的日期' }).waitFor();
      const found = await look(page, 'table-near', width);
      await page
        .getByLabel('1月11日（星期一）10:00 居民消费价格指数 2026年12月')
        .selectOption({ label: '照发：按这个时间公开（已过去的，稿件一批准就公开）' });
      await page.getByLabel('照发的原因').fill('今天上线');
      await page.getByLabel('这些不要').check();
      await page.getByRole('button', { name: '检查并预览改动' }).click();
      await page.getByRole('heading', { name: '会有这些改动' }).waitFor();
      found.push(...(await look(page, 'table-near-preview', width)));
      await page.context().close();
      expect(found).toEqual([]);
    },
    PAGE_MS * 6,
  );
});
