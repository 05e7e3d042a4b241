// The forms of the plan in a browser, wide and narrow: put back, expected, another rule; what axe
// finds, and nothing wider than the screen. Not for what they write: tests/desk/plan-forms.test.ts.

import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { PEOPLE, type Watched, watched } from '../helpers/alarm.ts';
import { GDP, PLAN } from '../helpers/bureau.ts';
import { chromiumPath, inChromium, PAGE_MS } from '../helpers/chromium.ts';
import { PASSWORD, type TestDesk, testDesk } from '../helpers/desk.ts';
import { look } from '../helpers/look.ts';

inChromium(() => {
  let bureau: Watched;
  let desk: TestDesk;
  let browser: Browser;

  beforeEach(async () => {
    bureau = await watched('2026-07-19T10:00:00+08:00', { plan: PLAN, more: PEOPLE });
    desk = await testDesk(bureau);
    await desk.person('wang', 'operator');
    bureau.clock.turnTo('2026-07-20T10:20:00+08:00');
  }, PAGE_MS);
  afterEach(async () => {
    await desk?.close();
    await bureau?.close();
  });

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] });
  }, PAGE_MS);
  afterAll(() => browser?.close());

  const check = (page: Page): Promise<void> =>
    page.getByRole('button', { name: '检查并预览改动' }).first().click();

  test.each([1280, 390])(
    'an expected time said and taken away, a release cancelled and put back, a rule changed (%s px)',
    async (width) => {
      const context = await browser.newContext({
        locale: 'zh-CN',
        viewport: { width, height: 900 },
        bypassCSP: true,
      });
      context.setDefaultTimeout(PAGE_MS);
      const page = await context.newPage();
      const found: string[] = [];
      const see = async (name: string): Promise<void> =>
        void found.push(...(await look(page, name, width)));
      const save = async (): Promise<void> => {
        await page.getByRole('button', { name: '保存', exact: true }).click();
        await page.getByText('计划已保存并生效').waitFor();
      };
      await page.goto(`${desk.url}/desk/`);
      await page.getByLabel('用户名').fill('wang');
      await page.getByLabel('密码').fill(PASSWORD);
      await page.getByRole('button', { name: '登录' }).click();
      await page.waitForURL(`${desk.url}/desk/`);
      await see('late-today');

      await page.getByRole('link', { name: '预计时间 地区生产总值 2026年二季度' }).click();
      await see('expected');
      await page.goto(`${desk.url}/desk/releases/${GDP}`);
      await see('late-release');
      await page.getByLabel('预计的日期').fill('2026-07-20');
      await page.getByLabel('预计的时间').fill('15:00');
      await check(page);
      await page
        .getByText('保存后，公开页面上写着：延迟发布，预计 2026-07-20 15:00 发布。')
        .waitFor();
      await see('expected-preview');
      await save();
      await page.goto(`${desk.url}/desk/releases/${GDP}`);
      await see('expected-release');
      await page.getByRole('button', { name: '不再写预计时间' }).click();
      await page.getByText('保存后，公开页面上写着：延迟发布，发布时间待定。').waitFor();
      await save();

      await page.goto(`${desk.url}/desk/plan/rule`);
      await see('rule');
      await page
        .getByRole('textbox', { name: /地区生产总值/ })
        .fill('{ day: 25, month: +1, if-closed: next }');
      await check(page);
      await page.getByText('已经公布的这些日期会变').waitFor();
      await see('rule-reason');
      await page.getByLabel('原因（公众会看到）').fill('与国家统计局同步');
      await check(page);
      await page.getByText('这些不变').waitFor();
      await see('rule-preview');
      await save();

      await page.goto(`${desk.url}/desk/releases/gdp.2026-Q3/cancel`);
      await page.getByLabel('原因（公众会看到）').fill('并入年度发布');
      await check(page);
      await save();
      await see('cancelled-plan');
      await page.getByRole('link', { name: '恢复发布 地区生产总值 2026年三季度' }).click();
      expect(await page.getByLabel('新的日期').inputValue()).toBe('2026-10-26');
      await page.getByLabel('新的日期').fill('2026-10-17');
      await page.getByLabel('原因（公众会看到）').fill('仍按季度发布');
      await see('restore');
      await check(page);
      await page.getByText('请留意，这些日子不是工作日').waitFor();
      await see('restore-preview');
      await context.close();
      expect(found).toEqual([]);
    },
    120_000,
  );
});
