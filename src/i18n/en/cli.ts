// What commands say, in English.
import type { CliWords } from '../zh/cli.ts';
import { enLog } from './log.ts';

export const enCli: CliWords = {
  hint: 'What to do: ',
  noConfig: (path) => `there is no configuration file ${path}`,
  configWrong: (path) => `the configuration file ${path} is wrong`,
  secretsMissing: (count) =>
    count === 1 ? 'a secret is missing:' : `${count} secrets are missing:`,
  secretHow(running, path, names) {
    const then = {
      systemd: ', then systemctl restart banli',
      container: ' (the .env beside compose.yaml), then docker compose up -d',
      'by hand': `, then chmod 600 ${path}`,
    };
    return `write ${names.length > 1 ? 'a line for each' : 'a line'} into ${path}, as ${names[0] ?? ''}=…${then[running]}`;
  },
  secretFileHow: (paths) =>
    `write the secret into the file ${paths.join(', ')}, readable by Banli's account alone (mode 600)`,
  badEmblem: (path, why) =>
    `site.theme.emblem: ${path} is no picture that can be used${why ? ` (${why})` : ''}`,
  badEmblemHow:
    'a png, jpg or gif of 1 MB at the most; paths begin at the folder that config/ is in',
  openSecrets: (path) => `other accounts can read the file of secrets ${path}; it is not used`,
  portInUse: (port) => `port ${port} is in use`,
  portHow: 'another Banli may be running; otherwise change site.port in config/banli.yaml',
  ready: (url) => `Banli is running.\n  public calendar ${url}\n  desk            ${url}desk/`,
  webReady: (url) => `The public calendar is served: ${url}`,
  samplePlan: (year) =>
    `· The plan for ${year} is still an example (sample: true): nobody was promised anything, and dates move without words. Remove that line once it is yours, or make a plan from your table under “Plan” at the desk`,
  weibo: {
    none: 'no Weibo channel is configured',
    several: 'there are several Weibo channels: say which',
    noApp: 'this channel has no app, so it cannot be authorised',
    noAppHow:
      "write app: { key, secret } into the channel in banli.yaml (your app at Weibo's open platform)",
    open: 'Open this address in a browser, sign in with the account that is to post, and agree:',
    paste: (redirect) =>
      `The browser is then led to ${redirect}. It does not matter if that page cannot be shown: paste the whole address (or the code after code=) here, and press Enter:`,
    noCode: 'no code was read, or it is not of this authorisation',
    notGranted: (why) => `Weibo gave no token: ${why}`,
    notGrantedHow: (redirect) =>
      `a code is good once and for a few minutes; the call-back address of the app at Weibo has to be ${redirect}`,
    otherAccount: (before, now) =>
      `another account was authorised: before it was ${before}, now ${now}. Nothing was kept`,
    kept: (account, until) =>
      `✓ authorised: account ${account}, until ${until}. Every process uses it at once; a copy lies in var/watchdog/tokens, for this user alone`,
    lifetimes:
      "· Weibo says how long a token lasts: years for the app owner's own account, mostly 30 days for a reviewed app, one day for one that is not reviewed. It cannot be renewed by itself: authorise again before it ends",
  },
  channelNote: (channel, what) => `· ${channel}: ${what}`,
  stillSample:
    '· Bureau and address are still the sample’s: fill them in under “Settings” at the desk (or change config/banli.yaml)',
  nobodyMaySignIn:
    '· Nobody may sign in at the desk yet. A one-time link for the first person: npx banli people invite wang --display "Wang Min" in another window',
  invitedAtSample: (port) =>
    `· The site’s address is not set yet (site.publicUrl is the sample’s), so the link has this machine’s own and opens on this machine alone. Without a domain, write publicUrl: http://127.0.0.1:${port}/ into config/banli.yaml`,
  invitedAsleep:
    '· Banli is not running, and the link leads nowhere yet: start it first (npx banli start)',
  nobodyHears:
    '· Neither mail nor people are configured: nobody would hear of a missed release. Fill them in under “Settings” at the desk, or write them into config/banli.yaml; a test letter: npx banli alerts test',
  stopped: 'Banli has stopped.',
  part: (name) =>
    ({
      engine: 'the process that publishes',
      web: 'the process of site and desk',
      watchdog: 'the watchdog',
    })[name] ?? name,
  partEnded(name, why, waitMs) {
    return `Unexpected end of ${this.part(name)} (${why}); it is started again in ${Math.round(waitMs / 1000)} s.`;
  },
  partHung(name) {
    return `No sign of life from ${this.part(name)}: it was killed.`;
  },
  partsRestart: 'Settings changed: the desk asked for everything to be started anew.',
  loopHeld: (seconds, what, isBusy) => [
    'The process that publishes stood still',
    `For ${seconds} s the process that publishes got nothing done; a release due in that time came out as much later. ${
      isBusy
        ? `It was busy with: ${what || 'unknown'}. If this happens again, hand this mail to whoever looks after the software.`
        : 'The machine had no time for it: it was overloaded, or paused. See what else runs on it.'
    }`,
  ],
  planMended: 'The plan files are right again, and in force.',
  planKept: 'The plan files are wrong; the plan before them goes on:',
  planNone: 'there is no usable plan: mend these errors first',
  planApplied: (changes) =>
    changes === 0 ? 'the plan has not changed' : `the plan is in force, ${changes} change(s)`,
  notCompared:
    'Redis cannot be reached (is the service running?), so the plan was not compared with the one in force: whether moved, cancelled or removed releases have their words is seen when it is applied.',
  noChanges: 'No changes.',
  wouldChange: (counts) => `In force, this would be: ${counts}.`,
  dateChange: (at, kind, from, to, promised, reason) =>
    `${at} ${kind}: ${from}${from === to ? '' : ` → ${to}`}${promised ? '' : ' (not announced as a firm date then)'}${reason ? `; reason: ${reason}` : ''}`,
  usage(code, what) {
    switch (code) {
      case 'commander.missingMandatoryOptionValue':
        return `the option ${what} is needed`;
      case 'commander.missingArgument':
        return `its ${what} is missing`;
      case 'commander.optionMissingArgument':
        return `the option ${what} needs a value`;
      case 'commander.unknownOption':
        return `there is no option ${what}`;
      case 'commander.unknownCommand':
        return `there is no command ${what}`;
      case 'commander.excessArguments':
        return `too much: ${what}`;
      default:
        return `wrong usage: ${what}`;
    }
  },
  usageExample: (call) => `for example: npx banli ${call}`,
  missing: (what, call) => `${what}, for example: npx banli ${call}`,
  usageAlone: (call) => `this command is written npx banli ${call}`,
  notCount: (option, text) => `${option} takes a number, such as ${option} 50; “${text}” is none`,
  usageHow: (near) =>
    near
      ? `did you mean ${near}?`
      : 'npx banli --help lists the commands; --help after a command says how it is used',
  columns: {
    due: 'due',
    release: 'release',
    name: 'name',
    status: 'status',
    channels: 'channels',
    channel: 'channel',
    reason: 'reason',
    time: 'time',
    event: 'event',
    subject: 'subject',
    actor: 'by',
    detail: 'detail',
  },
  nothingThere: 'Nothing matches.',
  unknownRelease: (id) => `there is no release ${id}`,
  unknownReleaseHow: (near) =>
    near ? `did you mean ${near}?` : 'npx banli plan show lists them all',
  noneDue: {
    days: (days) => `Nothing is due within ${days} days. `,
    next: (due, name, id) => `Next: ${due}, ${name} (${id}).`,
    nothing:
      'The plan has nothing that is still to come. For the next year: npx banli plan year YEAR',
    noPlan: 'There is no usable plan: npx banli plan check says why.',
    notInForce: 'The plan is not in force yet: it is once Banli runs (npx banli start).',
  },
  onlyIndicator: (id) => `${id} is an indicator: say which of its releases`,
  noChannel: (id) => `there is no channel ${id}`,
  channelAs: (id, name) => `${id} (${name})`,
  channelsThere: (near, all) =>
    `${near === undefined ? '' : `did you mean ${near}? `}${all.length === 0 ? 'there is none at all' : `there are: ${all.join(', ')}`}`,
  unknownChannel: (id) => `this release has no channel ${id}`,
  badDate: (text) => `"${text}" is no date; write it as 2026-04-17`,
  badYear: (text) => `"${text}" is no year; write it as 2027`,
  notRunning: 'Banli is not running; noted, and done when it starts.',
  neverEarly: (due) => `it is not due before ${due} and cannot be published early`,
  neverEarlyHow: 'to bring it forward, change its date in the plan, with was and reason',
  outcome: (name, said) => `${name}, ${said}`,
  skipped: (id, state) => `${id}: ${state}, left as it is`,
  mayApprove: (names) =>
    names.length > 0
      ? `who may: ${names.join(', ')}`
      : 'nobody may yet; add somebody: npx banli people invite',
  approvedWhat: (title, digest) => `approved text: ${title} (digest ${digest}…)`,
  approved: (id, count) => `${id}: approval noted, ${count} in all`,
  contentWrong: 'the content is wrong and cannot be approved:',
  why: {
    rule: (rule, day) => `the rule ${rule} gives ${day}`,
    moved: (from, to, name) =>
      `${from} is no working day${name ? ` (${name})` : ''}, moved to ${to}`,
    counted: (rule, day) => `counting working days by ${rule} gives ${day}`,
    follows: (id, due, after) => `the interpretation follows ${id} (${due}) after ${after}`,
    other: (id, day) => `as ${id}: ${day}`,
    exception: (day, reason) => `dates says ${day}${reason ? ` (${reason})` : ''}, which wins`,
    combined: (whole, day) => `part of ${whole}: ${day}`,
    result: (due, status) => `→ ${due}, ${status}`,
  },
  log: enLog,
  noLog: (folder) => `There is no log in ${folder} yet.`,
  doctor: {
    site: 'public address',
    siteReached: (url) => `${url} answers`,
    siteUnreached: (url, why) =>
      `${url} does not answer (${['ENOTFOUND', 'EAI_AGAIN'].includes(why) ? 'no such host' : why}): look at site.publicUrl in config/banli.yaml, at DNS and nginx; without a domain write http://127.0.0.1:8040/; it is so as well while the service is not running`,
    ok: 'ok',
    bad: 'WRONG',
    note: 'note',
    skip: 'skipped',
    plan: 'plan',
    redis: 'Redis',
    clock: 'clock',
    folders: 'folders',
    mail: 'mail',
    content: 'content',
    secrets: 'secrets',
    withoutSecret: 'its secret is missing: not looked at',
    cannotTry: 'this channel has no drafts to try it with',
    tryTitle: 'A trial of Banli',
    tryText: 'This draft is a trial: it will not be public, and is deleted at once.',
    tried: (call, said) => `tried ${call}, and was answered: ${said}`,
    channel: (name) => `channel ${name}`,
    clockOff: (ms, other) => `${Math.round(ms)} ms off ${other}`,
    channelClock: (name) => `${name}'s clock`,
    redisClock: "Redis's clock",
    contentMissing: (id, due) => `${id} (${due}) has no content yet`,
    writable: (path) => `${path} can be written`,
    desk: 'desk',
    deskSharesHost:
      'it shares the host of the public site; a host of its own (desk.publicUrl) keeps it out of reach of any file that is published',
    deskOnSite: (site) =>
      `/desk/ still answers at the public site ${site}: does nginx pass the host on (proxy_set_header Host $host)?`,
    deskApart: (at) => `answers at ${at} alone`,
    deskUnreached: (at, status) =>
      `${at}desk/ cannot be reached from here${status === undefined ? '' : ` (${status})`}: as it should be where it is for the inner network alone; otherwise look at DNS and nginx`,
    readableByAll: (path) =>
      `any account of this machine can read ${path}, which has texts that are not public yet: run chmod o-rwx ${path}`,
    notWritable: (path) => `${path} cannot be written`,
    noMail: 'mail is not configured: nobody would be told of a missed release',
    mailOk: (host) => `logged in at ${host}`,
    releases: (count) => `${count} releases`,
    allReady: 'the content due in the next seven days is there',
    redisOk: (version) => `version ${version}, safe settings`,
  },
  sandbox: {
    badPort: (port) => `“${port}” is no port`,
    badPortHow: 'a whole number from 0 to 65530, for example --port 8100; 0 takes free ones',
    portHow:
      'another sandbox may be running; for other ports: npx banli sandbox --port 0 (any that are free)',
    robots: 'robots and webhooks',
    started: 'The sandbox runs (on this machine only):',
    page: 'what each channel shows (open it in a browser)',
    intoYaml:
      'For practice put these in the place of channels, mail and people in config/banli.yaml (keep a copy of it), with http://127.0.0.1:8040/ as site.publicUrl:',
    intoEnv:
      'These lines go into .env beside config/ (make it where there is none, then chmod 600 .env):',
    thenStart:
      'Then run npx banli start in another window. Releases and letters go to the sandbox alone.',
    stop: 'Ctrl-C ends it',
    title: 'Banli sandbox',
    lead: 'Stand-ins for the channels: what a reader can see now, and since when.',
    messages: 'Robots and webhooks',
    inbox: 'Inbox',
    empty: 'Nothing yet.',
    since: 'public since',
    times: (n) => `became public ${n} times`,
    withdrawn: 'withdrawn',
    calls: 'Latest calls',
    names: {
      wechat: 'WeChat',
      weibo: 'Weibo',
      catalogue: 'Government catalogue',
      wordpress: 'WordPress',
    },
  },
  demo: {
    desk: (url, name, password) => `Desk  ${url}  name ${name}, password ${password}`,
    starting:
      "Banli demo: a year's release plan; the releases due within the next minute publish themselves before your eyes.",
    open: 'Open:',
    site: 'public calendar',
    inbox: 'sandbox (WeChat, Weibo, catalogue, inbox)',
    published: 'public',
    mail: 'mail',
    restarted: 'the service ended unexpectedly and was started again',
    done: 'The demo is done.',
    stay: 'The demo goes on; Ctrl-C ends it.',
    expected: (id) => `${id} has no content and will be missed`,
    refused: (id) => `${id} will be refused by WeChat's audit`,
    wrong: 'Not as expected: ',
    waiting: 'waiting',
    early: 'EARLY!',
    at: 'due',
  },
};
