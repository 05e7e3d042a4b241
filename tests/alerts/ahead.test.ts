// Trouble that is told before it happens: for each kind a test that makes it happen and reads the
// mail.
import { afterEach, describe, expect, test } from 'vitest';
import { releaseId } from '../../src/plan/types.ts';
import { stage } from '../../src/publish/stage.ts';
import { type Watched, watched } from '../helpers/alarm.ts';
import { BODY, GDP, never, on, PLAN } from '../helpers/bureau.ts';

let bureau: Watched;
afterEach(() => bureau.close());

// The release is due on Monday 20 July 2026 at 10:00: three working days before is Wednesday 15
// July.
describe('content', () => {
  test('missing: told three working days before, a day before with lead, and when missed; once each, and over when it is there', async () => {
    bureau = await watched('2026-07-14T09:00:00+08:00', {
      plan: PLAN.replace('lead: 24h', 'lead: 2h'),
    });
    expect(await bureau.at('2026-07-15T09:59:00+08:00')).toEqual([]);
    expect(await bureau.at('2026-07-15T10:00:00+08:00')).toEqual([
      'operator@example.cn: 可能误期：地区生产总值（gdp.2026-Q2）',
    ]);
    expect(bureau.mail('可能误期').text).toContain(
      '网站、政府信息公开目录、微信、微博：还没有稿件',
    );
    expect(await bureau.at('2026-07-17T10:00:00+08:00')).toEqual([]);
    expect(await bureau.at('2026-07-19T10:00:00+08:00')).toEqual([
      'operator@example.cn: 可能误期：地区生产总值（gdp.2026-Q2）',
    ]);
    await bureau.content();
    expect(await bureau.at('2026-07-19T15:00:00+08:00')).toEqual([
      'operator@example.cn: 已解决：地区生产总值',
    ]);
  });

  test('refused by one channel: which file, which line, which channel', async () => {
    bureau = await watched('2026-07-15T09:00:00+08:00');
    await bureau.content(BODY.replace('综合处', '一个写得太长太长太长太长太长的作者'));
    expect(await bureau.at('2026-07-15T10:00:00+08:00')).toEqual([
      'operator@example.cn: 可能误期：地区生产总值（gdp.2026-Q2）',
    ]);
    const { text } = bureau.mail('可能误期');
    expect(text).toContain(
      '微信：稿件不合该渠道的要求：gdp/2026-Q2/release.md 第 1 行：微信作者最多 16 字：17/16',
    );
    expect(text).not.toContain('网站');
  });

  test('an approval missing: how many of how many', async () => {
    bureau = await watched('2026-07-15T09:00:00+08:00', {
      plan: PLAN.replace('window: 12h', 'window: 12h, approval: three'),
    });
    await bureau.content();
    await bureau.at('2026-07-15T10:00:00+08:00');
    expect(bureau.mail('可能误期').text).toContain('审批未齐（0/3）');
    const release = bureau.app.planService.calendar().byId.get(GDP);
    const loaded = release && (await bureau.app.publishDeps.load(release));
    if (loaded?.state !== 'ready') throw new Error('no content');
    for (const person of ['甲', '乙', '丙'])
      await bureau.app.planStore.approve(GDP, loaded.bundle.digest, person, bureau.clock.now());
    expect(await bureau.at('2026-07-15T11:00:00+08:00')).toEqual([
      'operator@example.cn: 已解决：地区生产总值',
    ]);
  });

  test('the days of warning are the configuration’s', async () => {
    bureau = await watched('2026-07-15T09:00:00+08:00', {
      alerts: 'before: [5h]',
      plan: PLAN.replace('lead: 24h', 'lead: 1h'),
    });
    expect(await bureau.at('2026-07-19T10:00:00+08:00')).toEqual([]);
    expect(await bureau.at('2026-07-20T05:00:00+08:00')).toEqual([
      'operator@example.cn: 可能误期：地区生产总值（gdp.2026-Q2）',
    ]);
  });

  test('working days are counted as the bureau works: over a holiday, three are more than three', async () => {
    // 20 October 2026 is a Tuesday after a week of work; 8 October a Thursday after National Day,
    // of which 10 October is a make-up day.
    const plan = `${PLAN}notices:\n  n: { name: { zh: 公告 }, at: 2026-10-08 10:00, channels: [website] }\n`;
    bureau = await watched('2026-09-25T09:00:00+08:00', { plan });
    expect(await bureau.at('2026-09-27T10:00:00+08:00')).toEqual([]);
    expect(await bureau.at('2026-09-28T09:59:00+08:00')).toEqual([]);
    expect(await bureau.at('2026-09-28T10:00:00+08:00')).toEqual([
      'operator@example.cn: 可能误期：公告（n）',
    ]);
  });
});

