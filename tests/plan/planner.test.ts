// Plan files into force, over one Redis: what cannot be read, who else applies, what fails on the
// way.
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { PlanService } from '../../src/app/plan-service.ts';
import { againstForce } from '../../src/cli/plan-force.ts';
import { messagesFor } from '../../src/i18n/index.ts';
import { PlanMemory } from '../../src/ledger/memory-on-disk.ts';
import { PlanStore, versionOf } from '../../src/ledger/plan-store.ts';
import { readPlan } from '../../src/plan/read-all.ts';
import { releaseId } from '../../src/plan/types.ts';
import { releaseWave } from '../../src/publish/release.ts';
import { stage } from '../../src/publish/stage.ts';
import { type Bureau, DUE, GDP, makeBureau, never, on, PLAN } from '../helpers/bureau.ts';

const FILE = 'config/plan/2026.yaml';
const START = '2026-07-01T09:00:00+08:00';
const MOVED = `${PLAN}    dates: { 2026-Q2: { at: 2026-07-22, was: 2026-07-20, reason: 核算推迟 } }\n`;
let bureau: Bureau;
afterEach(async () => {
  await (bureau as Bureau | undefined)?.close();
  bureau = undefined as unknown as Bureau;
});

const path = (name: string): string => join(bureau.folder, name);
const dayOf = (planner: PlanService): string | undefined => {
  const due = planner.calendar().byId.get(GDP)?.due;
  return due === undefined ? undefined : new Date(due).toISOString().slice(0, 10);
};
/** Each problem as file and sentence. */
const wrong = (applied: Awaited<ReturnType<Bureau['apply']>>): string[] =>
  applied.ok
    ? ['applied']
    : applied.problems.map((one) => `${one.file}: ${one.say(messagesFor('zh').plan).wrong}`);
const memory = (): PlanMemory => new PlanMemory(join(bureau.folder, 'var', 'plan.json'));
const versionKey = async (): Promise<string | null> =>
  bureau.app.redis.client.get(`${bureau.config.prefix}:plan-version`);

test('a plan that was written although the replicas did not confirm it is the one that the service follows (14.4)', async () => {
  bureau = await makeBureau(START);
  await bureau.apply();
  await writeFile(path(FILE), MOVED);
  const { app, clock } = bureau;
  let confirms = false;
  const unsure = new PlanStore({
    ...app.redis,
    replicated: () =>
      confirms ? Promise.resolve() : Promise.reject(new Error('no replica has it')),
  });
  const planner = new PlanService(
    bureau.config.paths,
    [...bureau.config.channels.keys()],
    unsure,
    memory(),
  );
  await planner.follow();
  expect(dayOf(planner)).toBe('2026-07-20');
  await expect(planner.apply(clock.now(), new Set())).rejects.toThrow('no replica has it');
  // Workers follow what Redis has; so does the service.
  const worker = await bureau.another();
  expect([dayOf(worker.planService), dayOf(planner)]).toEqual(['2026-07-22', '2026-07-22']);
  expect(planner.version()).toBe(await versionKey());
  confirms = true;
  expect(await planner.apply(clock.now(), new Set())).toMatchObject({ ok: true, changes: [] });
});

test('of two services with the same files changed in turn, the second compares with what the first put into force', async () => {
  bureau = await makeBureau(START);
  await bureau.apply();
  const other = await bureau.another();
  await bureau.apply(MOVED);
  // The other still holds the plan before. Back to the old date without a word: a promised date
  // moves.
  await writeFile(path(FILE), PLAN);
  expect(dayOf(other.planService)).toBe('2026-07-20');
  expect(wrong(await other.planService.apply(bureau.clock.now(), new Set()))).toEqual([
    `${FILE}: gdp.2026-Q2 已公布的时间 2026-07-22 10:00 改成了 2026-07-20 10:00，没有说明原时间和原因`,
  ]);
  expect(dayOf(other.planService)).toBe('2026-07-22');
});

