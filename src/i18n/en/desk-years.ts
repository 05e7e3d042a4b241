// What the desk says of a whole year, in English: announced or not, made known, closed.
import type { DeskYearWords } from '../zh/desk-years.ts';

export const enDeskYears: DeskYearWords = {
  sample: 'This year’s plan is the example: the public sees its dates marked as one.',
  announced: (on) => `This year’s plan was announced on ${on}.`,
  notYet: (on) =>
    `This year’s plan is not announced yet: the public sees it from ${on} on. Until then nobody outside knows of a date that moves.`,
  closed: 'This year is in the archive, and is changed no more.',
  announce: 'Announce this year’s plan',
  notice: (due) => `The notice of it (due ${due}): its text and approval`,
  close: 'Close this year',
  download: (format) => `Download the table (${format})`,
  announceTitle: (year) => `Announce the plan of ${year}`,
  announceLead: (year) =>
    `From that day on the public sees every date of ${year}; whatever moves or is cancelled from then on needs a reason, which the public reads. A notice is written as well, with the year’s table in it and beside it, and comes out on that day.`,
  day: 'Day of announcement',
  time: 'Time of the notice',
  would: (year, on, name, due) =>
    `The plan of ${year} is public from ${on} on; “${name}” comes out at ${due} with the year’s table. Until then its text can be changed under Content.`,
  tooNearHow: 'choose a later day, three days from now for example',
  noPlanHow: 'bring the table of that year first, or run npx banli plan year on the server',
  announcedHow: (name) => `another day is written into the notice ${name} and \`announced\``,
  go: 'Announce',
  why: (year) => `announce the plan of ${year}`,
  announcedNow: (year, on) =>
    `The plan of ${year} is public from ${on} on. Its notice is written: open it below, read it, and have it approved where that is asked for`,
  closeTitle: (year) => `Close ${year}`,
  closeLead:
    'The plan of that year goes into the archive folder and is changed no more; public pages, punctuality and journal stay, and the public sees them as before.',
  ready: (count) => `All ${count} releases of that year have ended: it can be closed.`,
  toCome: (count) => `${count} are still to come; it cannot be closed yet:`,
  open: (count) =>
    `${count} have not ended; it cannot be closed yet. Open each and deal with it, or cancel it with a reason:`,
  closeWhy: (year) => `close ${year}`,
  closedNow: (year) => `${year} is closed`,
};
