// What the desk says of a whole year, in Chinese: announced or not, made known, closed.

export const zhDeskYears = {
  sample: '这一年的计划是样例，公众看到的日期都标着“示例”，不作准。',
  announced: (on: string): string => `这一年的计划已于 ${on} 公布。`,
  notYet: (on: string): string =>
    `这一年的计划还没有公布：从 ${on} 起公众才看得到。在那以前改动日期，公众不知道。`,
  closed: '这一年已经归档，不能再改。',
  announce: '公布这一年的计划',
  notice: (due: string): string => `公布的公告（${due} 发布）：看稿件、审批`,
  close: '关闭这一年',
  download: (format: string): string => `下载日程表（${format}）`,
  announceTitle: (year: number): string => `公布 ${year} 年的计划`,
  announceLead: (year: number): string =>
    `从公布日起，公众看得到 ${year} 年的全部日期；从此改期、取消都要写明原因，公众会看到。同时写好一份公告，正文和附件是年度日程表，当天到点发布。`,
  day: '公布日',
  time: '公告几点发布',
  would: (year: number, on: string, name: string, due: string): string =>
    `${year} 年的计划从 ${on} 起对外公开；${due} 发布《${name.replaceAll('《', '〈').replaceAll('》', '〉')}》，正文和附件是年度日程表。发布前可以在“稿件”里修改这份公告。`,
  tooNearHow: '请选一个晚些的日子，例如三天以后',
  noPlanHow: '请先把那一年的日程表传上来，或在服务器上运行 npx banli plan year',
  announcedHow: (name: string): string => `要改日子，请在计划里改公告 ${name} 的时间和 announced`,
  go: '公布',
  why: (year: number): string => `公布 ${year} 年的计划`,
  announcedNow: (year: number, on: string): string =>
    `${year} 年的计划从 ${on} 起对外公开。公告写好了，请打开下面的“公布的公告”看一遍；要审批的，请人批准`,
  closeTitle: (year: number): string => `关闭 ${year} 年`,
  closeLead:
    '关闭以后，这一年的计划移到归档文件夹，不能再改；已公开的页面、准时率和日志都保留，公众照样看得到。',
  ready: (count: number): string => `这一年的 ${count} 次发布都已结束，可以关闭。`,
  toCome: (count: number): string => `还有 ${count} 次没到时间，现在不能关闭：`,
  open: (count: number): string =>
    `还有 ${count} 次没有了结，现在不能关闭。请逐个打开处理，或写明取消和原因：`,
  closeWhy: (year: number): string => `关闭 ${year} 年`,
  closedNow: (year: number): string => `${year} 年已关闭`,
};
export type DeskYearWords = typeof zhDeskYears;
