import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { incidentLetter } from '../../src/alerts/templates/incident-letter.ts';
import { Maintenance } from '../../src/app/maintenance.ts';
import { messagesFor } from '../../src/i18n/index.ts';
import { makeLog } from '../../src/lib/log.ts';
import { change } from '../../src/publish/deps.ts';
import { stage } from '../../src/publish/stage.ts';
import { found } from '../helpers/alarm.ts';
import { type Bureau, makeBureau, NO_REPORTS, never, on, PLAN } from '../helpers/bureau.ts';

let bureau: Bureau;
let rounds: Maintenance;
beforeEach(async () => {
  bureau = await makeBureau('2026-07-19T10:01:05+08:00', PLAN, NO_REPORTS);
  rounds = new Maintenance(bureau.app, makeLog('silent'), never);
  await bureau.apply();
});
afterEach(() => bureau.close());

/** What the maintenance and mail queues do. */
async function round(): Promise<void> {
  await rounds.sweep();
  await bureau.post();
  await bureau.post();
}
const subjects = (): string[] => bureau.sandbox.mails.map((mail) => mail.subject);

describe('missed releases, read from the mail that arrives by SMTP', () => {
  test('a quiet round sends nothing', async () => {
    await bureau.content();
    await round();
    expect(subjects()).toEqual([]);
  });

  test('no content at T − lead: one mail before, one when missed, one when over, whatever the number of rounds', async () => {
    for (const channel of ['website', 'catalogue', 'wechat', 'weibo'])
      await stage(bureau.app.publishDeps, on(channel), never);
    await round();
    await round();
    expect(subjects()).toEqual(['[测试统计局] 可能误期：地区生产总值（gdp.2026-Q2）']);
    bureau.clock.turnTo('2026-07-20T10:02:00+08:00');
    await round();
    expect(subjects()).toHaveLength(1);
    bureau.clock.turnTo('2026-07-20T10:05:00+08:00');
    await round();
    await round();
    expect(subjects()).toEqual([
      expect.stringContaining('可能误期'),
      '[测试统计局] 未按时发布：地区生产总值（gdp.2026-Q2）',
    ]);
    const text = bureau.sandbox.mails[1]?.text ?? '';
    expect(text).toContain('应发布时间：2026-07-20 10:00');
    expect(text).toContain('已晚：5 分钟');
    expect(text).toContain('网站、政府信息公开目录、微信、微博：还没有稿件');
    expect(text).toContain('颁历会等稿件，一放好就准备');
    // The page where the text is written comes first, what to run on the server last.
    const lines = text.split('\n');
    const links = lines.filter((line) => line.includes('：http://'));
    expect(links.map((line) => line.split('：')[0])).toEqual(['去写稿件', '知道了，我来处理']);
    expect(links[0]).toBe('去写稿件：http://127.0.0.1:8040/desk/content/gdp.2026-Q2');
    const staff = lines.filter((line) => line.includes('npx banli') || line.includes('release.md'));
    expect(staff).toEqual([
      expect.stringMatching(
        /^给管服务器的同事：稿件的位置是 gdp\/2026-Q2\/release\.md；npx banli doctor；npx banli ack \w+$/,
      ),
    ]);
    expect(lines.indexOf(staff[0] ?? '')).toBeGreaterThan(lines.indexOf(links.at(-1) ?? ''));
    const html = bureau.sandbox.mails[1]?.html ?? '';
    expect(html.indexOf('<a ')).toBe(html.lastIndexOf('<a ', html.indexOf('去写稿件')));
    for (const channel of ['website', 'catalogue', 'wechat', 'weibo'])
      await found(bureau, on(channel));
    bureau.clock.turnTo('2026-07-20T10:45:00+08:00');
    await round();
    expect(subjects().at(-1)).toBe('[测试统计局] 已解决：地区生产总值');
    expect(bureau.sandbox.mails.at(-1)?.text).toContain('历时：25 小时');
    expect(bureau.sandbox.mails.at(-1)?.text).toContain('误期后用了：40 分钟');
    expect(bureau.sandbox.mails).toHaveLength(3);
  });

  test('held by the channel before T: told at once, with the command to run', async () => {
    await bureau.content();
    const entry = await bureau.app.ledger.get(on('wechat'));
    if (!entry) throw new Error('not planned');
    await bureau.app.ledger.change(
      change(bureau.app.publishDeps, entry, 'held', {
        reason: { code: 'wechat-40164', detail: 'invalid ip 10.0.0.1' },
      }),
    );
    await round();
    expect(bureau.sandbox.mails[0]?.text).toContain(
      '本机地址不在公众号的 IP 白名单里（invalid ip 10.0.0.1）',
    );
    expect(bureau.sandbox.mails[0]?.text).toContain('npx banli retry gdp.2026-Q2 --channel wechat');
    expect(bureau.sandbox.mails[0]?.html).not.toContain('<style');
  });

  test('a plan that is wrong: the page of the plan comes first', async () => {
    await rounds.monitor.planRefused('config/plan/2026.yaml:7:3  未知的键');
    await round();
    const text = bureau.sandbox.mails[0]?.text ?? '';
    expect(text).toContain('去看计划：http://127.0.0.1:8040/desk/plan/\n知道了，我来处理：http');
    expect(text).toMatch(/给管服务器的同事：npx banli plan check；npx banli ack \w+\n/);
  });

  test('the mail can be read in English', () => {
    const incident = {
      id: '1',
      kind: 'release',
      subject: 'gdp.2026-Q2',
      severity: 'missed',
      stage: 100,
      timezone: 'Asia/Shanghai',
      items: [
        {
          release: 'gdp.2026-Q2',
          name: { zh: '地区生产总值', en: 'GDP' },
          due: 0,
          channels: ['website'],
          state: 'planned',
        },
      ],
      openedAt: 0,
      thread: 't',
      told: { 'gdp.2026-Q2': 'GDP' },
      toldAt: 0,
      level: 1,
      levelAt: 0,
    } as const;
    const letter = incidentLetter(messagesFor('en'), 'Test Bureau', {
      event: 'closed',
      incidents: [
        {
          ...incident,
          items: [...incident.items.map((item) => ({ ...item, channels: [...item.channels] }))],
        },
      ],
      now: 120_000 as never,
    });
    expect(letter.subject).toBe('[Test Bureau] Over: GDP');
    expect(letter.text).toContain('It lasted: 2 min');
  });

  test('no secret in any mail or in the journal', async () => {
    for (const channel of ['website', 'weibo', 'wechat', 'catalogue'])
      await stage(bureau.app.publishDeps, on(channel), never);
    bureau.clock.turnTo('2026-07-20T10:06:00+08:00');
    await round();
    const all = JSON.stringify([bureau.sandbox.mails, await bureau.app.journal.newest(100)]);
    expect(all.length).toBeGreaterThan(500);
    for (const secret of ['sandbox-wechat-secret', 'sandbox-weibo-token', 'whsec_', 'token-'])
      expect(all).not.toContain(secret);
  });
});