describe('credentials', () => {
  test('a WeChat secret that is refused: told by the daily question, over when it is mended', async () => {
    bureau = await watched('2026-07-06T09:00:00+08:00');
    bureau.sandbox.world.setFault({
      channel: 'wechat',
      route: 'stable_token',
      kind: 'error-after',
      times: 1,
      after: 0,
      seconds: 0,
    });
    await bureau.rounds.preflight();
    // "System busy" says nothing about the secret.
    expect(await bureau.at('2026-07-06T09:01:00+08:00')).toEqual([]);
    await bureau.close();
    bureau = await watched('2026-07-06T09:00:00+08:00', {
      edit: (yaml) => yaml.replace('SANDBOX_WECHAT_SECRET', 'SANDBOX_WEIBO_TOKEN'),
    });
    await bureau.rounds.preflight();
    expect(await bureau.at('2026-07-06T09:01:00+08:00')).toEqual([
      'operator@example.cn: 微信需要处理：AppSecret 不对（invalid appsecret）',
    ]);
    const { text } = bureau.mail('微信');
    expect(text).toContain('npx banli doctor --channel wechat');
    expect(text).not.toContain('sandbox-weibo-token');
    await bureau.app.preflights.note('wechat', {
      at: bureau.clock.now(),
      wrong: [],
      silent: 0,
    });
    expect(await bureau.at('2026-07-06T09:11:00+08:00')).toEqual([
      'operator@example.cn: 已解决：微信',
    ]);
  });

  test('a Weibo token that ends before the last release of the next two weeks', async () => {
    bureau = await watched('2026-07-13T09:00:00+08:00');
    // The stand-in's token is good for 30 days: until 12 August.
    await bureau.rounds.preflight();
    expect(await bureau.at('2026-07-13T09:01:00+08:00')).toEqual([]);
    await bureau.app.preflights.note('weibo', {
      at: bureau.clock.now(),
      wrong: [],
      silent: 0,
      goodUntil: Date.parse('2026-07-18T00:00:00+08:00'),
    });
    const subject = '微博需要处理：授权 2026-07-18 00:00 到期，早于两周内最后一次发布';
    expect(await bureau.at('2026-07-13T09:02:00+08:00')).toEqual([
      `operator@example.cn: ${subject}`,
    ]);
    expect((await bureau.app.preflights.all()).get('weibo')?.goodUntil).toBe(
      Date.parse('2026-07-18T00:00:00+08:00'),
    );
    // Asked again, the channel says how long it is good for.
    bureau.clock.turnTo('2026-07-14T09:02:00+08:00');
    await bureau.rounds.preflight();
    expect((await bureau.app.preflights.all()).get('weibo')?.goodUntil).toBe(
      Date.parse('2026-08-13T09:02:00+08:00'),
    );
    expect(await bureau.at('2026-07-14T09:03:00+08:00')).toEqual([
      'operator@example.cn: 已解决：微博',
    ]);
  });

  test('a channel that does not answer the daily question is told at the third time', async () => {
    bureau = await watched('2026-07-06T09:00:00+08:00');
    bureau.sandbox.world.setFault({
      channel: 'wechat',
      route: '',
      kind: '5xx',
      times: 100,
      after: 0,
      seconds: 0,
    });
    for (const minute of ['00', '10']) {
      await bureau.rounds.preflight();
      expect(await bureau.at(`2026-07-06T09:${minute}:00+08:00`)).toEqual([]);
    }
    await bureau.rounds.preflight();
    expect(await bureau.at('2026-07-06T09:20:00+08:00')).toEqual([
      'operator@example.cn: 微信需要处理：渠道返回 HTTP（502）',
    ]);
  });
});

