// The regular letters, and a quiet week of simulated time in which there is nothing else.

import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { convertIcsCalendar } from 'ts-ics';
import { afterEach, describe, expect, test } from 'vitest';
import { type App, openApp } from '../../src/app/app.ts';
import { Maintenance } from '../../src/app/maintenance.ts';
import { sandboxEnv } from '../../src/cli/sandbox.ts';
import { loadConfig } from '../../src/config/load.ts';
import { forgetPublications } from '../../src/ledger/backup.ts';
import { instant } from '../../src/lib/instant.ts';
import { makeLog } from '../../src/lib/log.ts';
import { change } from '../../src/publish/deps.ts';
import { Simulation } from '../../src/rehearsal/simulation.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { work } from '../../src/service/service.ts';
import { found, show, type Watched, watched } from '../helpers/alarm.ts';
import { BODY, GDP, makeFolder, never, on, PLAN, withYaml } from '../helpers/bureau.ts';

const at = (iso: string) => instant(Date.parse(`${iso}+08:00`));

describe('the week ahead', () => {
  let bureau: Watched;
  afterEach(() => bureau.close());
  const plan = `${PLAN}notices:
  a: { name: { zh: 已有稿件的 }, at: 2026-07-21 09:00, channels: [website, weibo] }
  b: { name: { zh: 取消的 }, at: 2026-07-22 09:00, channels: [website], status: cancelled }
`.replace(', status: cancelled', ', cancelled: true, reason: 不再需要, announced: 2026-07-01');

  async function start(options: { alerts?: string; more?: string } = {}): Promise<void> {
    // The reports are the only ones: warnings would come before.
    bureau = await watched('2026-07-19T09:00:00+08:00', {
      plan,
      alerts: `before: []${options.alerts ?? ''}`,
      ...(options.more ? { more: options.more } : {}),
    });
    (bureau.config.alerts as { weekAhead: string }).weekAhead = '09:00';
    await bureau.content(BODY, join('notices', 'a'));
  }

  test('on Monday at nine: what is due, what is ready, what is missing, and the same as a calendar', async () => {
    await start();
    expect(await bureau.at('2026-07-20T08:59:00+08:00')).toEqual([]);
    expect(await bureau.at('2026-07-20T09:00:00+08:00')).toEqual([
      'operator@example.cn: 本周发布：2026-07-20 至 2026-07-26',
    ]);
    expect(await bureau.at('2026-07-20T09:00:05+08:00')).toEqual([]);
    const mail = bureau.mail('本周');
    expect(mail.text).toContain('其中 1 项还没有就绪');
    expect(mail.text).toContain(
      '周一 07-20 10:00 地区生产总值（gdp.2026-Q2）：未就绪：还没有稿件（网站、政府信息公开目录、微信、微博）',
    );
    expect(mail.text).toContain('周二 07-21 09:00 已有稿件的（a）：已就绪（网站、微博）');
    expect(mail.text).not.toContain('取消的');
    expect(mail.attachments.map(({ name, type }) => [name, type])).toEqual([
      ['2026-07-20.ics', 'text/calendar'],
    ]);
    const { events = [] } = convertIcsCalendar(undefined, mail.attachments[0]?.text ?? '');
    expect(events.map(({ uid, start }) => [uid, start.date.toISOString()])).toEqual([
      ['gdp.2026-Q2@banli', '2026-07-20T02:00:00.000Z'],
      ['a@banli', '2026-07-21T01:00:00.000Z'],
    ]);
  });

  test('in the language of each person, and only to those who want it', async () => {
    await start({
      more: 'people: [{ name: 王敏, mail: a@example.cn, ways: { report: [] } }, { name: Smith, mail: b@example.cn, language: en, ways: { report: [mail] } }]',
    });
    expect(await bureau.at('2026-07-20T09:00:00+08:00')).toEqual([
      'b@example.cn: [Test Bureau] The week ahead: 2026-07-20 to 2026-07-26',
    ]);
    expect(bureau.mail('week ahead').text).toContain('Gross domestic product (gdp.2026-Q2)');
  });

  test('a Monday that is a holiday: on the first day of work', async () => {
    await start();
    // National Day 2026: 1 to 7 October; Thursday 8 is the first day of work of that week.
    expect(await bureau.at('2026-10-05T09:00:00+08:00')).not.toContainEqual(
      expect.stringContaining('本周'),
    );
    expect(await bureau.at('2026-10-08T09:00:00+08:00')).toContainEqual(
      expect.stringContaining('本周发布：2026-10-05 至 2026-10-11'),
    );
  });
});

