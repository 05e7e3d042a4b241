// The pages that links in mails lead to, in English, and the commands about incidents. The Chinese
// in i18n/zh/acts.ts is the model.
import type { ActWords } from '../zh/acts.ts';

const MAIL_TROUBLE: readonly (readonly [said: RegExp, meaning: string])[] = [
  [/STARTTLS/i, 'the server does not encrypt in this way: choose another one under Settings'],
  [/wrong version number|packet length too long/i, 'port and encryption do not go together'],
  [/Invalid login|EAUTH|\b535\b|authentication/i, 'wrong user name or password'],
  [/ENOTFOUND|EAI_AGAIN|EDNS/, 'there is no such mail server'],
  [/ECONNREFUSED/, 'the mail server does not answer: look at the port'],
  [/timeout|ETIMEDOUT|Greeting never received/i, 'no answer: look at port and firewall'],
  [/certificate|self.signed/i, 'the certificate of the mail server is not trusted'],
  [/\b55[0-4]\b|^refused: /, 'the mail server does not take this address'],
];

export const enActs: ActWords = {
  titles: {
    acknowledge: 'Confirm: I look after it',
    publish: 'Confirm: publish now',
    retry: 'Confirm: try again',
    hold: 'Confirm: hold',
    done: 'Confirm: I have published it',
  },
  willAcknowledge:
    'Once you confirm, Banli asks nobody else; you will still be told when it is over.',
  willPublish:
    'Once you confirm, Banli publishes these at once. What is public is not sent again; nothing comes out before its time.',
  willHold:
    'Once you confirm, these will not be published when they are due, until somebody runs npx banli retry.',
  willDone:
    'Once you confirm, these count as public from now on, and your address or note is the receipt. Publish first, then confirm.',
  notDone: 'Not done',
  nothing: 'There is nothing to do: they are public, on their way, or held already.',
  publication: (name, id, due, channels) => `${name} (${id}), ${due}: ${channels.join(', ')}`,
  as: (person) => `as ${person}`,
  confirm: 'Confirm',
  done: 'Done',
  results: {
    'no-content': 'there is no text, or it is wrong: bring it in first',
    asked: 'under way; the result shows in a few seconds',
    'let-go': 'let go: it comes out when it is due',
    held: 'held',
    skipped: 'unchanged: it is public, on its way, or has another state by now',
    'too-early': 'unchanged: it is not due yet',
    unsettled:
      'nothing changed: it may be public already. Look at the channel, then say so with npx banli settle',
    settled: 'your word is noted',
  },
  acknowledged: (id) => `Incident ${id} is in your hands.`,
  invalid:
    'This link is not valid. Open it from the mail again, or run npx banli incidents on the server.',
  expired: 'This link is too old. Run npx banli incidents on the server.',
  used: 'This link has been used; nothing was done again.',
  over: 'This is over; nothing more is needed.',
  foot: 'Banli: this page is for whoever got the mail. Opening it changes nothing; only the button does.',

  none: 'No incident is open.',
  columns: {
    id: 'Id',
    since: 'Since',
    what: 'Incident',
    severity: 'Severity',
    by: 'In the hands of',
  },
  severities: { missed: 'missed', warning: 'warning' },
  waiting: 'over; told with the others of its mail',
  unknownIncident: (id) => `there is no open incident ${id}`,
  unknownIncidentHow: 'npx banli incidents shows them',
  testSent: (person, way) => `${person}, ${way}: sent`,
  testFailed: (person, way, why) => `${person}, ${way}: not sent: ${enActs.sendTrouble(why)}`,
  sendTrouble(why) {
    const meaning = MAIL_TROUBLE.find(([said]) => said.test(why))?.[1];
    return meaning === undefined ? why : `${meaning} (${why})`;
  },
  noPeople: 'there is nobody to tell',
  noPeopleHow: 'name mail and people in config/banli.yaml',
  watching: (site) => `The watchdog runs and looks at ${site}`,
  looked: (name) => `${name}: well`,
  found: (head) => `Wrong: ${head}`,
};