describe('the plan', () => {
  test('more mass sends in a month than WeChat allows', async () => {
    const notices = ['21', '22', '23', '24', '27'].map(
      (day) =>
        `  n${day}: { name: { zh: 公告 }, at: 2026-07-${day} 10:00, channels: [website, wechat] }\n`,
    );
    bureau = await watched('2026-07-01T09:00:00+08:00', {
      plan: PLAN.replace('wechat, ', '').concat('notices:\n', ...notices),
      edit: (yaml) => yaml.replace('kind: wechat,', 'kind: wechat, mode: mass,'),
    });
    expect(await bureau.at('2026-07-01T09:01:00+08:00')).toEqual([
      'operator@example.cn: 微信的次数不够：2026-07 计划发 5 次',
    ]);
    expect(bureau.mail('次数').text).toContain('微信一个月最多 4 次');
    expect(await bureau.at('2026-07-02T09:01:00+08:00')).toEqual([]);
  });

  test('a plan that ends in a month, and no next one', async () => {
    bureau = await watched('2026-12-01T09:00:00+08:00');
    expect(await bureau.at('2026-12-01T23:00:00+08:00')).toEqual([]);
    expect(await bureau.at('2026-12-02T00:01:00+08:00')).toEqual([
      'operator@example.cn: 2026 年的计划快到头了，还没有 2027 年的',
    ]);
    expect(bureau.mail('快到头').text).toContain('npx banli plan year 2027');
  });

  test('a plan with a mistake: the line, and again when it is saved with another', async () => {
    bureau = await watched('2026-07-06T09:00:00+08:00');
    await bureau.rounds.monitor.planRefused('config/plan/2026.yaml:3:7 错');
    await bureau.rounds.monitor.planRefused('config/plan/2026.yaml:3:7 错');
    expect(await bureau.at('2026-07-06T09:01:00+08:00')).toEqual([
      'operator@example.cn: 发布计划有误，没有生效',
    ]);
    await bureau.rounds.monitor.planRefused('config/plan/2026.yaml:9:1 还错');
    expect(await bureau.at('2026-07-06T09:02:00+08:00')).toEqual([
      'operator@example.cn: 发布计划有误，没有生效',
    ]);
    expect(bureau.sandbox.mails[1]?.inReplyTo).toBe(bureau.sandbox.mails[0]?.messageId);
    expect(bureau.sandbox.mails[1]?.text).toContain('config/plan/2026.yaml:9:1 还错');
    await bureau.rounds.monitor.planSound();
    expect(await bureau.at('2026-07-06T09:03:00+08:00')).toEqual([
      'operator@example.cn: 已解决：发布计划',
    ]);
  });
});

test('two clocks more than a second apart: which machine, how far, what to do; over when they agree', async () => {
  bureau = await watched('2026-07-06T09:00:00+08:00');
  const { client, prefix } = bureau.app.redis;
  const [seconds] = await client.time();
  const noted = (skew: number): Promise<unknown> =>
    client.hset(
      `${prefix}:skews`,
      'another',
      JSON.stringify({ host: 'tjj-2', skew, at: Number(seconds) * 1000 }),
    );
  await noted(999);
  expect(await bureau.at('2026-07-06T09:00:01+08:00')).toEqual([]);
  await noted(4200);
  expect(await bureau.at('2026-07-06T09:00:02+08:00')).toEqual([
    'operator@example.cn: 时钟不准：tjj-2',
  ]);
  expect(bureau.mail('时钟').text).toContain('相差 4 秒（慢）');
  expect(bureau.mail('时钟').text).toContain('timedatectl set-ntp true');
  await noted(0);
  expect(await bureau.at('2026-07-06T09:05:00+08:00')).toEqual([
    'operator@example.cn: 已解决：tjj-2 的时钟',
  ]);
});