test('a plan that comes into force between comparing and writing is not overwritten: it is compared again', async () => {
  bureau = await makeBureau(START);
  await bureau.apply();
  const other = await bureau.another();
  await writeFile(path(FILE), PLAN.replace('测试计划', '另一个标题'));
  let first = true;
  const slow = new PlanStore(bureau.app.redis);
  const setPlan = slow.setPlan.bind(slow);
  slow.setPlan = async (...args) => {
    if (first) {
      first = false;
      // Meanwhile the other service applies files of its own; then the files are what they were.
      await writeFile(path(FILE), MOVED);
      await other.planService.apply(bureau.clock.now(), new Set());
      await writeFile(path(FILE), PLAN.replace('测试计划', '另一个标题'));
    }
    return setPlan(...args);
  };
  const planner = new PlanService(
    bureau.config.paths,
    [...bureau.config.channels.keys()],
    slow,
    memory(),
  );
  await planner.follow();
  expect(wrong(await planner.apply(bureau.clock.now(), new Set()))).toEqual([
    `${FILE}: gdp.2026-Q2 已公布的时间 2026-07-22 10:00 改成了 2026-07-20 10:00，没有说明原时间和原因`,
  ]);
  await other.planService.follow();
  expect([dayOf(planner), dayOf(other.planService)]).toEqual(['2026-07-22', '2026-07-22']);
});

test('what comes out between comparing and writing keeps its date: it is compared again, and whoever moved it is told', async () => {
  bureau = await makeBureau(START);
  await bureau.apply();
  const { app, clock } = bureau;
  await bureau.content();
  bureau.clock.turnTo('2026-07-20T09:58:00+08:00');
  await stage(app.publishDeps, on('website'), never);
  await writeFile(path(FILE), MOVED);
  let written = 0;
  const slow = new PlanStore(app.redis);
  const setPlan = slow.setPlan.bind(slow);
  slow.setPlan = async (...args) => {
    written++;
    bureau.clock.turnTo('2026-07-20T10:00:00+08:00');
    await releaseWave(app.publishDeps, 'website', Date.parse(DUE) as never, never);
    return setPlan(...args);
  };
  const planner = new PlanService(
    bureau.config.paths,
    [...bureau.config.channels.keys()],
    slow,
    memory(),
  );
  await planner.follow();
  expect(
    wrong(
      await planner.apply(
        () => clock.now(),
        () => app.published(),
      ),
    ),
  ).toEqual([`${FILE}: gdp.2026-Q2 已于 2026-07-20 10:00 发布，不能再改期、取消或删除`]);
  expect([written, dayOf(planner)]).toEqual([1, '2026-07-20']);
});

test('the version names the plan in force; files that say the same leave it as it is', async () => {
  bureau = await makeBureau(START);
  const { planService: planner } = bureau.app;
  expect(planner.version()).toBe('');
  await bureau.apply();
  const version = planner.version();
  expect([version.length, version === (await versionKey())]).toEqual([64, true]);
  bureau.clock.turnTo('2026-07-01T10:00:00+08:00');
  await bureau.apply();
  expect([planner.version(), await versionKey()]).toEqual([version, version]);
  await bureau.apply(MOVED);
  expect(planner.version()).not.toBe(version);
  expect(planner.version()).toBe(await versionKey());
});

test('a plan that an older Banli stored, or a backup brought back, is read as it was meant, and gets its version', async () => {
  bureau = await makeBureau(START);
  const { redis, planService: planner } = bureau.app;
  const text = `${PLAN.replace(', channels: [website, catalogue, wechat, weibo]', '')}  ${'g'.repeat(70)}: { name: { zh: 长 }, frequency: A, due: { date: 12-01 }, channels: [gone] }\n`;
  const stored = { files: [{ name: FILE, text }], at: bureau.clock.now() };
  await redis.client.set(`${bureau.config.prefix}:plan`, JSON.stringify(stored));
  expect(await planner.follow()).toBe(true);
  // `channels` left out meant the website then; an id as long as it was, and a channel that is
  // configured no more, are taken as they are.
  expect(planner.calendar().byId.get(GDP)?.settings.channels).toEqual(['website']);
  expect(
    planner.calendar().byId.get(releaseId(`${'g'.repeat(70)}.2025`))?.settings.channels,
  ).toEqual(['gone']);
  expect([planner.version(), await versionKey()]).toEqual([versionOf(stored), versionOf(stored)]);
  expect(await planner.follow()).toBe(false);
});

