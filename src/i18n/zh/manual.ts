// Channels that people serve by hand: the letter when it is their turn, the page to copy from, what
// they say when they have published. In Chinese.

export const zhManual = {
  turnHead: (channel: string, title: string, count: number): string =>
    `请现在发布到${channel}：${title}${count > 1 ? `等 ${count} 项` : ''}`,
  turnLead: (channel: string, due: string, until: string): string =>
    `已到发布时间 ${due}。请现在就在${channel}上发布下面的内容，发好后点“我已发布”。${until} 还没有点，就算误期。`,
  how: (text: string): string => `做法：${text}`,
  draftHow: '草稿已经在公众号的草稿箱里，到公众平台“内容管理 → 草稿箱”里发表。',
  open: '打开稿件（可复制，附图片）',
  said: '我已发布',
  command: (typed: string): string => `也可以在服务器上：${typed}`,
  pageTitle: (channel: string): string => `供${channel}用的稿件`,
  embargo: (due: string): string => `发布时间是 ${due}。在此之前请不要让任何人看到。`,
  due: '已到发布时间：请现在发布，发好后点“我已发布”。',
  none: '稿件还没有放好，或稿件有误，暂时没有可以复制的。',
  title: '标题',
  summary: '摘要',
  text: '正文',
  link: '网站上的网页（到发布时间才能打开）',
  files: '图片和附件',
  copy: '复制',
  copied: '已复制',
  url: '发布后的网址（没有可不填）',
  note: '说明，例如“7月21日第3版”（可不填）',
  badUrl: '网址不对',
  badUrlHow: '请返回，填完整的网址（以 http:// 或 https:// 开头），或留空。',
  earlyHow: '到了发布时间再发布、再点“我已发布”。',
  corrected: (reason: string): string => `本文已更正：${reason}`,
  mailingHead: (channel: string, release: string, refused: number, doubtful: number): string =>
    `${channel}：${release} 有读者没有收到信（被拒收 ${refused} 人，结果不明 ${doubtful} 人）`,
  mailingFact: (each: readonly string[]): string =>
    `其余的都已收下。结果不明的不会再发，以免发两次；请核对地址，需要的请另行联系：${each.join('；')}`,
};
export type ManualWords = typeof zhManual;
