// Channels that people serve by hand, in English. The Chinese in i18n/zh/manual.ts is the model.
import type { ManualWords } from '../zh/manual.ts';

export const enManual: ManualWords = {
  turnHead: (channel, title, count) =>
    `Publish now on ${channel}: ${title}${count > 1 ? ` and ${count - 1} more` : ''}`,
  turnLead: (channel, due, until) =>
    `It is due: ${due}. Publish what follows on ${channel} now, then press “I have published it”. Not pressed by ${until}, it counts as missed.`,
  how: (text) => `How: ${text}`,
  draftHow: 'The draft is in the account’s box: publish it there (草稿箱).',
  open: 'Open the text (to copy, with pictures)',
  said: 'I have published it',
  command: (typed) => `Or on the server: ${typed}`,
  pageTitle: (channel) => `The text for ${channel}`,
  embargo: (due) => `It is due at ${due}. Show it to nobody before.`,
  due: 'It is due: publish it now, then press “I have published it”.',
  none: 'The content is missing or wrong: there is nothing to copy yet.',
  title: 'Title',
  summary: 'Summary',
  text: 'Text',
  link: 'Page on the website (opens once it is due)',
  files: 'Pictures and attachments',
  copy: 'Copy',
  copied: 'Copied',
  url: 'Address where it is to be seen (may be left empty)',
  note: 'A note, such as “page 3 of 21 July” (may be left empty)',
  badUrl: 'That is no address',
  badUrlHow: 'Go back and write the whole address, from http:// or https:// on, or nothing.',
  earlyHow: 'Publish it when it is due, and say so then.',
  corrected: (reason) => `This text was corrected: ${reason}`,
  mailingHead: (channel, release, refused, doubtful) =>
    `${channel}: readers without their letter of ${release} (${refused} refused, ${doubtful} not known)`,
  mailingFact: (each) =>
    `All others have taken theirs. Where it is not known nothing is sent again, so that nobody gets two; check the addresses, and write to whoever needs it: ${each.join('; ')}`,
};