/** Whatever Redis knows of the plan is gone, or is what a backup has. */
async function loseThePlan(restored?: { files: unknown; at: number }): Promise<void> {
  const { client } = bureau.app.redis;
  const { prefix } = bureau.config;
  await client.del(`${prefix}:plan`, `${prefix}:plan-version`);
  if (restored) await client.set(`${prefix}:plan`, JSON.stringify({ ...restored, restored: true }));
}

test('Redis lost: what was promised is known by the disk, and a date that moves without words is refused as before', async () => {
  bureau = await makeBureau(START);
  await bureau.apply();
  const version = bureau.app.planService.version();
  await loseThePlan();
  const { planService: planner } = await bureau.another();
  expect(dayOf(planner)).toBeUndefined();
  await writeFile(path(FILE), MOVED.replace(', was: 2026-07-20, reason: 核算推迟', ''));
  expect(wrong(await planner.apply(bureau.clock.now(), new Set()))).toEqual([
    `${FILE}: gdp.2026-Q2 已公布的时间 2026-07-20 10:00 改成了 2026-07-22 10:00，没有说明原时间和原因`,
  ]);
  // What was in force is in force again, and goes out.
  expect([dayOf(planner), planner.version(), await versionKey()]).toEqual([
    '2026-07-20',
    version,
    version,
  ]);
  await writeFile(path(FILE), MOVED);
  expect(wrong(await planner.apply(bureau.clock.now(), new Set()))).toEqual(['applied']);
  expect(dayOf(planner)).toBe('2026-07-22');
});

test('a backup restored that is older than the plan in force: what was refused stays refused, what was said need not be said again', async () => {
  bureau = await makeBureau(START);
  await bureau.apply();
  const older = await bureau.app.planStore.plan();
  bureau.clock.turnTo('2026-07-02T09:00:00+08:00');
  await bureau.apply(MOVED);
  const again = MOVED.replace('at: 2026-07-22', 'at: 2026-07-23');
  expect((await bureau.apply(again)).ok).toBe(false);
  if (older) await loseThePlan(older);
  // `was` of the files is right for the plan that was in force, not for the one in the backup.
  const { planService: planner } = await bureau.another();
  expect(wrong(await planner.apply(bureau.clock.now(), new Set()))).toEqual([
    `${FILE}: gdp.2026-Q2 已公布的时间 2026-07-22 10:00 改成了 2026-07-23 10:00，was 与公布的时间不符`,
  ]);
  expect(dayOf(planner)).toBe('2026-07-22');
});

test.each([
  ['earlier, without words', 'at: 2026-07-08 12:00'],
  ['at once, without words', 'at: 2026-07-02 09:30'],
  [
    'past, with words, and not said to be at once',
    'at: 2026-07-01 10:00, was: 2026-07-20, reason: 会议',
  ],
])(
  'a backup restored on a machine that knows no plan: a file that says %s stays refused',
  async (_, date) => {
    bureau = await makeBureau(START);
    await bureau.apply();
    const kept = await bureau.app.planStore.plan();
    bureau.clock.turnTo('2026-07-02T09:00:00+08:00');
    if (kept) await loseThePlan(kept);
    await rm(path('var/plan.json'));
    await writeFile(
      path(FILE),
      MOVED.replace(/at: 2026-07-22, was: 2026-07-20, reason: 核算推迟/, date),
    );
    const { planService: planner } = await bureau.another();
    const applied = await planner.apply(bureau.clock.now(), new Set());
    expect([applied.ok, dayOf(planner)]).toEqual([false, '2026-07-20']);
  },
);

test('Redis and the folder of its memory both lost: the files are the plan', async () => {
  bureau = await makeBureau(START);
  await bureau.apply();
  await loseThePlan();
  await rm(path('var/plan.json'));
  await writeFile(path(FILE), MOVED);
  const { planService: planner } = await bureau.another();
  expect(wrong(await planner.apply(bureau.clock.now(), new Set()))).toEqual(['applied']);
  expect(dayOf(planner)).toBe('2026-07-22');
});

