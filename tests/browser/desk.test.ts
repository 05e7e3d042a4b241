// A whole working day at the desk in a browser, as a new operator has it, and two browsers on one
// plan.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publicationId, releaseId } from '../../src/plan/types.ts';
import { releaseWave } from '../../src/publish/release.ts';
import { stage } from '../../src/publish/stage.ts';
import { probe } from '../../src/publish/verify.ts';
import { PEOPLE, type Watched, watched } from '../helpers/alarm.ts';
import { violationsOn } from '../helpers/axe.ts';
import { GDP, never, PLAN } from '../helpers/bureau.ts';
import { chromiumPath, inChromium, PAGE_MS } from '../helpers/chromium.ts';
import { until } from '../helpers/clock.ts';
import { PASSWORD, type TestDesk, testDesk } from '../helpers/desk.ts';

/** Where pictures of the pages go, if anybody wants to look at them. */
const PICTURES = process.env.BANLI_PICTURES;

const NEAR = PLAN.replace('window: 12h }', 'window: 12h, approval: three }').replace(
  'channels: [website, catalogue, wechat, weibo]',
  'channels: [website, weibo]',
);
const MOVED = '2026-07-21T10:00:00+08:00';

inChromium(() => {
  let bureau: Watched;
  let desk: TestDesk;
  let browser: Browser;
  const wrong: string[] = [];

  beforeAll(async () => {
    bureau = await watched('2026-07-20T09:00:00+08:00', { plan: NEAR, more: PEOPLE });
    desk = await testDesk(bureau);
    // What was due before this ledger began is looked for on the site, and found to be from before.
    for (const [id, entry] of await bureau.app.ledger.getAll([
      ...(await bureau.app.ledger.open(undefined, bureau.clock.now())).keys(),
    ]))
      if (entry.state === 'doubtful') await probe(bureau.app.publishDeps, id, 0, never);
    await desk.person('wang', 'operator');
    await desk.person('bian', 'editor');
    await desk.person('shen', 'reviewer');
    await desk.person('zhang', 'chief');
    browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] });
    if (PICTURES) await mkdir(PICTURES, { recursive: true });
  });
  afterAll(async () => {
    await browser?.close();
    await desk?.close();
    await bureau?.close();
  });

  async function signedIn(
    name: string,
    options: Parameters<Browser['newContext']>[0] = {},
  ): Promise<{ page: Page; context: BrowserContext }> {
    const context = await browser.newContext({
      locale: 'zh-CN',
      viewport: { width: 1200, height: 900 },
      ...options,
    });
    context.setDefaultTimeout(PAGE_MS);
    const page = await context.newPage();
    page.on('console', (message) =>
      message.type() === 'error' && !/status of 4\d\d/.test(message.text())
        ? wrong.push(message.text())
        : undefined,
    );
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('request', (request) =>
      request.url().startsWith(desk.url) || request.url().startsWith('data:')
        ? undefined
        : wrong.push(`asked ${request.url()}`),
    );
    await page.goto(`${desk.url}/desk/`);
    await page.getByLabel('用户名').fill(name);
    await page.getByLabel('密码').fill(PASSWORD);
    await page.getByRole('button', { name: '登录' }).click();
    await page.waitForURL(`${desk.url}/desk/`);
    return { page, context };
  }
  const picture = async (page: Page, name: string): Promise<void> => {
    if (PICTURES) await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
  };
  /** What the verify and release queues would do. */
  async function publish(): Promise<void> {
    const ids = ['website', 'weibo'].map((channel) => publicationId(GDP, channel));
    for (const id of ids) await stage(bureau.app.publishDeps, id, never);
    bureau.clock.turnTo(Date.parse(MOVED) - 1000);
    const waves = ['website', 'weibo'].map((channel) =>
      releaseWave(bureau.app.publishDeps, channel, Date.parse(MOVED) as never, never),
    );
    await until(() => bureau.clock.waiting('2026-07-21T09:59:59.700+08:00') >= 1, 'armed');
    bureau.clock.turnTo(Date.parse(MOVED) - 1);
    await until(() => bureau.clock.waiting(MOVED) >= 2, 'waiting for T');
    bureau.clock.turnTo(MOVED);
    const ticking = setInterval(() => bureau.clock.turnTo(bureau.clock.now() + 10), 10);
    await Promise.all(waves);
    clearInterval(ticking);
    for (const id of ids) await probe(bureau.app.publishDeps, id, 0, never);
  }

  test('a working day: an error in the plan mended, a date moved, content brought in and looked at, three approvals, nothing early, public at T, a correction', async () => {
    const { page } = await signedIn('wang');
    await expect.poll(() => page.locator('.live').isVisible()).toBe(true);
    await picture(page, 'desk-today');

    // An error in the YAML: told at its line, in the editor and on the page; then mended.
    await page.getByRole('link', { name: '计划' }).first().click();
    await picture(page, 'desk-plan');
    await page.getByRole('link', { name: /直接编辑 YAML/ }).click();
    const editor = page.locator('.cm-content');
    await editor.waitFor();
    await page.locator('.cm-line', { hasText: 'frequency: Q' }).click();
    await page.keyboard.press('End');
    await page.keyboard.type('X');
    await page.locator('.cm-lint-marker-error').first().waitFor();
    await picture(page, 'desk-editor');
    await page.getByRole('button', { name: '检查并预览改动' }).click();
    await page.getByRole('heading', { name: '计划有误，没有保存' }).waitFor();
    expect(await page.locator('pre').first().textContent()).toContain('config/plan/2026.yaml:9:16');
    await page.getByRole('link', { name: '返回' }).click();

    // Moved: without a reason it does not go on; with one it is shown first.
    await page.goto(`${desk.url}/desk/releases/${GDP}`);
    await page.getByRole('link', { name: /^改期/ }).click();
    await page.getByLabel('新的日期').fill('2026-07-21');
    await page.getByRole('button', { name: '检查并预览改动' }).click();
    expect(
      await page
        .getByLabel('原因（公众会看到）')
        .evaluate((field: HTMLTextAreaElement) => field.validity.valueMissing),
    ).toBe(true);
    await page.getByLabel('原因（公众会看到）').fill('数据复核');
    await page.getByRole('button', { name: '检查并预览改动' }).click();
    // What it means is said in words; the lines of the file are there for whoever wants them.
    await page.getByText('文件里的变化').click();
    await page.locator('.patch .added').first().waitFor();
    await picture(page, 'desk-move');
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByText('计划已保存并生效').waitFor();
    expect(await readFile(join(bureau.folder, 'config/plan/2026.yaml'), 'utf8')).toContain(
      'reason: 数据复核',
    );

    // Content, and how each channel will show it.
    await page.goto(`${desk.url}/desk/content/${GDP}`);
    await page.getByLabel('标题', { exact: true }).fill('2026年二季度成都市地区生产总值');
    await page.getByLabel('摘要').fill('同比增长 5.8%。');
    await page
      .getByLabel('正文（Markdown）')
      .fill('据初步核算，**同比增长 5.8%**。\n\n| 项目 | 亿元 |\n|---|---|\n| 合计 | 1234.5 |\n');
    await page.getByLabel(/^上传 Word 稿件/).setInputFiles([
      {
        name: 'series.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from('季度,增速\n2026-Q1,5.7\n2026-Q2,5.8\n'),
      },
    ]);
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByText('稿件已保存').waitFor();
    await picture(page, 'desk-content');
    await page.getByRole('link', { name: '预览' }).click();
    const site = page.frameLocator('iframe.wide');
    expect(await site.locator('h1').textContent()).toBe('2026年二季度成都市地区生产总值');
    expect(
      await site
        .locator('img[src="files/series.svg"]')
        .evaluate((one: HTMLImageElement) => one.decode().then(() => one.naturalWidth > 0)),
    ).toBe(true);
    await picture(page, 'desk-preview');

    // Three people, in order.
    const threeApprove = async (): Promise<void> => {
      for (const [name, step] of [
        ['bian', '一审'],
        ['shen', '二审'],
        ['zhang', '三审'],
      ] as const) {
        const { page: theirs, context } = await signedIn(name);
        await theirs.goto(`${desk.url}/desk/releases/${GDP}`);
        await theirs.getByRole('link', { name: /^批准/ }).click();
        await theirs.getByRole('button', { name: '确认' }).click();
        await theirs.getByText(new RegExp(`${step}.*已批准现在这份稿件`)).waitFor();
        await context.close();
      }
    };
    await threeApprove();
    await page.goto(`${desk.url}/desk/releases/${GDP}`);
    await page.getByText('审批已齐').waitFor();

    // Early: refused, with the reason.
    expect(await page.getByRole('link', { name: /^立即发布/ }).count()).toBe(0);
    await page.goto(`${desk.url}/desk/releases/${GDP}/publish`);
    await page.getByText('还没到发布时间 2026-07-21 10:00').waitFor();
    expect(await page.getByRole('button', { name: '确认' }).count()).toBe(0);

    // Public at T, before the eyes of whoever has the page open. A night has passed: they sign in
    // again.
    bureau.clock.turnTo('2026-07-21T09:00:00+08:00');
    await page.goto(`${desk.url}/desk/`);
    await page.getByLabel('用户名').fill('wang');
    await page.getByLabel('密码').fill(PASSWORD);
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByRole('link', { name: '地区生产总值 2026年二季度' }).first().click();
    expect(await page.locator('.publication.step3').count()).toBe(0);
    await publish();
    await expect
      .poll(() => page.locator('.publication.step3').count(), { timeout: 90_000 })
      .toBe(2);
    await picture(page, 'desk-release');
    expect((await desk.send(`/releases/${GDP}/`)).text).toContain('2026年二季度成都市地区生产总值');

    // A correction, with its reason, on the public page.
    await page.goto(`${desk.url}/desk/content/${GDP}`);
    await page.getByLabel('正文（Markdown）').fill('据初步核算，**同比增长 5.9%**。');
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByText('稿件已保存').waitFor();
    expect((await desk.send(`/releases/${GDP}/`)).text).not.toContain('5.9%');
    // What was corrected needs the same three people as what was published.
    await page.goto(`${desk.url}/desk/releases/${GDP}`);
    await page.getByRole('link', { name: /^更正/ }).click();
    await page.getByText(/审批未齐（0\/3）。请先由有权的人批准这份稿件/).waitFor();
    expect(await page.getByLabel('原因（公众会看到）').count()).toBe(0);
    await picture(page, 'desk-correct-unapproved');
    expect((await desk.send(`/releases/${GDP}/`)).text).not.toContain('5.9%');
    await threeApprove();
    await page.goto(`${desk.url}/desk/releases/${GDP}`);
    await page.getByRole('link', { name: /^更正/ }).click();
    await page.getByLabel('原因（公众会看到）').fill('核算口径更正');
    await page.getByRole('button', { name: '确认' }).click();
    await page
      .getByText(/已更正/)
      .first()
      .waitFor();
    const after = (await desk.send(`/releases/${GDP}/`)).text;
    expect(after).toContain('5.9%');
    expect(after).toContain('核算口径更正');

    // The next one is missed: an incident, taken in hand.
    bureau.clock.turnTo('2026-10-20T09:00:00+08:00');
    await bureau.at('2026-10-20T10:06:00+08:00');
    await page.goto(`${desk.url}/desk/`);
    await page.getByLabel('用户名').fill('wang');
    await page.getByLabel('密码').fill(PASSWORD);
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByText('已误期').first().waitFor();
    await picture(page, 'desk-incident');
    await page.getByRole('button', { name: '由我处理' }).first().click();
    await page.getByText('已记在您名下').waitFor();
    expect(wrong).toEqual([]);
  });

  test('two browsers on one plan: the second to save is told, and what was typed is still there', async () => {
    const [one, two] = [await signedIn('wang'), await signedIn('wang')];
    const path = `${desk.url}/desk/plan/file?name=${encodeURIComponent('config/plan/2026.yaml')}`;
    for (const { page } of [one, two]) {
      await page.goto(path);
      await page.locator('.cm-content').waitFor();
      await page.locator('.cm-line', { hasText: 'plan:' }).first().click();
      await page.keyboard.press('End');
    }
    await one.page.keyboard.type('（甲）');
    await two.page.keyboard.type('（乙）');
    await one.page.getByRole('button', { name: '检查并预览改动' }).click();
    await one.page.getByLabel('这次改动的说明').fill('甲改标题');
    await one.page.getByRole('button', { name: '保存' }).click();
    await one.page.getByText('计划已保存并生效').waitFor();
    await two.page.getByRole('button', { name: '检查并预览改动' }).click();
    await two.page.getByText('在您编辑期间被别人改过').waitFor();
    expect(await two.page.locator('.cm-content').textContent()).toContain('（乙）');
    const text = await readFile(join(bureau.folder, 'config/plan/2026.yaml'), 'utf8');
    expect([text.includes('（甲）'), text.includes('（乙）')]).toEqual([true, false]);
    await one.context.close();
    await two.context.close();
  });

  test('without JavaScript: reading, holding and freeing a release', async () => {
    const { page, context } = await signedIn('wang', { javaScriptEnabled: false });
    await page.goto(`${desk.url}/desk/releases/gdp.2026-Q4`).catch(() => undefined);
    await page.goto(`${desk.url}/desk/plan/`);
    await page.locator('.matrix a').last().click();
    await page.getByRole('link', { name: /^暂停/ }).click();
    await page.getByRole('button', { name: '确认' }).click();
    await page
      .getByText(/已暂停/)
      .first()
      .waitFor();
    const id = releaseId(page.url().split('/').at(-1)?.split('?')[0] ?? '');
    expect(await bureau.state(publicationId(id, 'website'))).toBe('held');
    await page.getByRole('link', { name: /^重试/ }).click();
    await page.getByRole('button', { name: '确认' }).click();
    await page.getByText('已交办').first().waitFor();
    await page.goto(
      `${desk.url}/desk/plan/file?name=${encodeURIComponent('config/plan/2026.yaml')}`,
    );
    expect(await page.getByLabel('YAML').isVisible()).toBe(true);
    await context.close();
  });

  test('axe finds nothing on any page, in light and in dark', async () => {
    const { page, context } = await signedIn('wang');
    await desk.person('chen', 'admin', 'operator');
    const admin = await signedIn('chen');
    const found: string[] = [];
    const walk = async (tab: Page, paths: readonly string[]): Promise<void> => {
      for (const path of paths) {
        await tab.goto(`${desk.url}/desk/${path}`);
        found.push(...(await violationsOn(tab, path)));
      }
    };
    const file = `plan/file?name=${encodeURIComponent('config/plan/2026.yaml')}`;
    await walk(page, [
      '',
      `releases/${GDP}`,
      `releases/${GDP}/withdraw`,
      'releases/gdp.2026-Q3/postpone',
      'plan/',
      'plan/notice',
      'plan/rule',
      file,
      'content/',
      `content/${GDP}`,
      `content/${GDP}/preview`,
      'incidents/',
      'journal/',
      'channels/',
      'me/',
      'language/en',
      '',
      'plan/',
    ]);
    await walk(admin.page, ['people/']);
    const [, welcome = ''] = (await invite(admin.page, 'sun-axe')).split('/desk/');
    await context.close();
    await admin.context.close();
    const stranger = await browser.newContext();
    stranger.setDefaultTimeout(PAGE_MS);
    await walk(await stranger.newPage(), ['sign-in', welcome]);
    await stranger.close();
    expect(found).toEqual([]);
  });

  /** @returns the link that the page shows */
  async function invite(page: Page, name: string): Promise<string> {
    await page.goto(`${desk.url}/desk/people/`);
    const form = page.locator('form[action="/desk/people/"]');
    await form.getByLabel('用户名').fill(name);
    await form.getByLabel('姓名').fill('孙');
    await form.getByLabel('现在的密码').fill(PASSWORD);
    await form.getByRole('button').click();
    return (await page.getByText('/desk/welcome/').first().textContent()) ?? '';
  }

  test('an invited colleague opens the link, chooses a password, and is at the desk; the channels say how they are', async () => {
    await desk.person('guan', 'admin', 'operator');
    const { page, context } = await signedIn('guan');
    const link = await invite(page, 'sun');
    await picture(page, 'desk-people');
    const newcomer = await browser.newContext({
      locale: 'zh-CN',
      viewport: { width: 1200, height: 900 },
    });
    newcomer.setDefaultTimeout(PAGE_MS);
    const own = await newcomer.newPage();
    await own.goto(`${desk.url}${new URL(link).pathname}`);
    await picture(own, 'desk-welcome');
    await own.getByLabel('新密码').fill('slow river under nine bridges');
    await own.getByLabel('再输入一遍').fill('slow river under nine bridges');
    await own.getByRole('button', { name: '设好密码，进入工作台' }).click();
    await own.waitForURL(`${desk.url}/desk/`);
    expect(await own.getByText('孙').first().isVisible()).toBe(true);
    await page.goto(`${desk.url}/desk/channels/`);
    for (const name of ['网站', '微信', '微博'])
      await page
        .locator('.card', { has: page.getByRole('heading', { name: new RegExp(`^${name}`) }) })
        .getByRole('button', { name: '现在检查' })
        .click();
    await page.getByText('微博正常。').waitFor();
    await picture(page, 'desk-channels');
    await newcomer.close();
    await context.close();
  });

  test('by keyboard alone: from the skip link to a confirmed hold', async () => {
    const { page, context } = await signedIn('wang');
    await page.goto(`${desk.url}/desk/releases/gdp.2026-Q3`);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('跳到正文');
    await page.keyboard.press('Enter');
    for (
      let step = 0;
      step < 12 &&
      !(await page.evaluate(() => document.activeElement?.textContent ?? '')).startsWith('暂停');
      step++
    )
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: '确认' }).focus();
    await page.keyboard.press('Enter');
    await page
      .getByText(/已暂停/)
      .first()
      .waitFor();
    await context.close();
  });

  test('on a phone nothing is wider than the screen; all scripts together are below 150 kB as they travel', async () => {
    const { page, context } = await signedIn('wang', { viewport: { width: 375, height: 740 } });
    for (const path of ['', `releases/${GDP}`, 'plan/', `content/${GDP}`, 'journal/']) {
      await page.goto(`${desk.url}/desk/${path}`);
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth),
        path,
      ).toBeLessThanOrEqual(375);
      await picture(page, `phone-${path.replaceAll('/', '-') || 'today'}`);
    }
    let bytes = 0;
    for (const name of ['desk.js', 'editor.js'])
      bytes += Number(
        (
          await fetch(`${desk.url}/desk/assets/${name}`, { headers: { 'accept-encoding': 'br' } })
        ).headers.get('content-length'),
      );
    expect(bytes).toBeGreaterThan(20_000);
    expect(bytes).toBeLessThan(150_000);
    await context.close();
  });
});
