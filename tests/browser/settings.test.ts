// The page of settings in a browser: for everybody, at every width, and back by itself once
// everything has been started anew.
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PEOPLE, type Watched, watched } from '../helpers/alarm.ts';
import { violationsOn } from '../helpers/axe.ts';
import { chromiumPath, inChromium, PAGE_MS } from '../helpers/chromium.ts';
import { until } from '../helpers/clock.ts';
import { PASSWORD, type TestDesk, testDesk } from '../helpers/desk.ts';

inChromium(() => {
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
    page = await (
      await browser.newContext({ locale: 'zh-CN', viewport: { width: 1280, height: 900 } })
    ).newPage();
    page.setDefaultTimeout(PAGE_MS);
    page.on('console', (message) =>
      message.type() === 'error' ? wrong.push(message.text()) : undefined,
    );
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
      expect(await violationsOn(page, `${width} px`)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        width,
      );
    }
  });

  test('every entry of the menu can be reached on a telephone', async () => {
    await page.setViewportSize({ width: 390, height: 900 });
    const places = await page
      .locator('header nav a')
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON() as DOMRect));
    expect(places).toHaveLength(8);
    for (const { left, right } of places) expect([left >= 0, right <= 390]).toEqual([true, true]);
  });

  test('on a telephone an invitation link and the journal stay within the page', async () => {
    await page.goto(`${desk.url}/desk/people/`);
    await page.locator('#f-name').fill('li');
    await page.locator('#f-display').fill('李');
    await page.locator('#confirm-add').fill(PASSWORD);
    await page.getByRole('button', { name: '新增人员' }).click();
    await page.getByText('/desk/welcome/').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      390,
    );
    await page.goto(`${desk.url}/desk/journal/`);
    expect(await page.locator('.scroll').evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(
      0,
    );
    expect((await page.locator('.events tr:visible').first().boundingBox())?.height).toBeLessThan(
      200,
    );
    await page.goto(`${desk.url}/desk/settings/`);
  });

  test('a colour is picked or typed; what is refused for one field keeps all the others', async () => {
    const picker = page.getByLabel('选一个颜色');
    const typed = page.locator('[name="site.theme.color"]');
    await picker.fill('#ffdddd');
    expect(await typed.inputValue()).toBe('#ffdddd');
    await page.locator('[name="site.theme.icp"]').fill('丁ICP备1号');
    await page.locator('[name="mail.user"]').fill('xxgk');
    await page.locator('#confirm-settings').fill(PASSWORD);
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByText('主色：“#ffdddd”太浅了，白字看不清').waitFor();
    expect(await page.locator('[name="site.theme.icp"]').inputValue()).toBe('丁ICP备1号');
    expect(await page.locator('[name="mail.user"]').inputValue()).toBe('xxgk');
    await typed.fill('#7a1212');
    expect(await picker.inputValue()).toBe('#7a1212');
    // Left without saving, it is offered again.
    await page.waitForTimeout(600);
    await page.goto(`${desk.url}/desk/`);
    await page.goto(`${desk.url}/desk/settings/`);
    await page.getByRole('button', { name: '接着写' }).click();
    expect(await page.locator('[name="site.theme.icp"]').inputValue()).toBe('丁ICP备1号');
    expect(await picker.inputValue()).toBe('#7a1212');
    await page.goto(`${desk.url}/desk/settings/`);
    await page.getByRole('button', { name: '不要了' }).click();
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
    expect([loads, await page.locator('[name="mail.user"]').inputValue()]).toEqual([
      before,
      'banli',
    ]);
    expect(
      wrong.filter((one) => !one.includes('net::ERR_FAILED') && !one.includes('status of 422')),
    ).toEqual([]);
  });
});
