// The running service in this process: real clock, real queues, real files watched.

import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DateTime } from 'luxon';
import { expect, test } from 'vitest';
import { sandboxEnv } from '../../src/cli/sandbox.ts';
import { loadConfig } from '../../src/config/load.ts';
import { makeLog } from '../../src/lib/log.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { startService } from '../../src/service/service.ts';
import { makeFolder, PLAN } from '../helpers/bureau.ts';
import { until } from '../helpers/clock.ts';

const { year } = DateTime.now().setZone('Asia/Shanghai');
const plan = PLAN.replace('year: 2026', `year: ${year}`)
  .replace('2025-12-26', `${year - 1}-12-26`)
  .replace('month: +1, if-closed: next', 'month: +1');

test('saving a plan applies it within moments; a wrong one is mailed, logged, and changes nothing; a second start goes on with the last good one', async () => {
  const sandbox = await startSandbox();
  const folder = await makeFolder(
    sandbox.ports,
    plan,
    'schedule: { sweep: 1s, reconcile: 2s }\nalerts: { planEnds: never, weekAhead: never, monthBack: never, before: [] }',
  );
  const file = join(folder, 'config', 'plan', '2026.yaml');
  const config = {
    ...loadConfig(join(folder, 'config'), sandboxEnv),
    prefix: `{t-${randomUUID().slice(0, 8)}}`,
  };
  const log = join(folder, 'log');
  let service = await startService(
    config,
    { plan: true, work: true, web: true },
    makeLog('info', log),
  );
  const due = (): string =>
    new Date(service.app.planService.calendar().releases.at(-1)?.due ?? 0).toISOString();
  try {
    expect(service.app.planService.calendar().releases).toHaveLength(4);
    const notice = DateTime.fromObject(
      { year, month: 12, day: 31, hour: 23 },
      { zone: 'Asia/Shanghai' },
    );
    await writeFile(
      file,
      `${plan}notices:\n  n: { name: { zh: 公告 }, at: ${notice.toFormat('yyyy-MM-dd HH:mm')} }\n`,
    );
    await until(
      () => service.app.planService.calendar().releases.length === 5,
      'the new plan is in force',
    );
    const before = due();
    await writeFile(file, plan.replace('frequency: Q', 'frequency: QQ'));
    await until(() => sandbox.mails.length > 0, 'a mail about the plan');
    expect(sandbox.mails.map(({ subject, text }) => ({ subject, text }))).toEqual([
      { subject: '[测试统计局] 发布计划有误，没有生效', text: expect.any(String) },
    ]);
    expect(sandbox.mails[0]?.text).toMatch(/2026\.yaml:9:16 {2}“QQ”不对 · 只能是 M、Q、S、A/);
    expect(await readFile(log, 'utf8')).toContain('plan-refused');
    expect(due()).toBe(before);
    await service.stop();
    service = await startService(config, { plan: true, work: true, web: false }, makeLog('silent'));
    expect(service.app.planService.calendar().releases).toHaveLength(5);
    expect(sandbox.mails).toHaveLength(1);
  } finally {
    await service.stop();
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  }
});
