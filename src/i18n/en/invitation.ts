// What invitations and their page say, in English.
import type { InvitationWords } from '../zh/invitation.ts';

export const enInvitation: InvitationWords = {
  title: 'Welcome to the Banli desk',
  lead: (display, name) =>
    `Welcome${display === name ? '' : `, ${display}`}. You sign in as ${name}. Please choose a password that only you know.`,
  rule: 'Not only a name, a date or a common word.',
  display: 'Your name (as letters and pages have it)',
  submit: 'Set the password and go to the desk',
  twice: 'Once more',
  differs: 'The two passwords differ',
  over: 'This link was used already, is older than 24 hours, or was replaced by another',
  overHow:
    'If you have chosen a password, sign in (/desk/); else ask an administrator for another one (People); where none can sign in: npx banli people invite NAME on the server',
  withFactor: 'The password is set. Please sign in with it and your code.',
  send: 'Send another invitation link',
  sendLead:
    'Somebody forgot their password: they choose a new one by the link. It is good once, for 24 hours; the old password ends when the link is used.',
  made: (name) => `Hand this link to ${name} (good once, for 24 hours; shown only now):`,
  noPassword: 'Without a password an invitation link is made, and they choose their own',
};
