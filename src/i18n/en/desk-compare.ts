// What the desk says of what a correction changes, in English.
import type { DeskCompareWords } from '../zh/desk-compare.ts';

export const enDeskCompare: DeskCompareWords = {
  title: 'What changes',
  before: 'Public now',
  after: 'After the correction',
  nothing: '(nothing)',
  unseen:
    'No word, table or figure looks otherwise: what changed cannot be seen on the page (blank lines, the Weibo text), or is an attachment.',
  tooFar:
    'The two are too far apart to be compared line by line: open the preview beside the public page.',
  more: (count) =>
    `${count} more places differ and are not listed here: read the preview beside the public page to the end`,
  cannot: 'It cannot be corrected yet:',
  approveFirst: (lacking) => `${lacking}. Whoever may has to approve this text first; then correct`,
  same: 'The text in the folder is exactly what is public: there is nothing to correct. Change the text first.',
  differs: 'It differs from what is public: to correct that, press “Correct”.',
  files: {
    added: (name) => `New file: ${name}`,
    removed: (name) => `File taken away: ${name}`,
    changed: (name) => `File with other content: ${name}`,
  },
};
