// Words that several places use, in English: lengths of time, channels, reasons, flaws of content.
import type { State } from '../../ledger/states.ts';
import type { CommonWords } from '../zh/common.ts';
import { WECHAT_ANSWERS } from './wechat.ts';
import { WEIBO_ANSWERS } from './weibo.ts';

const STATES: Readonly<Record<State, string>> = {
  planned: 'to be prepared',
  staged: 'ready',
  armed: 'about to go out',
  releasing: 'being published',
  public: 'public',
  verified: 'public and checked',
  held: 'held for a person',
  doubtful: 'outcome unknown, being looked up',
  cancelled: 'cancelled',
  withdrawn: 'withdrawn',
  historical: 'before Banli',
};
const REASONS: Readonly<Record<string, string>> = {
  ...WECHAT_ANSWERS,
  ...WEIBO_ANSWERS,
  'content-missing': 'there is no content yet',
  'content-flawed': 'the content has mistakes',
  'content-refused': 'the content is not as this channel wants it',
  'approval-missing': 'approvals are missing',
  'published-late': 'public only after its grace',
  'too-late': 'found too late to be published by itself',
  withdrawn: 'withdrawn: it is not sent any more',
  'website-held': 'its website publication is held, so the others are',
  'website-late': 'the website is not out yet, the others wait for it',
  'parent-not-public': 'the release that it interprets is not public yet',
  'by-operator': 'by an operator',
  'cannot-tell': 'the channel cannot say whether it is public, so it is not sent again',
  'calls-used-up': 'it was sent three times in vain, and is not tried again by itself',
  vanished: 'the channel took it, but it does not show',
  'worker-died': 'the publishing process died; asking the channel',
  'worker-stale': 'the process stood still too long; not sent',
  'channel-failed': 'preparing the publication failed; trying again',
  'list-full': 'too many published articles to find it among',
  'nothing-to-look-for': 'nothing to look for it by',
  'wechat-status': 'WeChat answered with an unknown status',
  'said-by-person': 'a person said so',
  'no-answer': 'the channel did not answer',
  'http-status': 'the channel answered HTTP',
  'looked-at-later':
    'sent; the channel’s calls for looks are used up for today, and it is looked at again at',
  'no-lookup': 'this channel cannot be asked',
  'timeline-full': 'too many later posts to find it',
  'http-answer': 'the channel answered, but not whether it is public',
  ambiguous: 'several posts look alike, or too little of one is shown to tell whose it is',
  'site-render': 'the pages could not be made',
  'site-flip': 'the site could not be switched',
  'site-folder': 'something is wrong with the site folder',
  'disk-full': 'the disk is full',
  'wechat-original': "WeChat's originality check failed",
  'wechat-failed': 'WeChat could not publish it',
  'wechat-audit': "WeChat's audit refused it",
  'wechat-deleted': 'it was deleted on WeChat',
  'wechat-banned': 'it was banned on WeChat',
  'your-turn': 'your turn: publish it now, then press “I have published it”',
  'email-refused': 'nobody on the list took the letter',
  'email-sent': 'the letters are out and cannot be taken back; readers who have one',
  'email-way': 'the mail server cannot be used',
  'email-readers': 'readers',
  'email-slow': 'minutes until all have theirs',
  'wordpress-rights':
    'WordPress refuses it: user or application password wrong, or without the right to do it',
  'wordpress-taken': 'it is in WordPress already, and is not written over; there it is',
  'wordpress-status': 'WordPress did not do as asked; there it is',
  'wordpress-pictures-early':
    'pictures are in the library of WordPress before they are due: whoever knows the name can open them',
  'module-failed': 'the module of this channel failed',
  'served-by-hand': 'people publish there by hand',
  'wechat-not-pushed':
    'what mode: publish brings out has a lasting link, but is not pushed to followers and, as several users report, not listed on the account’s page; mode: mass pushes',
  unseen: 'not to be seen in public',
  unsettled: 'it is not known whether it is public; nothing is sent again by itself',
  'birth-not-found':
    'the ledger is new or restored, and the channel does not show this one: look at it, and say with npx banli settle whether it is public',
  'plan-changed': 'the plan has changed since it was prepared; it is prepared again',
  'approval-withdrawn': 'an approval was taken back or one is missing; it is not sent',
  'promise-open': 'the announced time has come and the public does not see it',
  'promise-gone': 'announced, and gone from the plan without a word of moving or cancelling it',
  'promise-vanished': 'was public, is not any more, and nobody is known to have withdrawn it',
  early: 'not due yet, and the public can see it',
  'cannot-look': 'the watchdog cannot see what is public on it',
  'channel-unknown': 'this channel is configured no more, so that Banli cannot reach it',
  'correct-unsupported': 'this channel cannot be corrected by a program',
  'site-unchanged': 'not public, or the same as before',
};
const FLAWS: Readonly<Record<string, string>> = {
  unreadable: 'this file cannot be read',
  'not-a-file': 'only plain files may stand in a bundle (no links, no folders)',
  'bundle-too-large': 'the bundle is too large',
  'content-too-heavy':
    'this takes more time or memory than is allowed: make it simpler (smaller tables, less nesting, another picture)',
  'weibo-text-long': 'weibo.txt has at most 2,000 characters; from this line on it is too long',
  'front-matter-long': 'what stands between the --- lines at the top is too long',
  'not-utf8': 'save it as UTF-8',
  'no-front-matter': 'it must begin with title and so on between --- lines',
  'front-matter': 'the lines at the top are wrong',
  'empty-body': 'there is no text',
  'not-a-picture': 'this is no usable picture (png, jpg, gif)',
  'picture-pixels':
    'the picture has too many pixels (60 million at the most) for a reader’s phone: make it smaller',
  'picture-large': 'the picture is larger than 20 MB: make it smaller',
  'not-what-it-says':
    'what is in the file is not what its name says: xlsx, pdf and csv must be such files, not only be called so (save it in that format)',
  'odd-character': 'there is a character that no page or mail can show: delete it and type it anew',
  'odd-name': 'the name of a file has a character that cannot be shown: rename it',
  'unknown-file':
    'no file of this kind can go out with a text (png, jpg, gif, xlsx, pdf and csv can)',
  'link-missing': 'the text leads to a file that is not in the folder',
  'picture-missing': 'the text shows a picture that is not in the folder',
  'wechat-url-long':
    'a WeChat article links to at most 1 kB: the release or the site has too long an address',
  'wechat-title-long': 'a WeChat title has at most 32 characters',
  'wechat-author-long': 'a WeChat author has at most 16 characters',
  'wechat-digest-long': 'a WeChat summary has at most 120 characters',
  'wechat-content-long': 'a WeChat text has fewer than 20,000 characters with its formatting',
  'wechat-picture-large': 'a WeChat picture is smaller than 1 MB (cover 10 MB)',
  'wechat-picture-type': 'a WeChat picture is jpg or png',
  'weibo-long': 'a Weibo post has at most 130 characters with its link',
  'weibo-topic': 'no #topic# and no @ in a Weibo post',
  'weibo-picture-large': 'a picture on Weibo is smaller than 5 MB',
  'weibo-domain': 'the link must be under the safe domain',
};
const CHANNELS: Readonly<Record<string, string>> = {
  website: 'website',
  catalogue: 'government catalogue',
  wechat: 'WeChat',
  weibo: 'Weibo',
  newspaper: 'newspaper',
  radio: 'radio',
  television: 'television',
  yearbook: 'yearbook',
  screen: 'notice screen',
  douyin: 'Douyin',
  press: 'mail to the press',
};

