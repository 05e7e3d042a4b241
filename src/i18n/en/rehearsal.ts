// What a rehearsal says, in English.
import type { RehearsalWords } from '../zh/rehearsal.ts';

export const enRehearsal: RehearsalWords = {
  starting: (year, releases) =>
    `Rehearsing ${year}: ${releases} releases, in simulated time through the real code; the sandbox stands in for the channels, nothing leaves this machine.`,
  at: (day) => `rehearsing ${day}`,
  stopped: 'rehearsal stopped',
  nothing: (year) => `the plan of ${year} has no release`,
  out: (count, all, releases, seconds) =>
    `${releases} releases, ${all} publications (one a channel): ${count} came out; it took ${seconds.toFixed(1)} s.`,
  notOut: (count) => `${count} did not come out:`,
  late: (count) => `${count} came out after their grace:`,
  early: (count) => `${count} came out early (a fault of Banli, please report):`,
  doubled: (count) => `${count} came out more than once (a fault of Banli, please report):`,
  limits: (count) => `a channel's limit was hit ${count} time(s):`,
  missing: (count, asIs) =>
    asIs ? `${count} without content:` : `${count} without content (the rehearsal made some up):`,
  approvals: (count) => `${count} of them need approval; the rehearsal took it as given.`,
  mails: (count) => `${count} mail(s) would be sent:`,
  noMails: 'No mail would be sent: all is well.',
  noMailConfigured: 'Mind: no mail is configured, so in earnest nobody would get these.',
  failures: (count) => `the program failed ${count} time(s) (please report):`,
  sound: 'Verdict: everything would come out in time, and once.',
  unsound: 'Verdict: mend the above first.',
};
