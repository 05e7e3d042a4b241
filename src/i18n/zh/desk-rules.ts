// What the desk's forms say of rules and of a new notice, in Chinese. Not for a rule in words:
// rules.ts.

export const zhDeskRules = {
  lead: '每个指标后面写着现在的规则。要改，照下面“可以怎么写”改框里的字；保存以前会看到哪些日期变。只有一期不一样的，不用改规则：点开那个日期，用“改期”。',
  due: '规则（due）',
  ways: '可以怎么写',
  samples: [
    [
      '{ day: 10, month: +1, if-closed: next }',
      '次月10日，遇休息日顺延（previous 提前，stay 不变）',
    ],
    ['{ day: last, month: +0, if-closed: previous }', '当月最后一天，遇休息日提前'],
    ['{ working-day: 12, month: +1 }', '次月第12个工作日'],
    ['{ weekday: { nth: 2, day: fri }, month: +1 }', '次月第2个星期五'],
    ['{ working-days-after: 12 }', '所属期结束后第12个工作日'],
    ['{ date: 03-25, if-closed: next }', '次年3月25日，遇休息日顺延'],
    ['{ same-as: cpi }', '和编号为 cpi 的指标同一天'],
    ['{ after: { indicator: gdp, working-days: 1 } }', '比编号为 gdp 的指标晚1个工作日'],
  ] as readonly (readonly [code: string, meaning: string])[],
  notice: {
    id: '编号（网址里用；不填就按名称起一个，如 census-2026）',
    zh: '中文名称',
    en: '英文名称',
    channels: '渠道',
    category: '类别',
    file: '写入哪个文件',
  },
  notAnnounced: (when: string): string =>
    `现在的时间是 ${when}。这一年的计划还没有公布（或者是样例），公众看不到这次改动；原因记在计划里。`,
  asPlanned: (usual: readonly string[]): string =>
    usual.length === 0 ? '按计划' : `按计划（${usual.join('、')}）`,
  thenText: '保存以后，到“稿件”里写这份公告的正文；要审批的，写好以后请人批准。',
};
export type DeskRuleWords = typeof zhDeskRules;
