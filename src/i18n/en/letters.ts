// What letters to operators say, in English. The Chinese in i18n/zh/letters.ts is the model.
import type { LetterWords, Next } from '../zh/letters.ts';

const NEXT: Readonly<Record<Next, string>> = {
  done: 'It is public; you need do nothing.',
  'waits-for-content':
    'Banli waits for the content and prepares it as soon as it is there; inside the window it is published at once.',
  'waits-for-approval': 'Banli waits for the approvals and then prepares it.',
  'tries-again': 'Banli tries again by itself until the window ends.',
  looks: 'Banli is asking the channel and sends nothing again before it knows.',
  'looks-later':
    'It was sent, and you need not send it again; Banli looks at it then, and you may look at the channel now.',
  'follows-website': 'Banli goes on by itself once the website is out.',
  nothing: 'Banli will not send it by itself: it waits for you.',
  asks: 'Banli sends nothing again before you have said whether it is public.',
  'take-down': 'Take it down on the channel at once.',
  'put-back':
    'Put it back into the plan; to move or cancel it, write the old date (was) and why (reason).',
  'look-into': 'Banli has found no cause: look at where it stands.',
};

export const enLetters: LetterWords = {
  missedHead: (title, id) => `Not published in time: ${title} (${id})`,
  lateHead: (title, id) => `Published late: ${title} (${id}), public now`,
  riskHead: (title, id) => `Will be missed: ${title} (${id})`,
  sentHead: (title, id) => `Sent, and not to be checked yet: ${title} (${id})`,
  sentMany: (title, count) => `Sent, and not to be checked yet: ${title} and ${count - 1} more`,
  missedMany: (title, count, where) =>
    `Not published in time: ${title} and ${count - 1} more${where ? ` (${where})` : ''}`,
  lateMany: (title, count) => `Published late: ${title} and ${count - 1} more, public now`,
  riskMany: (title, count, where) =>
    `Will be missed: ${title} and ${count - 1} more${where ? ` (${where})` : ''}`,
  earlyHead: (title, id) => `Public too early: ${title} (${id}) is not due yet`,
  earlyMany: (title, count) => `Public too early: ${title} and ${count - 1} more are not due yet`,
  earlyReason: 'published too early',
  goneHead: (title, id) => `Announced, and gone from the plan: ${title} (${id})`,
  goneMany: (title, count) => `Announced, and gone from the plan: ${title} and ${count - 1} more`,
  vanishedHead: (title, id) => `Was public, and is not any more: ${title} (${id})`,
  vanishedMany: (title, count) => `Was public, and is not any more: ${title} and ${count - 1} more`,
  atRisk: (line) => `${line} (not due yet, may be late)`,
  settleHow:
    'Look at the channel first, then say on the page of this release at the desk whether it is public; if not, Banli publishes it.',
  rebornHead: (how) =>
    how === 'restored'
      ? 'The ledger was restored from a backup'
      : how === 'rolled-back'
        ? 'The ledger has gone back to an earlier state'
        : 'The ledger is new',
  rebornFact: (count) =>
    count === 0
      ? 'Nothing was due before that; you need do nothing.'
      : `${count} publication(s) were due before that, and Banli does not know whether they are public. It only looks them up and sends none by itself; what it finds is noted, what it does not find stands below and waits for you.`,
  rebornNotice: (count) =>
    count === 0
      ? 'The ledger is empty, and is made again by the plan; what was due before is only looked up, and nothing of it is sent by itself.'
      : `${count} publications were due before that, and Banli does not know whether they are public. It only looks them up and sends none of them by itself; what it cannot find is told in a letter of its own.`,
  rebornName: 'the ledger',
  engineHead: (span) => `Banli stood still for ${span}`,
  engineFact: (host, during) =>
    `The process on ${host} that publishes did nothing for a while; what was due then comes late.${during ? ` It was at: ${during}.` : ''} Most often the machine was too busy, short of memory, or suspended.`,
  engineName: 'a pause of the process that publishes',
  overHead: (title) => `Over: ${title}`,
  escalatedHead: (head) => `[nobody answered] ${head}`,
  escalatedFact: (span, before) =>
    `${before} was told ${span} ago and nobody has answered, so you are told too.`,
  planHead: 'The release plan has mistakes and was not applied',
  planName: 'Release plan',
  planFact:
    'The change has no effect; the plan before it goes on. It takes effect once it is mended and saved, under Plan at the desk:',
  several: (count, over) => (over ? `${count} incidents are over` : `${count} things need you`),
  andMore: (count) => `… and ${count} more`,
  what: (name) => `What: ${name}`,
  due: (due) => `Due: ${due}`,
  late: (span) => `Late by: ${span}`,
  left: (span) => `Due in: ${span}`,
  part: (channels, why) => `${channels.join(', ')}: ${why}`,
  release: (name, due, part) => `${name}, ${due}, ${part}`,
  named: (name, id) => `${name} (${id})`,
  next: (next) => NEXT[next],
  channelHead: (channel, why) => `${channel} needs you: ${why}`,
  channelFact: 'No release is affected yet; if nothing is done the next one may be missed.',
  tokenEnds: (at) =>
    `its authorisation ends on ${at}, before the last release of the next two weeks`,
  tokenHow:
    'Authorise again and put the new secret where the configuration says; Banli looks again every ten minutes.',
  clockHead: (host) => `clock off: ${host}`,
  clockFact: (span, behind) =>
    `the clock of this machine and that of Redis are ${span} apart (it is ${behind ? 'slow' : 'fast'}). Banli waits until both have reached the due instant: never early, but late.`,
  clockHow: 'Turn on time synchronisation on that machine (for example timedatectl set-ntp true).',
  clockName: (host) => `the clock of ${host}`,
  quotaHead: (channel, span, count) =>
    `${channel} takes fewer than the plan has: ${count} in ${span}`,
  quotaFact: (channel, per, most) =>
    `${channel} takes at most ${most} a ${per}. The rest will be refused then: change the plan, move some, or leave the channel out.`,
  quotaName: (channel, span) => `${channel} in ${span}`,
  planEndsHead: (last, next) => `The plan of ${last} ends soon and there is none for ${next}`,
  planEndsFact:
    "Without it next year's releases have no dates, and nobody is reminded. Bring the table of the next year at the desk, or have one made by this year's rules.",
  planEndsName: (next) => `the plan of ${next}`,
  mailHead: (way) => `letters cannot be sent: ${way}`,
  mailFact: (error) => `Banli goes on trying and loses none. The other side said: ${error}`,
  refusedHead: (address) => `an address is refused: ${address}`,
  refusedFact: (error) =>
    `Other addresses are served; this one is tried again every hour. Check it. The other side said: ${error}`,
  serviceHead: (hung) =>
    hung ? 'the Banli service does not react' : 'the Banli service is not running',
  serviceFact: (span) =>
    `The watchdog has seen no sign of life for ${span}. Nothing is published until it is back. Look at the server and start it again.`,
  serviceName: 'the Banli service',
  redisHead: 'Redis cannot be reached',
  redisFact: (why) =>
    `The watchdog cannot reach Redis (${why}). Banli publishes nothing meanwhile, so that nothing comes out twice.`,
  redisName: 'Redis',
  diskHead: (left) => `the disk is nearly full: ${left} left`,
  diskFact: (path) =>
    `The disk of ${path} is nearly full. Once it is, nothing can be published or noted. Make room.`,
  diskName: 'disk space',
  joinedHead: 'Channels joined releases that are out: nothing is sent there by itself',
  joinedFact: (each, more) =>
    `The plan has added channels to releases whose time is past: ${each.join('; ')}${more > 0 ? `; and ${more} more` : ''}. Banli sends nothing there by itself; to send it, press “Publish now” on the page of the release.`,
  siteRestoredHead: 'The public site was restored from the record',
  siteRestoredFact:
    'Files of the public site were lost or broken. Banli has made it again from its own record, and nothing came out early; of a page that cannot be found again another letter tells. Have a look at the disk and at what happened to var/site.',
  siteHead: 'the watchdog cannot see the public site',
  siteFact: (url, why) =>
    `${url} does not open (${why}). The public may not see it either; until it does, the watchdog cannot check releases.`,
  siteName: 'the public site',
  byHand: (name, channel, isWithdrawal, reason) => ({
    head: isWithdrawal
      ? `take it down by hand on ${channel}: ${name}`
      : `correct it by hand on ${channel}: ${name}`,
    facts: [
      isWithdrawal
        ? `${name} was withdrawn, and Banli could not take it down from ${channel}: the public may still see it${reason ? ` (reason: ${reason})` : ''}.`
        : `${name} was corrected, and no program can replace the old text on ${channel}${reason ? ` (reason: ${reason})` : ''}.`,
      'When it is done, press "done by hand" on the page of this release at the desk, and this is over.',
    ],
  }),
  otherwise: (name, channel, due) => ({
    head: `public, and the plan says otherwise: ${name}`,
    facts: [
      `${name} is public on ${channel}, and the plan says ${due === undefined ? 'that it is cancelled' : `that it comes out ${due}`}. It was probably changed before anybody knew that it was out.`,
      'Put the date in the plan back as it was; or withdraw it at the desk, if it should not be public.',
    ],
  }),
  settledHead: (moved, confirmed) =>
    `Working days were updated: ${moved > 0 ? `${moved} provisional date(s) moved` : 'no provisional date moved'}${confirmed > 0 ? `, ${confirmed} confirmed` : ''}`,
  settledFact:
    'The holiday notice of the State Council or config/workdays.yaml is new, so Banli worked out the provisional dates again. The public calendar shows them already; you need do nothing.',
  more: (count) => `… and ${count} more`,
  placeOf: (file) => `the text belongs into ${file}`,
  staff: (each) => `For whoever looks after the server: ${each.join('; ')}`,
  lasted: (span) => `It lasted: ${span}`,
  missedFor: (span) => `Of it missed: ${span}`,
  concerned: 'It concerned:',
  number: (id, by) => `Incident ${id}${by ? `, in the hands of ${by}` : ''}`,
  pages: {
    write: 'Write the text',
    mend: 'Mend the text',
    approve: 'Approve',
    settle: 'Say whether it is public',
    release: 'See this release',
    today: 'See all',
    plan: 'See the plan',
    table: 'Bring the table of the next year',
    channels: 'See the channels',
    settings: 'See the settings',
    of: (label, name) => `${label}: ${name}`,
  },
  acts: { acknowledge: 'I look after it', publish: 'Publish now', hold: 'Hold' },
  actsHow: (span) => `The buttons are good for ${span}, once each; a page asks you to confirm.`,
  foot: 'Sent by Banli. One mail when an incident opens, one when it is over; no mail means that all is well.',
  reportFoot:
    'Sent by Banli. In quiet times there are only regular mails like this; trouble has its own.',

  weekHead: (from, to) => `The week ahead: ${from} to ${to}`,
  weekNone: 'Nothing is due this week.',
  weekMissing: (count) => `${count} of them are not ready:`,
  weekReady: 'All is ready; you need do nothing.',
  ready: 'ready',
  done: 'published',
  notReady: (why) => `not ready: ${why}`,
  openIncidents: (count) => `${count} incident(s) are still open:`,

  monthHead: (month) => `Looking back at ${month}`,
  monthNone: 'Nothing was due this month.',
  monthFact: (all, onTime) =>
    all === onTime
      ? `All ${all} publications were on time.`
      : `${onTime} of ${all} publications were on time.`,
  monthColumns: {
    channel: 'Channel',
    all: 'Due',
    onTime: 'On time',
    late: 'Late',
    missing: 'Missing',
    worst: 'Latest',
  },
  monthIncidents: (count) => (count === 0 ? 'There was no incident.' : `${count} incident(s):`),
  monthIncident: (at, what, span) => `${at} ${what}${span ? `, lasted ${span}` : ', not over yet'}`,
  kinds: {
    release: 'release',
    unready: 'content not ready',
    channel: 'channel',
    stuck: 'nothing published',
    late: 'published late',
    promise: 'promise not kept',
    early: 'public too early',
    'ledger-reborn': 'ledger new or restored',
    engine: 'process stood still',
    plan: 'plan with mistakes',
    clock: 'clock off',
    quota: 'quota too small',
    'plan-ends': 'no next plan',
    'by-hand': 'to be done by hand',
    otherwise: 'public other than planned',
    mail: 'letters not sent',
    service: 'service not running',
    redis: 'Redis not reachable',
    disk: 'disk nearly full',
    site: 'site not to be seen',
  },

  receiptHead: (title, count) => `Published: ${title}${count > 1 ? ` and ${count - 1} more` : ''}`,
  receiptLine: (channel, at, url) => `${channel}: ${at}${url ? ` ${url}` : ''}`,

  testHead: 'A test: letters of Banli reach you',
  testFact: (name, way) =>
    `This is a test for ${name} by ${way}. Having it, you will know of trouble. No answer is needed.`,
  watchdog: 'watchdog',
};
