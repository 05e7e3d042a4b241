// A public site of a year's calendar, with some releases public: for tests of what readers get.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bundle } from '../../src/content/bundle.ts';
import { itemOf } from '../../src/content/channel-item.ts';
import { renderText } from '../../src/content/markdown.ts';
import { messagesFor } from '../../src/i18n/index.ts';
import type { Instant } from '../../src/lib/instant.ts';
import { type ChangeContext, changesBetween, dateChanges } from '../../src/plan/change.ts';
import { EMPTY, readPlan } from '../../src/plan/read-all.ts';
import { type Calendar, type Release, type ReleaseId, releaseId } from '../../src/plan/types.ts';
import { SiteBuilder } from '../../src/site/editions/site-builder.ts';
import type { SiteOptions } from '../../src/site/model.ts';
import { startWeb } from '../../src/site/serve/server.ts';
import { ManualClock } from './clock.ts';

export const YEAR = `plan: 测试统计局2026年发布计划
timezone: Asia/Shanghai
year: 2026
announced: 2025-12-26
defaults: { at: "10:00", channels: [website], lead: 24h, grace: 5m, window: 12h, category: 统计数据 }
indicators:
  cpi:
    name: { zh: 居民消费价格指数, en: Consumer price index }
    frequency: M
    due: { day: 10, month: +1, if-closed: next }
    dates:
      2026-08: { at: 2026-09-15 14:00, was: 2026-09-10 10:00, reason: 数据核实, announced: 2026-08-26 }
      2026-11: { cancelled: true, reason: 并入年度发布, announced: 2026-10-09 }
  gdp:
    name: { zh: 地区生产总值, en: Gross domestic product }
    frequency: Q
    due: { day: 20, month: +1, if-closed: next }
    interpretation: { after: 1d }
    briefing: { place: 市政府新闻发布厅 }
notices:
  census: { name: { zh: 普查公告 }, at: 2026-10-08 09:00, category: 公告 }
`;

export interface TestSite {
  readonly folder: string;
  readonly press: SiteBuilder;
  readonly clock: ManualClock;
  readonly calendar: () => Calendar;
  readonly options: SiteOptions;
  readonly url: string;
  /** Another plan from now on, and its edition. */
  plan(text: string): Promise<void>;
  stage(id: string, more?: Partial<Bundle>): Promise<{ release: ReleaseId; digest: string }>;
  publish(...ids: string[]): Promise<void>;
  get(
    path: string,
    headers?: Record<string, string>,
  ): Promise<{ status: number; text: string; headers: Headers }>;
  close(): Promise<void>;
}

/** Marks that stand in a release's content and nowhere else. */
export const marksOf = (id: string): { title: string; summary: string; body: string } => ({
  title: `机密标题${id}`,
  summary: `机密摘要${id}`,
  body: `机密正文${id}`,
});

/** Stages content of a release that can be told from any other. */
export async function stageMarked(
  press: SiteBuilder,
  release: Release,
  more: Partial<Bundle> = {},
): Promise<{ release: ReleaseId; digest: string }> {
  const marks = marksOf(release.id);
  const digest = more.digest ?? release.id.padEnd(16, '0').repeat(4);
  const body = more.body ?? `${marks.body}\n\n| 项目 | 亿元 |\n|---|---|\n| 合计 | 1234.5 |\n`;
  const bundle: Bundle = {
    folder: '/x',
    digest,
    title: marks.title,
    summary: marks.summary,
    author: undefined,
    source: undefined,
    body,
    bodyLine: 1,
    weibo: undefined,
    rendered: renderText(body, digest),
    cover: undefined,
    pictures: [],
    attachments: [],
    ...more,
  };
  return {
    release: release.id,
    digest: await press.stage(
      itemOf(release, bundle, 'website', { url: press.urlOf(release.id), bureau: '测试统计局' }),
    ),
  };
}

/** @param appliedAt when its plan came into force, where that matters */
export async function testSite(now: string, text = YEAR, appliedAt?: Instant): Promise<TestSite> {
  const around = await mkdtemp(join(tmpdir(), 'banli-site-'));
  const folder = join(around, 'site');
  const clock = new ManualClock(now);
  const read = (source: string): Calendar => {
    const { calendar, problems } = readPlan(
      // Files of one plan folder, as YAML would part them.
      source
        .split('\n---\n')
        .map((text, index) => ({ name: index === 0 ? 'p.yaml' : `p${index}.yaml`, text })),
      undefined,
    );
    if (calendar.releases.length === 0) throw new Error(JSON.stringify(problems));
    if (appliedAt === undefined) return calendar;
    const dates = dateChanges(
      changesBetween(EMPTY, calendar),
      { force: EMPTY } as ChangeContext,
      appliedAt,
      'plan',
    );
    return { ...calendar, history: new Map([...dates].map(([id, change]) => [id, [change]])) };
  };
  let calendar = read(text);
  const options = {
    bureau: { zh: '测试统计局', en: 'Test Bureau' },
    publicUrl: 'https://tjj.example.cn/',
    sample: false,
  };
  const press = new SiteBuilder(folder, () => calendar, options, clock);
  await press.refresh();
  const web = await startWeb({
    root: join(folder, 'current'),
    host: '127.0.0.1',
    port: 0,
    words: messagesFor('zh'),
  });
  const url = `http://127.0.0.1:${web.port}/`;
  const stage: TestSite['stage'] = async (id, more = {}) => {
    const release = calendar.byId.get(releaseId(id));
    if (!release) throw new Error(`no release ${id}`);
    return stageMarked(press, release, more);
  };
  return {
    folder,
    press,
    clock,
    calendar: () => calendar,
    options,
    url,
    async plan(source) {
      calendar = read(source);
      await press.refresh();
    },
    stage,
    async publish(...ids) {
      const staged = [];
      for (const id of ids) staged.push(await stage(id));
      await press.flip((await press.prepare(clock.now(), staged)).edition);
    },
    async get(path, headers = {}) {
      const answer = await fetch(`${url}${path}`, { headers, redirect: 'manual' });
      return { status: answer.status, text: await answer.text(), headers: answer.headers };
    },
    async close() {
      await web.close();
      await rm(around, { recursive: true, force: true });
    },
  };
}
