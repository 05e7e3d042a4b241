// What the desk says of what a correction changes, in Chinese.

export const zhDeskCompare = {
  title: '会改哪些',
  before: '现在公开的',
  after: '更正后',
  nothing: '（没有）',
  unseen: '正文、表格和数字看不出变化：改的是页面上不显示的（如空行、微博文字），或附件。',
  tooFar: '变化太大，没法逐行对照：请打开预览，和公开的页面对着看。',
  more: (count: number): string =>
    `还有 ${count} 处改动没有列在这里，请打开预览，和公开的页面对照着看完`,
  cannot: '现在还不能更正：',
  approveFirst: (lacking: string): string => `${lacking}。请先由有权的人批准这份稿件，再来更正`,
  same: '文件夹里的稿件和公开的一模一样，没有要更正的。请先改好稿件，再来更正。',
  differs: '和公开的不一样：要更正请点“更正”。',
  files: {
    added: (name: string): string => `新加的文件：${name}`,
    removed: (name: string): string => `去掉的文件：${name}`,
    changed: (name: string): string => `换了内容的文件：${name}`,
  },
};
export type DeskCompareWords = typeof zhDeskCompare;
