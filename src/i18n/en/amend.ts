// What is said of corrections, withdrawals and earlier editions, in English. The Chinese in
// i18n/zh/amend.ts is the model.
import type { AmendWords } from '../zh/amend.ts';

export const enAmend: AmendWords = {
  publication: (name, channel) => `${name} (${channel})`,
  corrected: (publication) =>
    `${publication}: corrected; the page says when and why, and the version before stays linked`,
  withdrawn: (publication) => `${publication}: withdrawn`,
  notPublic: (publication) => `${publication}: not public, nothing to do`,
  unchanged: (publication) => `${publication}: the same as what is public; nothing changed`,
  cannot: (publication, channel, why) =>
    `${publication}: not done (${why}). Do it by hand where ${channel} is managed`,
  calledOff: (publication) => `${publication}: not sent yet, and called off`,
  underWay: (publication) =>
    `${publication}: under way, and it may come out yet; look there in a while, and do it by hand if need be`,
  nothingPublic: (id) => `${id} is not public: there is nothing to correct`,
  noText: 'there is no text, or it is wrong: nothing to correct it with',
  unknownEdition: (edition) => `there is no edition ${edition}`,
  unknownEditionHow: 'npx banli site editions shows them',
  rolledBack: (edition) => `the site is as it was in ${edition}; what has come out since stays`,
};