test('an id that is too long is an error at its line, of indicators and notices; of 60 characters it is none (14.40)', async () => {
  bureau = await makeBureau(START);
  const named = (id: string): string => PLAN.replace('gdp:', `${id}:`);
  expect(wrong(await bureau.apply(named('g'.repeat(61))))).toEqual([
    `${FILE}: 编号有 61 个字符，太长`,
  ]);
  expect(
    wrong(
      await bureau.apply(
        `${PLAN}notices:\n  ${'n'.repeat(260)}: { name: { zh: 公告 }, at: 2026-10-08 }\n`,
      ),
    ),
  ).toEqual([`${FILE}: 编号有 260 个字符，太长`]);
  expect(wrong(await bureau.apply(named('g'.repeat(60))))).toEqual(['applied']);
});

test('a file that Windows saved in its own encoding is refused, and says how to save it', async () => {
  bureau = await makeBureau(START);
  await bureau.apply();
  // 计划 in GB 18030.
  await writeFile(
    path(FILE),
    Buffer.concat([
      Buffer.from('plan: '),
      Buffer.from([0xbc, 0xc6, 0xbb, 0xae]),
      Buffer.from(PLAN.slice(PLAN.indexOf('\n'))),
    ]),
  );
  expect(wrong(await bureau.app.planService.apply(bureau.clock.now(), new Set()))).toEqual([
    `${FILE}: 读不了这个文件：编码不是 UTF-8（记事本的“ANSI”会变成乱码），请用编辑器另存为 UTF-8`,
  ]);
  expect(dayOf(bureau.app.planService)).toBe('2026-07-20');
});

test('what cannot be read is a problem of its file, and the plan before stays in force (14.36)', async () => {
  bureau = await makeBureau(START);
  await bureau.apply();
  await mkdir(path('config/plan/more.yaml'));
  expect(wrong(await bureau.apply())).toEqual([
    'config/plan/more.yaml: 读不了这个文件：这是一个文件夹，不是文件',
  ]);
  await rm(path('config/plan/more.yaml'), { recursive: true });
  await symlink(path('nowhere'), path('config/plan/more.yaml'));
  expect(wrong(await bureau.apply())).toEqual(['config/plan/more.yaml: 读不了这个文件：不存在']);
  await rm(path('config/plan/more.yaml'));
  await symlink(path('config/plan/more.yaml'), path('config/plan/more.yaml'));
  expect(wrong(await bureau.apply())).toEqual([
    'config/plan/more.yaml: 读不了这个文件：链接绕成了圈',
  ]);
  await rm(path('config/plan/more.yaml'));
  await writeFile(path('config/plan/more.yaml'), 'x'.repeat(1_000_001));
  expect(wrong(await bureau.apply())).toEqual([
    'config/plan/more.yaml: 读不了这个文件：文件太大，计划文件不超过 1 MB',
  ]);
  await rm(path('config/plan/more.yaml'));
  await rename(path('config/plan'), path('config/away'));
  expect(wrong(await bureau.apply())).toEqual(['config/plan/: 读不了这个计划目录：不存在']);
  await writeFile(path('config/plan'), 'x');
  expect(wrong(await bureau.apply())).toEqual([
    'config/plan/: 读不了这个计划目录：这是一个文件，不是文件夹',
  ]);
  await rm(path('config/plan'));
  await mkdir(path('config/plan'));
  expect(wrong(await bureau.apply())).toEqual([
    `${FILE}: 2026 年的计划不见了，其中 4 次发布是向公众公布过的`,
  ]);
  expect(dayOf(bureau.app.planService)).toBe('2026-07-20');
  await rm(path('config/plan'), { recursive: true });
  await rename(path('config/away'), path('config/plan'));
  expect(wrong(await bureau.apply())).toEqual(['applied']);
});

