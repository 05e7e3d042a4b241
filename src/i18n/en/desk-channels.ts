// What the desk's page of channels says, in English.
import type { DeskChannelsWords } from '../zh/desk-channels.ts';

export const enDeskChannels: DeskChannelsWords = {
  title: 'Channels and letters',
  lead: 'Banli asks each channel once a day whether it is ready; you may ask now. Secrets stay on the server and are not shown here.',
  kinds: {
    website: 'Banli’s own website',
    http: 'government catalogue or CMS',
    wechat: 'WeChat Official Account',
    weibo: 'Weibo',
    manual: 'served by hand',
    module: 'a module of your own',
    email: 'mail to the press',
    wordpress: 'a WordPress site',
  },
  upcoming: (count) =>
    count === 0
      ? 'nothing is to go there'
      : `${count} release${count === 1 ? '' : 's'} to go there`,
  ready: (time) => `asked at ${time}: ready`,
  notReady: (time, why) => `asked at ${time}: ${why}`,
  notAsked: 'not asked yet',
  goodUntil: (time) => `authorised until ${time}`,
  ask: 'Ask now',
  askedReady: (name) => `${name} is ready.`,
  askedNot: (name, why) => `${name} is not ready: ${why}`,
  authorize: 'Authorise at Weibo',
  authorizeLead:
    'Opens Weibo’s page: sign in with the bureau’s account and agree, and you are back here. Before it ends, do it once more.',
  authorized: (name) => `${name} is authorised.`,
  account: (id) => `account ${id}`,
  otherAccount: (before, now) =>
    `This authorises another Weibo account (${now}); until now it was ${before}. If you are signed in at Weibo with an account of your own, go back, sign out there and authorise again.`,
  takeOther: 'Yes, use this account from now on',
  notBegun: 'You did not begin this authorisation here, or more than 10 minutes ago',
  notGranted: 'Weibo gave no authorisation',
  againHow: 'Please begin again under “Channels and letters”',
  backHow: (url) =>
    `The app’s call-back address on Weibo’s open platform must be ${url}, and its key and secret those of config/banli.yaml`,
  noApp: 'No Weibo app is configured for this channel: it cannot be authorised here',
  noAppHow:
    'Write app: { key: …, secret: { env: … } } in config/banli.yaml, or put a new token into .env',
  unknown: (name) => `there is no channel called ${name}`,
  letters: 'Letters',
  hears: (person, to) => `${person}: ${to}`,
  nobody:
    'Neither mail nor people are configured: nobody would hear of a missed release. An administrator fills them in under “Settings”.',
  test: 'Send everybody a test letter',
  tested: 'What came of the test letters:',
};