test('the time that most clocks tell: one that is wrong moves nothing, most that differ from ours move it; of two the earlier', async () => {
  bureau = await watched('2026-07-06T09:00:00+08:00');
  const { client, prefix } = bureau.app.redis;
  const [seconds] = await client.time();
  const correction = async (...skews: number[]): Promise<number> => {
    await client.del(`${prefix}:skews`);
    for (const [at, skew] of skews.entries())
      await client.hset(
        `${prefix}:skews`,
        `w${at}`,
        JSON.stringify({ host: `tjj-${at}`, skew, at: Number(seconds) * 1000 }),
      );
    return Math.round((await bureau.app.heartbeat.clockCorrection()) / 100) * 100;
  };
  // A skew is Redis's clock less the worker's: -600 s is ten minutes ahead. Our own agrees with
  // Redis's in each of these.
  expect(await correction(0)).toBe(0);
  expect(await correction(0, -600_000)).toBe(0);
  expect(await correction(0, 600_000)).toBe(0);
  expect(await correction(0, -600_000, -600_000)).toBe(0);
  expect(await correction(0, -600_000, -600_000, -600_000)).toBe(600_000);
  // Of one machine, whatever many workers run there or ran a minute ago, there is one clock.
  await client.del(`${prefix}:skews`);
  for (const worker of ['a', 'b', 'c'])
    await client.hset(
      `${prefix}:skews`,
      worker,
      JSON.stringify({ host: 'one', skew: -3_600_000, at: Number(seconds) * 1000 }),
    );
  expect(Math.round((await bureau.app.heartbeat.clockCorrection()) / 100) * 100).toBe(0);
  // Nothing measured, two clocks that differ: the earlier.
  expect(await correction(600_000)).toBe(-600_000);
  expect(await correction(-600_000)).toBe(0);
});

describe('at T', () => {
  test('a doubtful outcome: it is being looked up, and nothing is sent again', async () => {
    bureau = await watched('2026-07-19T10:00:05+08:00', {
      plan: PLAN.replace('[website, catalogue, wechat, weibo]', '[weibo]'),
    });
    await bureau.content();
    await stage(bureau.app.publishDeps, on('weibo'), never);
    let entry = await bureau.app.ledger.get(on('weibo'));
    for (const to of ['armed', 'releasing', 'doubtful'] as const) {
      if (entry)
        await bureau.app.ledger.change({
          publication: on('weibo'),
          from: entry,
          to,
          take: true,
          set: { reason: { code: 'no-answer' } },
          actor: 'test',
          at: bureau.clock.now(),
        });
      entry = await bureau.app.ledger.get(on('weibo'));
    }
    expect(await bureau.at('2026-07-20T10:05:00+08:00')).toEqual([
      'operator@example.cn: 未按时发布：地区生产总值（gdp.2026-Q2）',
    ]);
    expect(bureau.mail('未按时').text).toContain('颁历正在向渠道核实，核实之前不会重发');
  });

  test('nothing moves and no publication says why: one incident for all', async () => {
    bureau = await watched('2026-07-19T10:00:05+08:00');
    await bureau.content();
    expect(await bureau.at('2026-07-20T10:05:00+08:00')).toEqual([
      'operator@example.cn: 未按时发布：地区生产总值（gdp.2026-Q2）',
    ]);
    const [incident] = (await bureau.app.incidents.incidents()).values();
    expect(incident).toMatchObject({
      kind: 'stuck',
      items: [
        {
          release: releaseId('gdp.2026-Q2'),
          channels: ['website', 'catalogue', 'wechat', 'weibo'],
        },
      ],
    });
  });
});
