// What the benches share: many releases on one channel that does nothing, and their publications in
// the ledger. Not for measuring: bench.ts, burst.ts.
import type { Channel } from '../../src/channels/channel.ts';
import { quantile } from '../../src/cli/demo-watch.ts';
import type { Bundle } from '../../src/content/bundle.ts';
import { itemOf } from '../../src/content/channel-item.ts';
import { renderText } from '../../src/content/markdown.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import type { Heartbeat } from '../../src/ledger/worker-heartbeats.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { instant } from '../../src/lib/instant.ts';
import {
  type Calendar,
  type PublicationId,
  publicationId,
  type Release,
  releaseId,
} from '../../src/plan/types.ts';
import { change, type PublishDeps } from '../../src/publish/deps.ts';
import type { RedisHandle } from '../../src/redis/connection.ts';

/** Epoch milliseconds with fractions. */
export const ms = (): number => performance.timeOrigin + performance.now();
export const round = (value: number): number => Math.round(value * 100) / 100;

/** The middle of some measurements and their largest. */
export function spread(values: readonly number[]): { median: number; max: number } {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: round(quantile(sorted, 0.5)), max: round(quantile(sorted, 1)) };
}

const BODY = '正文 **5.8%**\n\n| a | b |\n|---|---|\n| 1 | 2 |\n';
/** A small release, with a table. */
export const bundleOf = (title: string): Bundle => ({
  folder: '/',
  digest: 'd'.repeat(64),
  title,
  summary: '同比增长 5.8%',
  author: undefined,
  source: undefined,
  body: BODY,
  bodyLine: 1,
  weibo: undefined,
  rendered: renderText(BODY, 'd'.repeat(64)),
  cover: undefined,
  pictures: [],
  attachments: [],
});

/** A calendar of releases on one channel, all due at the same instant or one each. */
export function calendarOf(
  count: number,
  due: (index: number) => number,
  channel: string,
): Calendar {
  const settings = {
    at: '10:00',
    channels: [channel],
    lead: 86_400_000,
    grace: 300_000,
    window: 43_200_000,
    approval: 'none',
    category: '统计数据',
  } as unknown as Release['settings'];
  const releases = Array.from(
    { length: count },
    (_, index): Release => ({
      id: releaseId(`indicator-${index}.2026-06`),
      indicator: `indicator-${index}`,
      period: '2026-06',
      due: instant(due(index)),
      status: 'confirmed',
      immediate: false,
      kind: 'figures',
      name: { zh: `指标${index}` },
      frequency: 'M',
      settings,
      timezone: 'Asia/Shanghai',
      where: { file: '', path: [] },
    }),
  );
  return {
    title: 'bench',
    timezone: 'Asia/Shanghai',
    plans: [],
    releases,
    byId: new Map(releases.map((release) => [release.id, release])),
    history: new Map(),
  };
}

export const noop = (name: string, done: () => void): Channel => ({
  name,
  kind: 'http',
  stage: () => Promise.resolve({ class: 'staged', record: { key: 'k' } }),
  release() {
    done();
    return Promise.resolve({ class: 'done', receipt: { ids: { id: '1' }, publicAt: Date.now() } });
  },
  lookup: () => Promise.resolve({ class: 'not-public' }),
  withdraw: () => Promise.resolve({ class: 'done' }),
  preflight: () => Promise.resolve({ wrong: [], notes: [] }),
});

export function partsOn(
  handle: RedisHandle,
  heartbeat: Heartbeat,
  calendar: Calendar,
  channel: Channel,
): PublishDeps {
  const nothing = () => Promise.resolve();
  return {
    ledger: new Ledger(handle),
    channels: new Map([[channel.name, channel]]),
    clock: systemClock,
    calendar: () => calendar,
    plan: { version: () => '', follow: () => Promise.resolve(false) },
    mayForget: false,
    rememberLedger: nothing,
    withdrawn: {
      add: nothing,
      all: () => Promise.resolve(new Map()),
      at: () => Promise.resolve(undefined),
      has: () => Promise.resolve(false),
    },
    amending: (run) => run(),
    held: { add: nothing, remove: nothing, all: () => Promise.resolve(new Map()) },
    byHand: { put: nothing, all: () => Promise.resolve(new Map()) },
    workers: heartbeat,
    claimed: new Set(),
    letGo: new Set(),
    wake: { stage: nothing, release: nothing, verify: nothing },
    log: () => undefined,
    load: () => Promise.resolve({ state: 'missing' }),
    hasContentFolder: () => true,
    itemOf: (release, bundle, name) =>
      itemOf(release, bundle, name, { url: 'http://127.0.0.1/', bureau: '局' }),
    flawsFor: () => [],
    approvals: () => Promise.resolve(0),
    clockLag: () => heartbeat.clockLag(),
  };
}

/** Puts publications into the ledger as staged. */
export async function staged(
  parts: PublishDeps,
  calendar: Calendar,
  record: (release: Release) => unknown,
): Promise<PublicationId[]> {
  const ids: PublicationId[] = [];
  for (let start = 0; start < calendar.releases.length; start += 1000) {
    const batch = calendar.releases.slice(start, start + 1000);
    const publications = batch.map((release) =>
      publicationId(release.id, release.settings.channels[0] ?? ''),
    );
    await parts.ledger.changeAll(
      batch.map((release, index) => ({
        publication: publications[index] as PublicationId,
        from: undefined,
        to: 'planned',
        due: release.due,
        actor: 'bench',
        at: systemClock.now(),
      })),
    );
    const entries = [...(await parts.ledger.getAll(publications)).values()];
    await parts.ledger.changeAll(
      entries.map((entry, index) =>
        change(parts, entry, 'staged', {
          staged: record(batch[index] as Release),
          digest: 'd'.repeat(64),
        }),
      ),
    );
    ids.push(...publications);
  }
  return ids;
}
