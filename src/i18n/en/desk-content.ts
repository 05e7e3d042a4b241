// What the desk says about content, in English.
import type { DeskContentWords } from '../zh/desk-content.ts';

export const enDeskContent: DeskContentWords = {
  title: 'Content',
  lead: 'What is due next, and whether its content is there.',
  form: 'Title and text',
  fields: {
    title: 'Title',
    summary: 'Summary',
    author: 'Author',
    source: 'Source',
    body: 'Text (Markdown)',
    weibo: 'Weibo text (made by itself if empty)',
  },
  files: 'Files',
  upload: 'Upload a text in Word (docx), pictures, attachments or a whole bundle (zip)',
  uploadNote:
    'A Word file fills in title, text, tables and pictures, and is saved for you to look at; the title in the file counts, and need not be typed.',
  noTitle: 'Write a title, or upload the file that has it',
  titleCounts: (counts, typed) =>
    `The title in the file counts: “${counts}”. “${typed}”, from the form, was not used`,
  word: {
    look: 'This text comes from a Word file: compare title, text, tables and pictures with it, then look at the preview',
    old: (name) => `“${name}” is of an old format that cannot be read`,
    oldHow: 'Open it in Word or WPS, save it as docx, and upload that',
    two: (one, other) => `One text at a time: choose “${one}” or “${other}”`,
    unread: (name) => `“${name}” is no Word file (docx), or is damaged or has a password`,
    unreadHow: 'Open it in Word or WPS, take the password off, save it as docx, and upload that',
    heavy: (name) => `“${name}” is too large to be read`,
    heavyHow: 'Compress its pictures in Word, or upload pictures and long tables beside it',
    hidden: (name) =>
      `“${name}” has hidden text, which a web page would show: nothing of it was taken`,
    hiddenHow:
      'Show hidden text in Word (Home → Show/Hide), delete it or make it ordinary text, and upload it again',
    left: {
      picture: (count) =>
        `Not taken: ${count} picture(s) of a kind that browsers do not show. Save them as png and upload those`,
      chart: (count) =>
        `Not taken: ${count} chart(s) drawn in Word. Save them as pictures and upload those, or upload series.csv`,
      formula: (count) =>
        `Not taken: ${count} formula(s). Upload them as pictures, or write them in words`,
      object: (count) =>
        `Not taken: ${count} embedded object(s), such as a worksheet. Make them tables in Word, or upload them as attachments`,
      drawing: (count) =>
        `Not taken: ${count} group(s) of shapes. Save each as one png picture, and upload those`,
      struck: (count) =>
        `${count} double strike-through(s) are gone, and what was struck reads like the rest: delete it`,
      words: (count, sample) =>
        `Words that were not taken, at ${count} place(s) (frames, fields, phonetic guides), such as “${sample}”: write them in`,
      numbering: () =>
        'Numbers that Word counts by itself (一、, （一）) have become 1. 2. 3., and are gone before headings: write them in',
      changes: () =>
        'There are tracked changes; the text is as if all were accepted: see whether it is what you mean',
      comments: () => 'Comments were not taken',
    },
  },
  remove: 'Remove',
  saved: 'The content is saved.',
  savedFlawed: 'The content is saved, but something is wrong with it:',
  badName: (name) => `The file name “${name}” cannot be used`,
  badNameHow:
    'Make it shorter (180 bytes at the most), without / \\ : * ? " < > | # %, and without a dot, space or tilde at either end',
  badZip: 'This archive cannot be opened',
  versions: 'Versions before',
  wrongKind: 'These files cannot be taken:',
  version: (time, digest, by) =>
    `${by === undefined ? '' : `by ${by}, `}in use until ${time} (${digest})`,
  restore: 'Bring this one back',
  unknownVersion: 'There is no such version',
  publicNotice:
    'This release is public. Saving content does not change the public page; to change that, save and then use “Correct”.',
  noText: 'There is no text: write release.md, or fill in the form below',
  changed: (person, time) =>
    `Not saved: since you opened this, ${person ?? 'somebody'} changed the content${time === undefined ? '' : ` at ${time}`}`,
  changedHow:
    'Below is what is there now, then what you wrote. Bring the two together; “Save” then replaces what is there now',
  baseMissing: 'This page is too old: open the content again and save then',
  yours: 'What you wrote',
  there: 'There now',
  outNow: (due, where) =>
    `It was due at ${due}: once saved it is public within seconds on ${where}`,
  outNowHow:
    'Press “Save all the same” if this is what the public shall read; if it is not finished, press “Hold” on its page first',
  voids: (people, left) =>
    left === undefined
      ? `Not saved: saving makes the approvals by ${people} void. It is past its time, and does not come out before it is approved anew`
      : `Not saved: saving makes the approvals by ${people} void. It is due in ${left}; without new approvals by then it does not come out`,
  voidsHow:
    'Left as it is, the approved version comes out. To change it all the same choose “Save all the same”, and have it approved anew',
  saveAnyway: 'Save all the same',
  tooLargeToShow:
    'this text is too long for the desk to show: make it shorter and upload release.md again',
  notSaved: 'Not saved. What you filled in is still below',
  uploadAgain: 'A browser does not keep the files that were chosen: choose them again',
};
