// What the demo publishes: the sample plan with its next releases due within the minute, and
// made-up content marked 示例. Not for running it: demo.ts.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DateTime } from 'luxon';
import { parseDocument } from 'yaml';
import { readPlan } from '../plan/read-all.ts';
import type { Release } from '../plan/types.ts';
import { demoText, type Figures } from './demo-texts.ts';

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
 * Not on Weibo, which shows an ordinary app its five latest posts: with more of them in one minute,
 * what became of a post whose worker was killed could not be told, and it would rightly be held for
 * a person.
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

/**
 * The sample plan's text, with the next period of some indicators due shortly after `now` (epoch
 * ms).
 */
export function demoPlan(sample: string, now: number, channels: readonly string[]): DemoPlan {
  const at = (seconds: number): string =>
    DateTime.fromMillis(Math.ceil(now / 1000) * 1000 + seconds * 1000, { zone: ZONE }).toFormat(
      'yyyy-MM-dd HH:mm:ss',
    );
  const { year } = DateTime.fromMillis(now + 60_000, { zone: ZONE });
  const document = parseDocument(sample);
  document.setIn(['year'], year);
  document.setIn(['announced'], `${year - 1}-12-26`);
  document.delete('sample');
  for (const [key, value] of Object.entries({ lead: '40s', grace: '15s' }))
    document.setIn(['defaults', key], value);
  document.setIn(['indicators', 'briefing', 'interpretation', 'after'], `${INTERPRETATION_AFTER}s`);
  document.setIn(['notices', NOTICE, 'at'], at(NOTICE_IN));
  for (const indicator of NOT_ON_WEIBO)
    document.setIn(
      ['indicators', indicator, 'channels'],
      channels.filter((channel) => channel !== 'weibo'),
    );
  const byRules = readPlan([{ name: 'sample.yaml', text: String(document) }], channels).calendar
    .releases;
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

/**
 * Figures out of thin air, different for each period, and of one period the same in every text and
 * at every run.
 */
function figures(id: string): Figures {
  return (name, least, most) => {
    let seed = 7;
    for (const char of id + name) seed = (seed * 31 + char.charCodeAt(0)) % 9973;
    return (least + ((most - least) * seed) / 9973).toFixed(1);
  };
}

/** Writes made-up content for a release into its bundle folder. @param period as it is read */
export async function writeDemoContent(
  folder: string,
  release: Release,
  period: string,
): Promise<void> {
  const { kind, indicator, name } = release;
  const { title, summary, body, data } = demoText(
    kind,
    indicator,
    name.zh,
    period,
    figures(release.period ?? release.id),
  );
  await mkdir(folder, { recursive: true });
  const head = `title: ${title}\nsummary: ${summary}\nauthor: 综合统计处\nsource: 成都市统计局（示例）`;
  await writeFile(join(folder, 'release.md'), `---\n${head}\n---\n\n${body}`);
  if (data) await writeFile(join(folder, 'data.csv'), data);
}
