// The page of settings in a browser: for everybody, at every width, and back by itself once everything has been started anew.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PEOPLE, watched } from '../helpers/alarm.ts';
import type { Watched } from '../helpers/alarm.ts';
import { chromiumPath, NO_BROWSER, PAGE_MS } from '../helpers/chromium.ts';
import { until } from '../helpers/clock.ts';
import { PASSWORD, testDesk } from '../helpers/desk.ts';
import type { TestDesk } from '../helpers/desk.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe.skipIf(NO_BROWSER)('in Chromium', () => {
  let bureau: Watched;
  let desk: TestDesk;
  let browser: Browser;
  let page: Page;
  const wrong: string[] = [];

  beforeAll(async () => {
    bureau = await watched('2026-07-15T10:00:00+08:00', { more: PEOPLE });
    desk = await testDesk(bureau, undefined, () => undefined);
    await desk.person('guan', 'admin');
    browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] });
    page = await (await browser.newContext({ locale: 'zh-CN', viewport: { width: 1280, height: 900 } })).newPage();
    page.setDefaultTimeout(PAGE_MS);
    page.on('console', (message) => (message.type() === 'error' ? wrong.push(message.text()) : undefined));
    page.on('pageerror', (error) => wrong.push(error.message));
    await page.goto(`${desk.url}/desk/sign-in?next=/desk/settings/`);
    await page.getByLabel('用户名').fill('guan');
    await page.getByLabel('密码').fill(PASSWORD);
    await page.getByRole('button', { name: '登录' }).click();
    await page.waitForURL('**/desk/settings/');
  });
  afterAll(async () => {
    await browser?.close();
    await desk?.close();
    await bureau?.close();
  });

  test('has no fault that axe finds, and fits a telephone', async () => {
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await page.evaluate(AXE);
      const found = await page.evaluate(() =>
        (window as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }).axe.run(),
      );
      expect(found.violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
  });

  test('saved, restarted, and back by itself when another process answers; what is being typed then stays', async () => {
    await page.locator('[name="bureau.zh"]').fill('丁州市统计局');
    await page.locator('#confirm-settings').fill(PASSWORD);
    await page.locator('form.settings').getByRole('button', { name: '保存' }).click();
    await page.getByText('已保存：单位名称').waitFor();
    // Nobody answers until another process does, once.
    let isBack = false;
    await page.route('**/desk/settings/process', (route) => {
      const now = isBack;
      isBack = false;
      return now ? route.fulfill({ body: 'another' }) : route.abort();
    });
    let loads = 0;
    page.on('load', () => loads++);
    await page.getByRole('button', { name: '现在重新启动' }).click();
    await page.getByText('正在重新启动').waitFor();
    await page.waitForLoadState();
    const first = loads;
    isBack = true;
    await until(() => loads > first, 'back');
    await page.getByText('正在重新启动').waitFor();
    const before = loads;
    await page.locator('[name="mail.user"]').fill('banli');
    isBack = true;
    await page.getByText('已经重新启动，新的设置生效了。').waitFor();
    expect([loads, await page.locator('[name="mail.user"]').inputValue()]).toEqual([before, 'banli']);
    expect(wrong.filter((one) => !one.includes('net::ERR_FAILED'))).toEqual([]);
  });
});
