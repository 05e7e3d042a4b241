// What is left to be done by hand on a channel, in Chinese.

export const zhByHand = {
  left: {
    correct: (reason: string): string =>
      `还没有更正：请到后台手工改好，再点“已手工处理”（${reason}）`,
    withdraw: (reason: string): string =>
      `还没有撤下：请到后台手工撤下，再点“已手工处理”（${reason}）`,
  },
  done: (channel: string): string => `${channel}：已记下`,
  nothing: (channel: string): string => `${channel}：没有要手工处理的`,
};
export type ByHandWords = typeof zhByHand;