test('a year that moves into the archive folder stays in the calendar, and says so', async () => {
  bureau = await makeBureau('2027-01-05T09:00:00+08:00');
  await bureau.apply();
  await mkdir(path('config/plan/archive'));
  await rename(path(FILE), path('config/plan/archive/2026.yaml'));
  // A file without a year of its own goes with the file before it in its own folder, never with the
  // archive's.
  await writeFile(
    path('config/plan/2027.yaml'),
    PLAN.replace('year: 2026', 'year: 2027')
      .replace('2025-12-26', '2026-12-26')
      .replace('gdp:', 'gdp-next:'),
  );
  await writeFile(
    path('config/plan/notices.yaml'),
    'notices:\n  census: { name: { zh: 公告 }, at: 2027-10-08 }\n',
  );
  expect(wrong(await bureau.apply())).toEqual(['applied']);
  const calendar = bureau.app.planService.calendar();
  expect(calendar.plans.map(({ year, archived }) => [year, archived])).toEqual([
    [2026, true],
    [2027, false],
  ]);
  expect([calendar.byId.has(GDP), calendar.byId.has(releaseId('census'))]).toEqual([true, true]);
  expect(await readFile(path('config/plan/archive/2026.yaml'), 'utf8')).toBe(PLAN);
});

test('channels left out are all that are configured, the website first; an unknown one is told both cures', () => {
  const read = (more: string, channels: string[] | undefined) =>
    readPlan(
      [{ name: FILE, text: PLAN.replace(', channels: [website, catalogue, wechat, weibo]', more) }],
      channels,
    );
  expect(
    read('', ['wechat', 'website', 'weibo']).calendar.byId.get(GDP)?.settings.channels,
  ).toEqual(['website', 'wechat', 'weibo']);
  expect(read('', undefined).calendar.byId.get(GDP)?.settings.channels).toEqual(['website']);
  const [problem] = read(', channels: [website, wechta]', ['website', 'wechat']).problems;
  expect(problem?.say(messagesFor('zh').plan)).toEqual({
    wrong: '没有名为“wechta”的渠道',
    expected: 'config/banli.yaml 里有 website、wechat',
    write:
      '是不是想写 wechat？可以改成其中之一，或删去 channels 这一项（不写就是全部渠道）；要用新的渠道，请先写进 config/banli.yaml 的 channels',
  });
});

test('files of one year are archived together; expected comes after the due instant; immediate and interpretation need a reason', () => {
  const said = (files: Readonly<Record<string, string>>): string[] =>
    readPlan(
      Object.entries(files).map(([name, text]) => ({ name, text })),
      undefined,
    ).problems.map((one) => `${one.file}:${one.line} ${one.say(messagesFor('zh').plan).wrong}`);
  expect(said({ [FILE]: PLAN, 'config/plan/archive/2026-b.yaml': 'year: 2026\n' })).toEqual([
    `${FILE}:1 同一年的计划，这个文件与 config/plan/archive/2026-b.yaml 一个归档了，一个没有`,
  ]);
  const dated = (entry: string): string[] =>
    said({ [FILE]: `${PLAN}    dates: { 2026-Q2: ${entry} }\n` });
  expect(dated('{ expected: 2026-07-20 10:00 }')).toEqual([`${FILE}:11 expected 不晚于发布时间`]);
  expect(dated('{ expected: 2026-07-20 15:00 }')).toEqual([]);
  expect(dated('{ immediate: true }')).toEqual([`${FILE}:11 要立即公开，没有写原因`]);
  expect(dated('{ interpretation: 2d }')).toContainEqual(`${FILE}:11 改了解读，没有写原因`);
  expect(dated('{ interpretation: 2d, reason: 会议 }')).toEqual([]);
  expect(dated('{ interpretation: cancelled, reason: 会议 }')).toEqual([
    `${FILE}:11 这个指标没有解读（interpretation）`,
  ]);
});

test('plan check looks at the plan in force where Redis can be reached, and says that it could not where not', async () => {
  bureau = await makeBureau(START);
  await bureau.apply();
  const { config, clock } = bureau;
  const edited = readPlan(
    [{ name: FILE, text: `${PLAN}    dates: { 2026-Q2: 2026-07-22 }\n` }],
    [...config.channels.keys()],
  );
  const context = { withoutSecrets: () => ({ config, missing: [] }) };
  expect(
    (await againstForce(context, edited, clock.now()))?.map(({ code, line }) => `${code} ${line}`),
  ).toEqual(['moved-without-words 11']);
  const away = {
    withoutSecrets: () => ({
      config: { ...config, paths: { ...config.paths, var: path('nowhere') } },
      missing: [],
    }),
  };
  expect(await againstForce(away, edited, clock.now())).toBeUndefined();
});
