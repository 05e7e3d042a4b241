// The first hour at an empty desk, step by step, in English.
import type { FirstHourWords } from '../zh/first-hour.ts';

export const enFirstHour: FirstHourWords = {
  title: 'Getting started',
  lead: (left) =>
    left === 0
      ? 'All is ready: releases come out on time.'
      : `${left} step${left === 1 ? '' : 's'} left. Each is ticked as it is done; after the first release this is shown no more.`,
  done: 'done',
  todo: 'to do',
  steps: {
    bureau: [
      'Name and address',
      'an administrator fills them in under “Settings”, with emblem, colour and official numbers',
    ],
    mail: [
      'Who hears of a miss',
      'an administrator fills in server, password and people under “Settings”; after the restart, a test letter under “Channels”',
    ],
    restart: [
      'Restart, for the new settings to be in force',
      'an administrator presses “Restart now” under “Settings”',
    ],
    channels: [
      'Whether channels work',
      'press “Ask now” for each under “Channels”; take those that you have not out of config/banli.yaml',
    ],
    plan: [
      'The year’s plan',
      'bring the table as it was announced: it is shown before it takes the place of the example. Or write it under “Plan”, and remove the line that says it is an example (sample: true)',
    ],
    people: ['Colleagues', 'add them under “People” and hand them their links'],
    text: [
      'The first text',
      'write the next one that is due under “Content”, and look at its preview',
    ],
  },
};
