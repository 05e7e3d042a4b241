// What a change of the plan comes to, in Chinese: for `plan diff`, for mails, for the public list
// of changes.
import type { ApprovalRule, Kind, Name, PlanChange } from '../../plan/types.ts';
import { zhCommon } from './common.ts';
import { zhSite } from './site.ts';

export interface When {
  readonly date: string;
  /** ISO: 1 is Monday. */
  readonly weekday: number;
  readonly time: string;
}

const when = ({ date, weekday, time }: When): string =>
  `${date} 周${zhSite.weekday(weekday)} ${time}`;
const because = (reason: string | undefined): string =>
  reason === undefined ? '' : `，原因：${reason}`;
const KINDS: Readonly<Record<PlanChange['kind'], string>> = {
  moved: '改期',
  cancelled: '取消',
  restored: '恢复',
  confirmed: '确认',
  added: '新增',
  removed: '删除',
  edited: '修改',
};
const KEYS = {
  name: '名称',
  'name-en': '英文名称',
  status: '状态',
  was: '原定时间',
  reason: '原因',
  announced: '变更公布日',
  expected: '预计时间',
  immediate: '立即公开',
  briefing: '新闻发布会',
  kind: '种类',
  channels: '渠道',
  category: '类别',
  approval: '审批',
  lead: '提前准备',
  grace: '宽限',
  window: '补发时限',
} as const;

export const zhChanges = {
  order: [
    'moved',
    'cancelled',
    'restored',
    'confirmed',
    'added',
    'removed',
    'edited',
  ] as readonly PlanChange['kind'][],
  kinds: KINDS,
  keys: KEYS as Readonly<Record<keyof typeof KEYS, string>>,
  yes: (is: boolean): string | undefined => (is ? '是' : undefined),
  status: zhSite.status,
  channel: zhCommon.channel,
  span: zhCommon.span,
  count: (counts: readonly (readonly [PlanChange['kind'], number])[]): string =>
    counts.map(([kind, count]) => `${KINDS[kind]} ${count}`).join('，'),
  releaseKinds: {
    figures: '数据',
    bulletin: '公报',
    notice: '公告',
    interpretation: '解读',
  } as Readonly<Record<Kind, string>>,
  approvals: { none: '不需要', one: '一人', three: '三审三校' } as Readonly<
    Record<ApprovalRule, string>
  >,
  named: (name: Name, interpretation: boolean): string =>
    `${name.zh}${interpretation ? '（解读）' : ''}`,
  release: (name: Name, period: string | undefined, interpretation: boolean, id: string): string =>
    `${name.zh}${interpretation ? '（解读）' : ''}${period === undefined ? '' : ` ${zhSite.periodName(period)}`}（${id}）`,
  added: (release: string, at: When): string => `新增：${release}，${when(at)} 发布`,
  removed: (release: string, at: When): string => `删除：${release}，原定 ${when(at)}`,
  many: (kind: 'added' | 'removed', name: string, count: number, first: When, last: When): string =>
    `${KINDS[kind]}：${name}，${count} 次，${when(first)} 至 ${when(last)}`,
  moved(
    release: string,
    from: When,
    to: When,
    days: number,
    provisional: boolean,
    reason: string | undefined,
  ): string {
    const how = days === 0 ? '改时间' : `${days > 0 ? '推迟' : '提前'} ${Math.abs(days)} 天`;
    return `${provisional ? '暂定日期' : ''}${how}：${release}，由 ${when(from)} 改为 ${when(to)}${because(reason)}`;
  },
  confirmed: (release: string, at: When): string => `确认：${release}，暂定的 ${when(at)} 不变`,
  cancelled: (release: string, at: When, reason: string | undefined): string =>
    `取消：${release}，原定 ${when(at)}${because(reason)}`,
  restored: (release: string, at: When): string => `恢复：${release}，${when(at)} 发布`,
  edited: (release: string, edits: readonly string[]): string =>
    `修改：${release}，${edits.join('；')}`,
  edit: (key: string, from: string | undefined, to: string | undefined): string =>
    from === undefined
      ? `加上${key}“${to}”`
      : to === undefined
        ? `删去${key}“${from}”`
        : `${key}由“${from}”改为“${to}”`,
};
export type ChangeWords = typeof zhChanges;
