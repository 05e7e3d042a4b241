// What is said when a year is put away, in Chinese.
import { minuteIn } from '../../plan/time.ts';
import type { Release } from '../../plan/types.ts';
import { zhCommon } from './common.ts';

export const zhClosing = {
  noneHow: (years: readonly number[]): string =>
    years.length === 0 ? '现在没有任何一年的计划' : `现在有这些年份：${years.join('、')}`,
  already: (year: number): string => `${year} 年已经归档，不用再做什么。`,
  unknown: (year: number): string =>
    `没有归档：连不上 Redis，不知道 ${year} 年的发布是不是都已经结束`,
  unknownHow: '先把服务运行起来（npx banli start），再试一次',
  notOver: (year: number, left: number): string =>
    `${year} 年还有 ${left} 次没到时间，现在不能关；什么也没有改。都结束以后再运行一次。`,
  open: (year: number, count: number): string => `没有归档：${year} 年还有 ${count} 项没有结束：`,
  one: ({ id, name, due, timezone }: Release, channels: readonly string[]): string =>
    `${name.zh}（${id}），应于 ${minuteIn(due, timezone)} 发布，没有结束的渠道：${channels.map((one) => zhCommon.channel(one)).join('、')}`,
  toCome: ({ id, name, due, timezone, settings }: Release): string =>
    `${name.zh}（${id}），应于 ${minuteIn(due, timezone)} 发布，渠道：${settings.channels.map((one) => zhCommon.channel(one)).join('、')}`,
  openHow: '请先在操作台处理：发布它，或者在计划里写明取消和原因。都结束以后再归档。',
  there: (path: string): string => `没有归档：${path} 已经有一个文件`,
  thereHow: '请先把那个文件改名或移走，再试一次',
  moved: (from: string, to: string, dry: boolean): string =>
    `${dry ? '将移动' : '已移动'}：${from} → ${to}`,
  done: (year: number, releases: number, dry: boolean): string =>
    dry
      ? `${year} 年的 ${releases} 次发布都已结束，可以归档。去掉 --print 就会归档。`
      : `${year} 年已归档（${releases} 次发布）。已公开的页面、准时率和台账都保留；正在运行的服务会自己读到，不用重启。`,
};
export type ClosingWords = typeof zhClosing;
