// What is said of corrections, withdrawals and earlier editions, in Chinese.
export const zhAmend = {
  publication: (name: string, channel: string): string => `${name}（${channel}）`,
  corrected: (publication: string): string =>
    `${publication}：已更正；网页上写明了时间和原因，更正前的版本仍可查看`,
  withdrawn: (publication: string): string => `${publication}：已撤回`,
  notPublic: (publication: string): string => `${publication}：还没有公开，没有可做的`,
  unchanged: (publication: string): string => `${publication}：与现在公开的相同，没有变动`,
  cannot: (publication: string, channel: string, why: string): string =>
    `${publication}：没有做成（${why}）。请到${channel}的后台手动处理`,
  calledOff: (publication: string): string => `${publication}：还没有发出，已取消，不会再发`,
  underWay: (publication: string): string =>
    `${publication}：正在处理，可能随后公开；请过一会儿到后台看，需要时手动处理`,
  nothingPublic: (id: string): string => `${id} 还没有公开，没有可更正的`,
  noText: '稿件没有或有误，不能用来更正',
  unknownEdition: (edition: string): string => `没有 ${edition} 这个版本的网站`,
  unknownEditionHow: '运行 npx banli site editions 看有哪些',
  rolledBack: (edition: string): string => `网站已退回 ${edition} 的样子；此后新发布的内容保留`,
};
export type AmendWords = typeof zhAmend;
