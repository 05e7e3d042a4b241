// What `banli plan announce` says, and the notice that it writes, in English.
import type { AnnounceWords } from '../zh/announce.ts';

export const enAnnounce: AnnounceWords = {
  noneHow: (year) =>
    `first run npx banli plan year ${year}, or npx banli plan new --from-calendar table.xlsx --out config/plan/${year}.yaml`,
  past: (on) => `${on} is past: nothing can be announced then`,
  dayOff: (on, weekday, name) =>
    `Note: ${on} is a ${weekday}${name === undefined ? '' : ` (${name})`} and no working day.`,
  unknownBefore: (on, count) =>
    `Note: ${count === 1 ? 'one release is' : `${count} releases are`} due before ${on}, and the public would not know of ${count === 1 ? 'its date' : 'their dates'} by then. A plan is usually announced before its year begins.`,
  dayOffHow: ' For another one use --on; the year’s table will say that day.',
  sample: (year) => `the plan of ${year} is still the example (sample: true), and is not announced`,
  tooNear: (due) => `the notice would be due at ${due}, nearer than its lead`,
  already: (year) => `the plan of ${year} was announced, or its notice is planned`,
  alreadyHow: (id) =>
    `see npx banli status ${id}; another day is written into that notice and \`announced\``,
  errorsHow:
    'Nothing was changed. Where the day is nearer than the lead, choose a later one with --on, three days from now for example.',
  notice: (title, year) =>
    title.includes(String(year))
      ? `Announcement: ${title}`
      : `Announcement of the release plan ${year}`,
  would: (year, on, name, due) =>
    `This would make the plan of ${year} public from ${on} on, and publish the notice “${name}” at ${due} with the year’s table; .xlsx and .docx (.pdf where LibreOffice is) for the office. Nothing was changed.`,
  done: (year, on, name, due) =>
    `The plan of ${year} is public from ${on} on; the notice “${name}” is due at ${due}. Its text is written and can be changed at the desk until then.`,
  file: (year) => `calendar-${year}`,
  noPdf:
    'No .pdf: this machine has no LibreOffice (apt install libreoffice-writer); or open the .docx and save it as one.',
  text: ({ name, year, on, title, table, files }) => `---
title: ${JSON.stringify(name)}
summary: ${JSON.stringify(`Dates and times of the main statistical releases of ${year}, announced on ${on}.`)}
---

${title} is announced as follows. Should a date change, that will be announced before, with the reason.

${table}

Attached: ${files.map((file) => `[${file}](${file})`).join(', ')}
`,
};