describe("the month's look back, and receipts", () => {
  let bureau: Watched;
  afterEach(() => bureau.close());

  test('punctuality by channel and what went wrong', async () => {
    bureau = await watched('2026-07-19T09:00:00+08:00', {
      alerts: 'before: []',
      edit: (yaml) => yaml,
    });
    (bureau.config.alerts as { monthBack: string }).monthBack = '09:30';
    const { ledger, publishDeps: parts } = bureau.app;
    const publish = async (channel: string, iso: string): Promise<void> => {
      for (const to of ['staged', 'armed', 'releasing', 'public'] as const) {
        const entry = await ledger.get(on(channel));
        const release = bureau.app.planService.calendar().byId.get(GDP);
        if (to === 'public' && channel === 'website' && release) await show(bureau.app, release);
        const extra =
          to === 'public'
            ? { publicAt: at(iso), set: { receipt: { ids: {}, publicAt: at(iso) } } }
            : {};
        if (entry)
          await ledger.change({
            publication: on(channel),
            from: entry,
            to,
            actor: 'test',
            at: at(iso),
            ...extra,
          });
      }
    };
    await publish('website', '2026-07-20T10:00:00');
    await publish('catalogue', '2026-07-20T10:04:00');
    await publish('wechat', '2026-07-20T12:00:00');
    expect(await bureau.at('2026-07-20T10:05:00+08:00')).toContainEqual(
      expect.stringContaining('未按时'),
    );
    const entry = await ledger.get(on('weibo'));
    if (entry)
      await ledger.change(change(parts, entry, 'held', { reason: { code: 'weibo-20021' } }));
    await bureau.at('2026-07-20T10:06:00+08:00');
    expect(await bureau.at('2026-08-03T09:29:00+08:00')).toEqual([]);
    // 1 August 2026 is a Saturday.
    expect(await bureau.at('2026-08-03T09:30:00+08:00')).toEqual([
      'operator@example.cn: 2026-07 发布回顾',
    ]);
    const { text } = bureau.mail('回顾');
    expect(text).toContain('4 次发布，2 次按时。');
    expect(text).toContain('网站：应发 1，按时 1，晚 0，未发 0');
    expect(text).toContain('微信：应发 1，按时 0，晚 1，未发 0，最晚 2 小时');
    expect(text).toContain('微博：应发 1，按时 0，晚 0，未发 1');
    expect(text).toMatch(
      /2026-07-20 10:05 晚发布：地区生产总值（gdp.2026-Q2）|2026-07-20 10:05 服务没有发布：地区生产总值（gdp.2026-Q2）/,
    );
    expect(text).toContain('尚未解决');
    // August has nothing due: there is no calendar of it.
    expect(bureau.mail('回顾').attachments).toEqual([]);
  });

  test('(14.28) what never came counts as missing, though its plan has vanished and its ledger was emptied', async () => {
    bureau = await watched('2026-07-19T09:00:00+08:00', { alerts: 'before: [], planEnds: never' });
    (bureau.config.alerts as { monthBack: string }).monthBack = '09:30';
    await bureau.at('2026-07-19T09:00:00+08:00');
    bureau.clock.turnTo('2026-07-20T10:00:00+08:00');
    await found(bureau, on('website'));
    await bureau.at('2026-07-20T10:01:00+08:00');
    await bureau.app.planStore.setPlan({ files: [], at: bureau.clock.now() }, new Map());
    await bureau.app.planService.follow();
    await forgetPublications(bureau.app.redis);
    expect(await bureau.at('2026-08-03T09:30:00+08:00')).toContain(
      'operator@example.cn: 2026-07 发布回顾',
    );
    const { text } = bureau.mail('回顾');
    expect(text).toContain('4 次发布，1 次按时。');
    expect(text).toContain('网站：应发 1，按时 1，晚 0，未发 0');
    expect(text).toContain('微信：应发 1，按时 0，晚 0，未发 1');
  });

  test('a receipt for what came out at one instant, once it is public on every channel', async () => {
    const plan = PLAN.replace('[website, catalogue, wechat, weibo]', '[website, weibo]');
    bureau = await watched('2026-07-19T10:00:05+08:00', {
      plan,
      alerts: 'before: [], receipts: true',
    });
    await bureau.content();
    const { stage } = await import('../../src/publish/stage.ts');
    const { releaseWave } = await import('../../src/publish/release.ts');
    for (const channel of ['website', 'weibo'])
      await stage(bureau.app.publishDeps, on(channel), never);
    await bureau.at('2026-07-19T10:00:06+08:00');
    bureau.clock.turnTo('2026-07-20T10:00:00+08:00');
    await releaseWave(bureau.app.publishDeps, 'website', at('2026-07-20T10:00:00'), never);
    expect(await bureau.at('2026-07-20T10:00:01+08:00')).toEqual([]);
    await releaseWave(bureau.app.publishDeps, 'weibo', at('2026-07-20T10:00:00'), never);
    expect(await bureau.at('2026-07-20T10:00:02+08:00')).toEqual([
      'operator@example.cn: 已发布：地区生产总值',
    ]);
    expect(bureau.mail('已发布').text).toMatch(
      /网站：2026-07-20 10:00:0\d http:\/\/127.0.0.1:8040\/releases\/gdp.2026-Q2\//,
    );
    expect(await bureau.at('2026-07-20T10:00:03+08:00')).toEqual([]);
  });
});

