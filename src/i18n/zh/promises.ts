// What is said of a change that the rules of change forbid, in Chinese. Not for what a plan file
// says by itself: plan.ts.

import type { PlanEntryPlace, ToldRelease } from '../../plan/messages.ts';
import type { ApprovalRule, Name, Sentence } from '../../plan/types.ts';
import { zhCommon } from './common.ts';

const APPROVALS: Readonly<Record<ApprovalRule, string>> = {
  none: '不需要审批',
  one: '一人审批',
  three: '三审',
};
const titled = ({ id, zh, period, interpretation }: ToldRelease): string =>
  `“${zh}${period === undefined ? '' : ` ${period}`}”${interpretation ? '的解读' : ''}（${id}）`;
const channelsOf = ({ channels }: ToldRelease): string => channels.map(zhCommon.channel).join('、');

export const zhPromises = {
  nearWithoutWords: (
    one: ToldRelease,
    past: boolean,
    lead: number,
    { period, isOld, at, was }: PlanEntryPlace,
  ): Sentence => {
    const inner = [
      at && `at: ${at}`,
      was && `was: ${was}`,
      'immediate: true',
      isOld ? 'reason: 新的原因' : 'reason: 原因',
    ]
      .filter(Boolean)
      .join(', ');
    const entry =
      period === undefined ? `请加上 ${inner}` : `请在 dates 下写 ${period}: { ${inner} }`;
    return {
      wrong: past
        ? `若照此生效，${titled(one)}将立即在${channelsOf(one)}公开：发布时间 ${one.due} 已经过去`
        : `若照此生效，${titled(one)}在 ${one.due} 就会在${channelsOf(one)}公开：离现在不到 ${zhCommon.span(lead)}，来不及按提前准备的时间准备和审核`,
      expected: isOld
        ? '原有的 immediate: true 和原因是对原来的时间说的，对新的时间不算'
        : '发布时间不能定在过去，也不能近于提前准备的时间，除非写明要立即公开和原因',
      write: `请改正时间；确实要立即公开，${entry}`,
    };
  },
  longPast: (one: ToldRelease, window: number, period: string | undefined): Sentence => ({
    wrong: `${titled(one)}的发布时间 ${one.due} 早已过去，超过补发时限（${zhCommon.span(window)}），不会自动公开`,
    expected: '发布时间不能定在过去',
    write: `请写以后的时间${period === undefined ? '' : `；这一期若不经颁历发布，请写 skip: [${period}]`}`,
  }),
  skipPast: (id: string, name: Name, periods: readonly string[]): Sentence => ({
    wrong: `“${name.zh}”（${id}）有 ${periods.length} 期的发布时间早已过去，不会自动公开：${periods.join('、')}`,
    expected: '发布时间不能定在过去',
    write: `这几期若不经颁历发布，请在 ${id} 下写 skip: [${periods.join(', ')}]；还要发布的，请在 dates 下写以后的时间`,
  }),
  immediateTooEarly: (one: ToldRelease, lead: number): Sentence => ({
    wrong: `${titled(one)}的发布时间 ${one.due} 还早，用不着 immediate: true`,
    expected: `immediate 只用于 ${zhCommon.span(lead)} 之内要公开的；一直留着，以后日期写错也会立即公开`,
    write: '请删去 immediate: true',
  }),
  yearGone: (year: number, count: number, file: string, renamed: number | undefined): Sentence => ({
    wrong: `${year} 年的计划不见了，其中 ${count} 次发布是向公众公布过的`,
    expected: '公布过的发布不能无声无息地消失',
    write:
      renamed === undefined
        ? `请把 ${file} 放回来；这一年若已全部发完，请移到计划目录的 archive 文件夹里，不要删除`
        : `这个文件现在写的是 year: ${renamed}，请改回 year: ${year}；${renamed} 年的计划请另写一个文件`,
  }),
  indicatorGone: (
    id: string,
    name: Name,
    count: number,
    renamed: string | undefined,
  ): Sentence => ({
    wrong: `指标“${name.zh}”（${id}）不见了，它有 ${count} 次发布是向公众公布过的`,
    expected: '公布过的指标不能删去，也不能改编号（名称可以改）',
    write:
      renamed === undefined
        ? `请把 ${id} 放回来；不再发布的，请在它的 dates 下逐期写 所属期: { cancelled: true, reason: 原因 }`
        : `若是把编号改成了 ${renamed}，请改回 ${id}`,
  }),
  interpretationMoved: (
    id: string,
    was: string,
    now: string,
    period: string | undefined,
  ): Sentence => ({
    wrong: `${id} 已公布的时间 ${was} 改成了 ${now}，没有说明原因`,
    expected: '单独改解读的时间，要在它所解读的那一期写明原因',
    write:
      period === undefined
        ? '请给这个公告写 reason: 原因'
        : `请在 dates 下写 ${period}: { interpretation: 间隔（例如 2d）, reason: 原因 }`,
  }),
  interpretationGone: (id: string, was: string, period: string | undefined): Sentence => ({
    wrong: `${id} 已公布于 ${was} 发布，现在计划里没有了`,
    expected: '公布过的解读不能无声无息地消失',
    write: `请恢复 interpretation${period === undefined ? '' : `；这一期不发解读，请在 dates 下写 ${period}: { interpretation: cancelled, reason: 原因 }`}`,
  }),
  unconfirmed: (id: string, due: string): Sentence => ({
    wrong: `${id} 的发布时间 ${due} 已经确认并公布，不能再改回暂定`,
    expected: '公布过的时间要么不变，要么写明改到何时、为什么',
    write:
      '请删去 provisional；若删过 workdays.yaml 里的放假安排，请恢复；要推迟，请写新的 at、was 和 reason',
  }),
  announcedLater: (year: number, was: string, now: string): Sentence => ({
    wrong: `${year} 年的计划已于 ${was} 公布，不能改成 ${now} 才公布`,
    expected: '公布过的计划不能收回',
    write: `请写 announced: ${was}`,
  }),
  sampleLater: (year: number, announced: string): Sentence => ({
    wrong: `${year} 年的计划已于 ${announced} 公布，不能再说成样例（sample: true）`,
    expected: '公布过的计划不能收回',
    write: '请删去写着“样例”的那一行（sample: true）',
  }),
  archivedDue: (year: number, first: ToldRelease, count: number): Sentence => ({
    wrong: `${year} 年的计划归档了，但其中还有 ${count} 次发布没有到时间，最早的是 ${first.due} 的${titled(first)}`,
    expected: '全部到期以后才能归档',
    write: '请把文件从 archive 文件夹移回来，或删去 archived: true',
  }),
  approvalLowered: (
    one: ToldRelease,
    lead: number,
    before: ApprovalRule,
    after: ApprovalRule,
  ): Sentence => ({
    wrong: `${titled(one)}将在 ${one.due} 公开，离现在不到 ${zhCommon.span(lead)}，审批却由${APPROVALS[before]}降为${APPROVALS[after]}`,
    expected: '降低审批以后，到时会按新的要求公开',
    write: '请确认这是有意的',
  }),
};
