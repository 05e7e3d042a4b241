// What is left to be done by hand on a channel, in English.
import type { ByHandWords } from '../zh/by-hand.ts';

export const enByHand: ByHandWords = {
  left: {
    correct: (reason) =>
      `not corrected yet: please do it by hand there, then press “Done by hand” (${reason})`,
    withdraw: (reason) =>
      `not taken down yet: please do it by hand there, then press “Done by hand” (${reason})`,
  },
  done: (channel) => `${channel}: noted`,
  nothing: (channel) => `${channel}: nothing is left to be done by hand`,
};