function flawOf(code: string, detail: string | undefined): string {
  return `${FLAWS[code] ?? code}${detail ? `: ${detail}` : ''}`;
}

/** Flaws of content, each as `file:line code detail`. */
function flawsOf(detail: string): string {
  return detail
    .split('\n')
    .map((one) => {
      const [, file, line, code, rest] = /^(.*):(\d+) (\S+) ?(.*)$/.exec(one) ?? [];
      return file === undefined || code === undefined
        ? one
        : `${file} line ${line}: ${flawOf(code, rest || undefined)}`;
    })
    .join('; ');
}

export const enCommon: CommonWords = {
  lang: 'en',
  command: (rest) => `npx banli ${rest}`,
  span(ms) {
    const seconds = Math.round(ms / 1000);
    if (seconds < 60) return `${seconds} s`;
    const minutes = Math.round(seconds / 60);
    if (minutes < 120) return `${minutes} min`;
    const hours = Math.round(minutes / 60);
    return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
  },
  channel: (name) => CHANNELS[name] ?? name,
  state: (state) => STATES[state as State] ?? state,
  reason(code, detail, state) {
    if (code === undefined) return STATES[state as State] ?? state;
    if (code === 'by-operator' && state !== 'held') return 'freed by an operator';
    const said = REASONS[code] ?? code;
    if (detail && code === 'calls-used-up') {
      const [last, ...rest] = detail.split(' ');
      return `${said}; the last time: ${enCommon.reason(last, rest.join(' ') || undefined, '')}`;
    }
    if (detail && code.startsWith('content-'))
      return code === 'content-missing'
        ? `${said}; put it into ${detail}`
        : `${said}: ${flawsOf(detail)}`;
    return detail ? `${said} (${detail})` : said;
  },
  flaw: flawOf,
};
