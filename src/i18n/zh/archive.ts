// What is said of backups and rebuilding, in Chinese.
export const zhArchive = {
  alive: '颁历还在运行',
  aliveHow: '先停止颁历（Ctrl-C 或停止服务，几秒后再试），以免两边同时改台账',
  notEmpty: '台账不是空的，没有恢复',
  notEmptyHow:
    '只能恢复到空的台账。要换成备份里的：先停止颁历，再把 var/redis 改名（mv var/redis var/redis.old），然后再恢复一次；用自己的 Redis 的，换一个 redis.prefix',
  underWay: '另一个恢复正在进行，这一个没有开始',
  underWayHow: '等它结束；如果它中断了，十几秒后用同一个备份再恢复一次，会接着做完',
  notArchive: (file: string, line: number): string => `${file} 第 ${line} 行不是颁历的备份`,
  keep: '里面有校验密码用的数据，只有您的账户能读（权限 600），请妥善保存。恢复：npx banli restore 文件',
  notArchiveHow: '请用 npx banli backup --out 文件 做的备份',
  restored: (publications: number, events: number, at: string): string =>
    `已恢复 ${at} 的备份：${publications} 条发布，${events} 条经过。`,
  restoredFiles: (count: number): string =>
    `已放回 ${count} 个已发布内容的文件，网站已按记录恢复。`,
  restoredNext: '现在可以启动：npx banli start',
  asked: (count: number): string =>
    `其中 ${count} 条在备份时还没公开、现在已到期：启动后颁历先向渠道核实，再决定发不发，不会重复。`,
  rebuilt: (created: number, shown: number, open: number): string =>
    `台账已按计划重建：${created} 条，渠道上已公开 ${shown} 条${open > 0 ? `，还有 ${open} 条要等启动后继续核实` : ''}。什么也没有发出。`,
};
export type ArchiveWords = typeof zhArchive;
