// A bureau of its own for one test: folders, plan, content, sandbox, and a app on a clock turned
// by hand.
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { deliver } from '../../src/alerts/deliver-letters.ts';
import { type App, openApp } from '../../src/app/app.ts';
import { sandboxEnv, sandboxYaml } from '../../src/cli/sandbox.ts';
import { type Config, loadConfig } from '../../src/config/load.ts';
import { makeLog } from '../../src/lib/log.ts';
import { type PublicationId, publicationId, releaseId } from '../../src/plan/types.ts';
import { Reconciler } from '../../src/queue/reconcile.ts';
import { SANDBOX, type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { ManualClock } from './clock.ts';

export const PLAN = `plan: 测试计划
timezone: Asia/Shanghai
year: 2026
announced: 2025-12-26
defaults: { at: "10:00", channels: [website, catalogue, wechat, weibo], lead: 24h, grace: 5m, window: 12h }
indicators:
  gdp:
    name: { zh: 地区生产总值, en: Gross domestic product }
    frequency: Q
    due: { day: 20, month: +1, if-closed: next }
`;
/** The release that most tests publish: due 2026-07-20 10:00 in Beijing. */
export const GDP = releaseId('gdp.2026-Q2');
export const DUE = '2026-07-20T10:00:00+08:00';
export const on = (channel: string): PublicationId => publicationId(GDP, channel);

export interface Bureau {
  readonly folder: string;
  readonly clock: ManualClock;
  readonly sandbox: Sandbox;
  readonly app: App;
  readonly config: Config;
  readonly reconciler: Reconciler;
  /** Plan files on disk into force, ledger in agreement. */
  apply(plan?: string): Promise<Awaited<ReturnType<App['planService']['apply']>>>;
  content(
    text?: string,
    folder?: string,
    files?: Readonly<Record<string, string | Buffer>>,
  ): Promise<void>;
  /** A second app on the same ledger, as another process would have it. */
  another(): Promise<App>;
  /** Sends every letter of the outbox whose time has come. */
  post(): Promise<void>;
  state(publication: PublicationId): Promise<string | undefined>;
  close(): Promise<void>;
}

export const BODY =
  '---\ntitle: 2026年二季度地区生产总值\nsummary: 同比增长 5.8%。\nauthor: 综合处\nsource: 测试统计局\n---\n\n据初步核算，**同比增长 5.8%**。\n\n| 项目 | 亿元 |\n|---|---|\n| 合计 | 1234.5 |\n';
export const never = new AbortController().signal;

/** Adds entries to banli.yaml. */
export const withYaml =
  (more: string) =>
  (yaml: string): string =>
    `${yaml}\n${more}\n`;
/** No regular mails. */
export const NO_REPORTS = withYaml('alerts: { weekAhead: never, monthBack: never }');

/** Folders and configuration of a bureau; `more` is added to banli.yaml. */
export async function makeFolder(ports: Sandbox['ports'], plan = PLAN, more = ''): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'banli-bureau-'));
  await mkdir(join(folder, 'config', 'plan'), { recursive: true });
  await mkdir(join(folder, 'content'), { recursive: true });
  await mkdir(join(folder, 'var'), { recursive: true });
  await symlink(inject('redisFolder'), join(folder, 'var', 'redis'));
  await writeFile(join(folder, 'config', 'plan', '2026.yaml'), plan);
  // A robot's address is a secret: `{ file: robot }`.
  await writeFile(
    join(folder, 'robot'),
    `http://127.0.0.1:${ports.robots}/cgi-bin/webhook/send?key=${SANDBOX.robots.wecom}`,
  );
  const yaml = `bureau: { zh: 测试统计局, en: Test Bureau }\nsite: { publicUrl: "http://127.0.0.1:8040/", port: 0 }\n${sandboxYaml(ports)}\n${more}`;
  await writeFile(join(folder, 'config', 'banli.yaml'), yaml);
  return folder;
}

/** @param edit changes the text of banli.yaml before it is read */
export async function makeBureau(
  start: string,
  plan = PLAN,
  edit: (yaml: string, ports: Sandbox['ports']) => string = (yaml) => yaml,
  rules: Parameters<typeof startSandbox>[0] = {},
): Promise<Bureau> {
  const clock = new ManualClock(start);
  const sandbox = await startSandbox({ ...rules, now: () => clock.now() });
  const folder = await makeFolder(sandbox.ports, plan);
  const yaml = join(folder, 'config', 'banli.yaml');
  await writeFile(yaml, edit(await readFile(yaml, 'utf8'), sandbox.ports));
  const config: Config = {
    ...loadConfig(join(folder, 'config'), sandboxEnv),
    prefix: `{t-${randomUUID().slice(0, 8)}}`,
  };
  const open = async (): Promise<App> => {
    const app = await openApp(config, { log: makeLog('silent'), clock });
    await app.heartbeat.start();
    await app.planService.follow();
    return app;
  };
  const app = await open();
  const reconciler = new Reconciler(app.ledger, app.queues, (now) => app.reconcileContext(now));
  const others: App[] = [];
  return {
    folder,
    clock,
    sandbox,
    app,
    config,
    reconciler,
    async apply(text) {
      if (text !== undefined) await writeFile(join(folder, 'config', 'plan', '2026.yaml'), text);
      const applied = await app.planService.apply(clock.now(), await app.published());
      if (applied.ok) {
        await reconciler.run(app.planService.calendar(), clock.now(), 'test');
        await app.siteBuilder.refresh();
      }
      return applied;
    },
    async content(text = BODY, at = join('gdp', '2026-Q2'), files = {}) {
      await mkdir(join(folder, 'content', at), { recursive: true });
      await writeFile(join(folder, 'content', at, 'release.md'), text);
      for (const [name, bytes] of Object.entries(files))
        await writeFile(join(folder, 'content', at, name), bytes);
    },
    async another() {
      const other = await open();
      others.push(other);
      return other;
    },
    async post() {
      const { incidents, journal, transports: ways } = app;
      const office = {
        book: incidents,
        journal,
        people: config.alerts.people,
        ways,
        clock,
        actor: 'test',
      };
      for (const { id } of await incidents.deliveries()) await deliver(office, id);
    },
    state: async (publication) => (await app.ledger.get(publication))?.state,
    async close() {
      for (const one of [app, ...others]) {
        await one.heartbeat.stop();
        await one.close();
      }
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
