// What the desk says where a date is put back, expected, moved by a rule, or falls on a day off, in
// Chinese. Not for the other forms of the plan: desk.ts.

const list = (all: readonly string[]): string => all.join('、');

export const zhDeskDates = {
  cancelledNow: (reason: string | undefined): string =>
    `这次发布已经取消${reason === undefined ? '' : `，原因：${reason}`}。`,
  restoreLead: (promised: string): string =>
    `取消前公布的时间是 ${promised}。恢复后，公众会看到新的时间和恢复的原因。`,
  restoreLeadUnpromised: (due: string): string =>
    `取消前暂定的时间是 ${due}，没有作为确定的日期公布过。`,
  notCancelled: '这次发布没有取消，不用恢复',
  withdrawn: '已经公开或撤回的不能恢复发布',
  expected: '预计时间',
  expectedLead: (due: string): string =>
    `原定 ${due} 发布，现在还没有公开。写上预计的时间，公众就知道什么时候能看到；写了不会因此发布，也不改变原定的时间。`,
  expectedDate: '预计的日期',
  expectedTime: '预计的时间',
  expectedPast: (at: string): string => `${at} 已经过去`,
  expectedPastHow: '请写一个还没到的时间',
  expectedSame: '预计时间没有变',
  expectedNone: '没有写过预计时间',
  expectedOver: (at: string): string => `计划里写的预计时间 ${at} 已经过去。`,
  expectedWhy: (at: string): string => `预计时间 ${at}`,
  takeAway: '不再写预计时间',
  notLate: '只有过了时间、还没有公开的发布，才写预计时间',
  publicSays: (status: string, timing: string): string => `公开页面上写着：${status}，${timing}。`,
  publicWillSay: (said: string): string => `保存后，${said}`,
  dated: (title: string, at: string): string => `${title}（${at}）`,
  kept: {
    past: (all: readonly string[]): string => `时间已过或已经公开，照旧：${list(all)}`,
    'too-near': (all: readonly string[]): string =>
      `按新规则会落到已经过去、或来不及准备的时间，照旧：${list(all)}`,
    'other-year': (all: readonly string[]): string =>
      `按新规则不在这一年的计划里了，照旧：${list(all)}`,
    cancelled: (all: readonly string[]): string => `已经取消，不动：${list(all)}`,
    unconfirmed: (all: readonly string[]): string =>
      `已经公布，不因节假日还没有公布而变成暂定，照旧：${list(all)}`,
    'own-date': (all: readonly string[]): string =>
      `计划里单独写了日期，规则不管，照旧：${list(all)}`,
    skipped: (all: readonly string[]): string =>
      `按新规则会多出来，但时间已过、来不及准备，或在别的年份的计划里已有，写为不发布（skip）：${list(all)}`,
  },
  keptLead: '这些不变：',
  ruleReason: '已经公布的这些日期会变，请写明原因。公众会看到每个日期原来是哪天、为什么变。',
  otherFile: (title: string, file: string): string =>
    `${title} 的日期也会跟着变，但写在另一个文件 ${file} 里，表单一次只能改一个文件`,
  otherFileHow: '请用“直接编辑 YAML”，先在那个文件里写上它的日期',
  closedLead: '请留意，这些日子不是工作日（不妨碍保存）：',
  closedDay: (title: string, date: string, weekday: string, name: string | undefined): string =>
    `${title}：${date}，周${weekday}${name === undefined ? '' : `，${name}`}`,
  ownDayOff: '本单位定的休息日',
  more: (count: number): string => `还有 ${count} 个`,
};
export type DeskDateWords = typeof zhDeskDates;
