// Why the desk does not do what somebody asks for, in English.
import type { zhDeskRefused } from '../zh/desk-refused.ts';

export const enDeskRefused: typeof zhDeskRefused = {
  title: 'This cannot be done',
  forbidden: 'Your role may not do this',
  forbiddenHow: 'ask an administrator for another role if you need it',
  tokensHow: 'Tokens are for the API (/api/v1) and open no page of the desk',
  uploads: 'A large upload is under way',
  uploadsHow: 'One of each person (above 4 MB) and three in all: try again when it has ended',
  secondFactor: 'A second factor has to be set up first',
  ownPassword: 'Your password was given to you by somebody: choose one of your own first',
  firstHow: 'do it under “My account” (/desk/me/), then go on',
  csrf: 'This request did not come from a page of Banli and was not carried out',
  csrfHow: 'go back, reload the page and try again',
  reasonMissing: 'A reason is missing',
  reasonMissingHow: 'say why in a sentence: the public reads it',
  doesNotFit: (operation) => `There is nothing to ${operation.toLowerCase()} now`,
  doesNotFitHow: 'the state may just have changed: reload the page',
  standsAs: (states) =>
    states.length === 0
      ? 'the ledger does not have it yet: start Banli first'
      : `look how it stands now: ${states.map(([channel, state]) => `${channel} ${state}`).join(', ')}`,
  notFound: 'There is no such page',
  notFoundHow:
    'The address may be mistyped, or the page has moved. Use the menu above, or go back to',
  tooLarge: 'This is too large',
  readOnly: (folder) =>
    `The service may not write to ${folder}; nothing was saved. Whoever runs the server has to allow it`,
  failed: 'Something went wrong and it was not done; it is in the log',
  busy: 'The same request is under way',
  digestMissing: 'It is not said which text is approved or put in the place of another',
  digestMissingHow:
    'look at the text on the page of its release and confirm there (programs send its digest)',
  oddCharacter: (field, name) =>
    `“${field}” has a character (${name}) that no page or mail can show`,
  oddCharacterHow: 'Delete it and type it anew',
  seenMissing: '`seen` is missing: the instant of the task (task.at of its publication)',
  taskChanged: 'What is to be done by hand has just changed: nothing was noted',
  taskChangedHow: 'Open the page again and look at what it is',
  textChanged: 'The text was changed after you had looked at it',
  textChangedHow: 'look at it as it is now, and decide then',
  allChannels: (operation) => `“${operation}” is not for one channel: leave the channel out`,
  otherRequest: 'This Idempotency-Key belongs to another request',
  signIn: 'Sign in first',
  wrongInput: 'Something is filled in wrongly',
};
