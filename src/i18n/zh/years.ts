// What is said of a whole year, in Chinese: next year's plan, what clashes in it.
import type { PlanConflict } from '../../plan/conflicts.ts';
import type { Release } from '../../plan/types.ts';
import { zhCommon } from './common.ts';
import { zhDeskYears } from './desk-years.ts';

/** Lists are of `indicator period`. */
export interface YearReport {
  readonly dropped: readonly string[];
  readonly kept: readonly string[];
  readonly skipped: readonly string[];
  readonly notices: readonly string[];
  readonly from: number;
  readonly year: number;
  readonly releases: number;
  readonly provisional: number;
}

const PER = { hour: '每小时', day: '每天', month: '每月' } as const;
const names = (releases: readonly Release[]): string => {
  const all = [...new Set(releases.map((release) => release.name.zh))];
  return all.length > 6 ? `${all.slice(0, 6).join('、')}等` : all.join('、');
};

export const zhYears = {
  desk: zhDeskYears,
  badMost: (text: string): string => `“${text}”不对：--most 应为正整数，例如 --most 6`,
  there: (year: number): string => `${year} 年的计划已经有了`,
  thereHow: (year: number): string =>
    `若要重新编，请先移走原来的文件；若编下一年，写 npx banli plan year ${year + 1}`,
  noneHow: '先有一年的计划，才能编下一年；第一份计划可用 npx banli plan new --from-calendar 表格',
  report: (one: YearReport): string[] => [
    `${one.year} 年的计划：按 ${one.from} 年的规则，共 ${one.releases} 次发布${one.provisional > 0 ? `，其中 ${one.provisional} 次的日期暂定（${one.year} 年的放假安排还没有公布，公布后自动确认）` : ''}。`,
    ...(one.dropped.length > 0
      ? [`没有带过来的例外日期 ${one.dropped.length} 个：${one.dropped.join('、')}`]
      : []),
    ...(one.notices.length > 0 ? [`没有带过来的公告：${one.notices.join('、')}`] : []),
    ...(one.kept.length > 0
      ? [`原计划里已经写好、落在 ${one.year} 年的日期，照原样保留：${one.kept.join('、')}`]
      : []),
    ...(one.skipped.length > 0 ? [`skip 也顺延一年，请核对：${one.skipped.join('、')}`] : []),
  ],
  /** @param isPublic its day of announcement is here already */
  inForce: (year: number, announced: string, isPublic: boolean): string =>
    `请注意：这份计划写在计划文件夹里，${isPublic ? `马上就生效，而且公布日（announced: ${announced}）已到，公众马上就看得到` : `马上就生效；公众从公布日（announced: ${announced}）起才看得到`}。只想先看看的，把文件移走，再写 npx banli plan year ${year} --out 别处.yaml，或 --print。`,
  conflicts: (count: number): string =>
    count === 0 ? '没有发现冲突。' : `请看一看这 ${count} 处：`,
  conflict(one: PlanConflict): string {
    switch (one.kind) {
      case 'crowded':
        return `${one.date} 一天有 ${one.releases.length} 次发布（多于 ${one.most} 次）：${names(one.releases)}`;
      case 'closed':
        return `${one.date} 不是工作日${one.holiday ? `（${one.holiday}）` : ''}：${one.release.name.zh}（${one.release.id}）`;
      case 'quota':
        return `${one.span}${one.limit.per === 'hour' ? ' 时' : ''} ${zhCommon.channel(one.limit.channel)}要发 ${one.releases.length} 次，${PER[one.limit.per]}只能发 ${one.limit.most} 次：${names(one.releases)}`;
      case 'briefings':
        return `两场新闻发布会太近：${one.first.name.zh}（${one.first.id}，${one.first.briefing}）与${one.second.name.zh}（${one.second.id}，${one.second.briefing}）`;
    }
  },
};
export type YearsWords = typeof zhYears;
