// What a rehearsal says, in Chinese.
export const zhRehearsal = {
  starting: (year: number, releases: number): string =>
    `预演 ${year} 年：${releases} 次发布，用模拟的时间、走真实的流程；各渠道由沙盒代替，什么也不会发出去。`,
  at: (day: string): string => `预演到 ${day}`,
  stopped: '预演中止',
  nothing: (year: number): string => `${year} 年的计划里没有发布`,
  out: (count: number, all: number, releases: number, seconds: number): string =>
    `${releases} 次发布、${all} 条（每个渠道一条），公开了 ${count} 条；用时 ${seconds.toFixed(1)} 秒。`,
  notOut: (count: number): string => `没有公开的 ${count} 条：`,
  late: (count: number): string => `超过宽限才公开的 ${count} 条：`,
  early: (count: number): string => `提前公开的 ${count} 条（这是颁历的错误，请报告）：`,
  doubled: (count: number): string => `公开了不止一次的 ${count} 条（这是颁历的错误，请报告）：`,
  limits: (count: number): string => `碰到渠道限额 ${count} 次：`,
  missing: (count: number, asIs: boolean): string =>
    asIs ? `还没有稿件的 ${count} 次：` : `还没有稿件的 ${count} 次（预演时用了替代文字）：`,
  approvals: (count: number): string => `其中 ${count} 次要审批，预演时都当作已批准。`,
  mails: (count: number): string => `会寄出 ${count} 封信：`,
  noMails: '不会寄出任何信：一切正常。',
  noMailConfigured: '注意：没有配置 mail，真正运行时这些信谁也收不到。',
  failures: (count: number): string => `程序出错 ${count} 次（请报告）：`,
  sound: '结论：每一条都会按时公开，只公开一次。',
  unsound: '结论：有上面这些问题，请先处理。',
};
export type RehearsalWords = typeof zhRehearsal;
