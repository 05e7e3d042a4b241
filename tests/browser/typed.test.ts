// What is typed outlives the session and the browser's page; and however many pages are open, one
// stream brings them their news.
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PEOPLE, type Watched, watched } from '../helpers/alarm.ts';
import { GDP } from '../helpers/bureau.ts';
import { chromiumPath, inChromium, PAGE_MS } from '../helpers/chromium.ts';
import { until } from '../helpers/clock.ts';
import { PASSWORD, type TestDesk, testDesk } from '../helpers/desk.ts';

const PICTURES = process.env.BANLI_PICTURES;

inChromium(() => {
  let bureau: Watched;
  let desk: TestDesk;
  let browser: Browser;
  beforeAll(async () => {
    bureau = await watched('2026-07-15T10:00:00+08:00', { more: PEOPLE });
    desk = await testDesk(bureau);
    await desk.person('wang', 'operator');
    await desk.person('zhao', 'operator');
    browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    await desk?.close();
    await bureau?.close();
  });

  async function enter(page: Page, name = 'wang'): Promise<void> {
    await page.getByLabel('用户名').fill(name);
    await page.getByLabel('密码').fill(PASSWORD);
    await page.getByRole('button', { name: '登录' }).click();
    await page.waitForURL((url) => !url.pathname.includes('sign-in'));
  }
  async function signedIn(name = 'wang'): Promise<{ page: Page; context: BrowserContext }> {
    const context = await browser.newContext({
      locale: 'zh-CN',
      viewport: { width: 1200, height: 900 },
    });
    context.setDefaultTimeout(PAGE_MS);
    const page = await context.newPage();
    await page.goto(`${desk.url}/desk/`);
    await enter(page, name);
    return { page, context };
  }
  const kept = (page: Page): Promise<string[]> => page.evaluate(() => Object.values(localStorage));
  const OFFER = '您在这里写过还没有保存的内容';

  test('a session that ends in the middle of a text takes nothing away; saved, it is offered no more; another person is offered nothing', async () => {
    const { page, context } = await signedIn();
    await page.goto(`${desk.url}/desk/content/${GDP}`);
    expect(await page.getByText(OFFER).count()).toBe(0);
    await page.getByLabel('标题').fill('二季度');
    await page.getByLabel('正文').fill('写了一上午的正文');
    await until(
      async () => (await kept(page)).some((one) => one.includes('写了一上午')),
      'it is kept',
    );
    await context.clearCookies({ name: 'banli' });
    await page.getByRole('button', { name: '保存' }).click();
    await page.waitForURL(/sign-in/);
    await enter(page);
    // Back on the page of the form.
    expect(new URL(page.url()).pathname).toBe(`/desk/content/${GDP}`);
    await page.getByText(OFFER).waitFor();
    if (PICTURES) await page.screenshot({ path: `${PICTURES}/typed-offer.png` });
    expect(await page.getByLabel('正文').inputValue()).toBe('');
    await page.getByRole('button', { name: '接着写' }).click();
    expect(await page.getByLabel('正文').inputValue()).toBe('写了一上午的正文');
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByText('稿件已保存').waitFor();
    await page.goto(`${desk.url}/desk/content/${GDP}`);
    expect(await page.getByLabel('正文').inputValue()).toBe('写了一上午的正文');
    expect(await page.getByText(OFFER).count()).toBe(0);
    expect(await kept(page)).toEqual([]);
    // Typed, left, and thrown away.
    await page.getByLabel('正文').fill('不要的');
    await until(async () => (await kept(page)).some((one) => one.includes('不要的')), 'it is kept');
    await page.reload();
    await page.getByRole('button', { name: '不要了' }).click();
    expect(await kept(page)).toEqual([]);
    // Somebody else at the same browser, without signing out first.
    await page.getByLabel('正文').fill('王的秘密');
    await until(
      async () => (await kept(page)).some((one) => one.includes('王的秘密')),
      'it is kept',
    );
    await context.clearCookies({ name: 'banli' });
    await page.goto(`${desk.url}/desk/content/${GDP}`);
    await enter(page, 'zhao');
    await page.goto(`${desk.url}/desk/content/${GDP}`);
    expect(await page.getByText(OFFER).count()).toBe(0);
    await page.getByRole('button', { name: '退出' }).click();
    await page.waitForURL(/sign-in/);
    expect(await kept(page)).toEqual([]);
    await context.close();
  });

  test('the plan’s editor keeps its text as well', async () => {
    const { page, context } = await signedIn();
    const address = `${desk.url}/desk/plan/file?name=config%2Fplan%2F2026.yaml`;
    await page.goto(address);
    const editor = page.locator('.cm-content');
    await editor.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('# 想了很久的一行');
    await until(
      async () => (await kept(page)).some((one) => one.includes('想了很久')),
      'it is kept',
    );
    await page.goto(address);
    await page.getByRole('button', { name: '接着写' }).click();
    await page.getByText('# 想了很久的一行').waitFor();
    await page.getByRole('button', { name: '检查' }).click();
    await page.getByLabel('这次改动的说明').fill('整理');
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByText('计划已保存并生效').waitFor();
    expect(await kept(page)).toEqual([]);
    await context.close();
  });

  test('ten minutes before a session ends in any case the page says so', async () => {
    const { page, context } = await signedIn();
    await page.clock.install();
    await page.goto(`${desk.url}/desk/content/${GDP}`);
    const warning = page.getByText('登录再过 10 分钟就到期');
    // A session lasts twelve hours; this one has some seconds behind it.
    await page.clock.fastForward('11:00:00');
    expect(await warning.count()).toBe(0);
    await page.clock.fastForward('50:00');
    await warning.waitFor();
    await context.close();
  });

  test('eight pages of one person share one stream, all hear, and none hangs', async () => {
    const { page, context } = await signedIn();
    const open = new Set<unknown>();
    let most = 0;
    context.on('request', (request) => {
      if (request.url().endsWith('/desk/events')) open.add(request);
      most = Math.max(most, open.size);
    });
    context.on('requestfinished', (request) => open.delete(request));
    context.on('requestfailed', (request) => open.delete(request));
    const pages = await Promise.all(Array.from({ length: 8 }, () => context.newPage()));
    await Promise.all(pages.map((one) => one.goto(`${desk.url}/desk/releases/${GDP}`)));
    await bureau.app.journal.append('held', `${GDP}@website`, '王小明', bureau.clock.now());
    await Promise.all(pages.map((one) => one.getByText('王小明').first().waitFor()));
    // While one hands over to the next there may be two.
    expect(most).toBeLessThanOrEqual(2);
    // Whoever holds the stream leaves, and another takes it.
    await page.close();
    await pages[0]?.close();
    await bureau.app.journal.append('held', `${GDP}@website`, '李小红', bureau.clock.now());
    await Promise.all(pages.slice(1).map((one) => one.getByText('李小红').first().waitFor()));
    // Signed out, and in again: the others, still open, go on.
    const refused = context.waitForEvent(
      'response',
      (response) => response.url().endsWith('/desk/events') && response.status() === 204,
    );
    await pages[1]?.getByRole('button', { name: '退出' }).click();
    await refused;
    if (pages[1]) await enter(pages[1]);
    await bureau.app.journal.append('held', `${GDP}@website`, '张小刚', bureau.clock.now());
    await Promise.all(pages.slice(2).map((one) => one.getByText('张小刚').first().waitFor()));
    // A word that nobody brought, as between two streams: the next second says that it is there.
    await Promise.all(
      pages
        .slice(2)
        .map((one) =>
          one.evaluate(() => document.querySelector('main')?.setAttribute('data-seen', '1-0')),
        ),
    );
    await Promise.all(
      pages
        .slice(2)
        .map((one) =>
          one.waitForFunction(() => document.querySelector('main')?.dataset.seen !== '1-0'),
        ),
    );
    await context.close();
  });
});
