// What the demo publishes: the sample plan with its next releases due within the minute, and made-up content marked 示例.
// Not for running it: demo.ts.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DateTime } from 'luxon';
import { parseDocument } from 'yaml';
import { readPlan } from '../planner.ts';
import type { Release } from '../plan/types.ts';

const ZONE = 'Asia/Shanghai';
/** Seconds from the start to each release's due instant. */
const DUE_IN: readonly (readonly [indicator: string, seconds: number])[] = [
  ['cpi', 20],
  ['ppi', 20],
  ['industry', 28],
  ['investment', 28],
  ['retail-sales', 32],
  ['gdp', 38],
  ['briefing', 38],
];
const NOTICE = 'census-registration';
const NOTICE_IN = 44;
const INTERPRETATION_AFTER = 12;
/** Has no content: it will be missed. */
const WITHOUT_CONTENT = 'retail-sales';
/**
 * Not on Weibo, which shows an ordinary app its five latest posts: with more of them in one minute, what became of a post whose worker was killed
 * could not be told, and it would rightly be held for a person.
 */
const NOT_ON_WEIBO = ['ppi', 'investment', 'briefing'];
/** WeChat's audit refuses it. */
const REFUSED = 'industry';

export interface DemoPlan {
  readonly text: string;
  /** The releases that come due within the minute. */
  readonly releases: readonly Release[];
  readonly withoutContent: Release;
  readonly refused: Release;
}

/** The sample plan's text, with the next period of some indicators due shortly after `now` (epoch ms). */
export function demoPlan(sample: string, now: number, channels: readonly string[]): DemoPlan {
  const at = (seconds: number): string =>
    DateTime.fromMillis(Math.ceil(now / 1000) * 1000 + seconds * 1000, { zone: ZONE }).toFormat('yyyy-MM-dd HH:mm:ss');
  const { year } = DateTime.fromMillis(now + 60_000, { zone: ZONE });
  const document = parseDocument(sample);
  document.setIn(['year'], year);
  document.setIn(['announced'], `${year - 1}-12-26`);
  for (const [key, value] of Object.entries({ lead: '40s', grace: '15s' })) document.setIn(['defaults', key], value);
  document.setIn(['indicators', 'briefing', 'interpretation', 'after'], `${INTERPRETATION_AFTER}s`);
  document.setIn(['notices', NOTICE, 'at'], at(NOTICE_IN));
  for (const indicator of NOT_ON_WEIBO)
    document.setIn(
      ['indicators', indicator, 'channels'],
      channels.filter((channel) => channel !== 'weibo'),
    );
  const byRules = readPlan([{ name: 'sample.yaml', text: String(document) }], channels).calendar.releases;
  for (const [indicator, seconds] of DUE_IN) {
    const own = byRules.filter((release) => release.indicator === indicator && !release.follows);
    const next = own.find((release) => release.due > now) ?? own.at(-1);
    if (next?.period) document.setIn(['indicators', indicator, 'dates', next.period], at(seconds));
  }
  const text = String(document);
  const soon = readPlan([{ name: 'demo.yaml', text }], channels).calendar.releases.filter(
    (release) => release.due > now && release.due < now + 60_000,
  );
  const of = (indicator: string): Release => {
    const found = soon.find((release) => release.indicator === indicator);
    if (!found) throw new Error(`the sample plan has no ${indicator}`);
    return found;
  };
  return { text, releases: soon, withoutContent: of(WITHOUT_CONTENT), refused: of(REFUSED) };
}

/** Figures out of thin air, different for each release and the same at every run. */
function figure(id: string, least: number, most: number): string {
  let seed = 7;
  for (const char of id) seed = (seed * 31 + char.charCodeAt(0)) % 9973;
  return (least + ((most - least) * seed) / 9973).toFixed(1);
}

/** Writes made-up content for a release into its bundle folder. */
export async function writeDemoContent(folder: string, release: Release, period: string): Promise<void> {
  const name = release.name.zh;
  const value = figure(release.id, 1.2, 8.9);
  const rows = ['第一产业', '第二产业', '第三产业'].map(
    (row, index) => `| ${row} | ${figure(release.id + index, 300, 2900)} | ${figure(row + release.id, 1, 9)} |`,
  );
  const kind = release.kind === 'interpretation' ? '解读：' : '';
  const title = `${kind}${period}${name}`.slice(0, 31);
  const body =
    release.kind === 'notice'
      ? '各统计调查对象：\n\n请按照规定的时间和内容报送统计资料（示例）。\n\n1. 年报自行在网上填报；\n2. 定期报表按月报送。\n'
      : `据初步核算（示例），${period}${name}同比增长 **${value}%**。\n\n| 项目 | 数值（亿元） | 同比（%） |\n|---|---|---|\n${rows.join('\n')}\n\n> 本文数字为演示用，不是统计数据。\n`;
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'release.md'),
    `---\ntitle: ${title}\nsummary: 示例：${period}${name}${release.kind === 'notice' ? '。' : `同比增长 ${value}%。`}\nauthor: 综合统计处\nsource: 成都市统计局（示例）\n---\n\n${body}`,
  );
  if (release.kind !== 'notice') await writeFile(join(folder, 'data.csv'), `\ufeff项目,同比\n${name},${value}\n`);
}