test('a quiet week of simulated time: everything comes out, and there is exactly the Monday mail', async () => {
  // Monday 13 to Sunday 19 July 2026; a release on Wednesday and one on Friday, both with their
  // content in time.
  const plan = `${PLAN.slice(0, PLAN.indexOf('indicators:'))}notices:
  wed: { name: { zh: 周三的 }, at: 2026-07-15 10:00 }
  fri: { name: { zh: 周五的 }, at: 2026-07-17 15:00 }
`;
  const [start, end] = [at('2026-07-12T20:00:00'), at('2026-07-19T23:59:00')];
  const simulation = new Simulation(start, [
    at('2026-07-13T09:00:00'),
    ...['2026-07-15T10:05', '2026-07-17T15:05'].map((iso) => at(`${iso}:00`)),
  ]);
  const sandbox = await startSandbox({ now: () => simulation.now() });
  const folder = await makeFolder(sandbox.ports, plan);
  let app: App | undefined;
  try {
    const yaml = join(folder, 'config', 'banli.yaml');
    await writeFile(yaml, withYaml('')(await readFile(yaml, 'utf8')));
    for (const id of ['wed', 'fri']) {
      await mkdir(join(folder, 'content', 'notices', id), { recursive: true });
      await writeFile(join(folder, 'content', 'notices', id, 'release.md'), BODY);
    }
    const config = {
      ...loadConfig(join(folder, 'config'), sandboxEnv),
      prefix: `{t-${randomUUID().slice(0, 8)}}`,
    };
    app = await openApp(config, {
      log: makeLog('silent'),
      clock: simulation,
      queues: simulation,
    });
    await app.heartbeat.start();
    const rounds = new Maintenance(app, makeLog('silent'), never);
    await rounds.applyPlan();
    work(app, rounds, never);
    await rounds.reconcile();
    await app.queues.every('maintenance', 'sweep', config.schedule.sweep, { kind: 'sweep' });
    await app.queues.every('maintenance', 'reconcile', config.schedule.reconcile, {
      kind: 'reconcile',
    });
    await app.queues.every('maintenance', 'preflight', 600_000, { kind: 'preflight' });
    await simulation.run(end, () => undefined, never);
    expect(simulation.failures).toEqual([]);
    expect(
      sandbox.world.items.map(({ channel, key, times }) => `${key}@${channel} ${times}`).sort(),
    ).toEqual(
      ['wed', 'fri']
        .flatMap((id) => ['catalogue', 'wechat', 'weibo'].map((channel) => `${id}@${channel} 1`))
        .sort(),
    );
    expect(sandbox.mails.map(({ at: when, subject }) => [when.slice(0, 16), subject])).toEqual([
      ['2026-07-13T01:00', '[测试统计局] 本周发布：2026-07-13 至 2026-07-19'],
    ]);
    expect(sandbox.mails[0]?.text).toContain('都已就绪，您不需要做什么。');
  } finally {
    await app?.heartbeat.stop();
    await app?.close();
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  }
});
