// What the desk's page of settings says, in English.
import type { SettingsWords } from '../zh/settings.ts';

export const enSettings: SettingsWords = {
  title: 'Settings',
  lead: '“Save” at the foot of the page saves all of it at once. Plan, content and people have pages of their own.',
  parts: {
    bureau: 'Bureau and site',
    emblem: 'Emblem',
    theme: 'Colour, links and foot of the pages',
    mail: 'Mail',
  },
  labels: {
    'bureau.zh': 'Name of the bureau',
    'bureau.en': 'Name of the bureau in English',
    'site.publicUrl': 'Address of the site',
    'site.theme.color': 'Main colour',
    'site.theme.emblem': 'Emblem',
    'site.theme.sponsor.zh': 'Responsible body 主办单位',
    'site.theme.sponsor.en': 'Responsible body in English',
    'site.theme.contact.zh': 'Contact 联系方式',
    'site.theme.contact.en': 'Contact in English',
    'site.theme.icp': 'ICP number',
    'site.theme.gongan': 'Public security number 公安备案号',
    'site.theme.siteId': 'Site code 网站标识码',
    'site.theme.links': 'Links in the head',
    'site.theme.foot': 'Links in the foot',
    'mail.host': 'Mail server',
    'mail.port': 'Port',
    'mail.security': 'Encryption',
    'mail.user': 'User',
    'mail.from': 'Sender',
    'mail.to': 'Who gets letters',
    'mail.password': 'Mail password',
    people: 'Who gets letters',
  },
  hints: {
    'bureau.en': 'optional',
    'site.publicUrl': 'as the public sees it',
    'mail.port': '587 if empty',
  },
  withHint: (label, hint) => `${label} (${hint})`,
  inList: (list, row, key) => `${list}, row ${row}, ${key}`,
  keys: {
    name: 'Name',
    mail: 'Mail',
    'name.zh': 'Name in Chinese',
    'name.en': 'Name in English',
    url: 'Address',
  },
  rowsHow: 'To take a row away, empty it; empty rows do not count.',
  security: {
    starttls: 'the usual one (port 587)',
    tls: 'this one for port 465',
    none: 'none (inside the bureau’s own network only)',
  },
  colorHow:
    'Choose a colour, dark enough for white letters on it. Empty: the dark blue that comes with Banli.',
  colorPick: 'Choose a colour',
  fromHow: 'The sender is written as Banli <banli@tjj.example.gov.cn>',
  peopleHow:
    'The first hears of a miss or of what is not ready; the next one hears when nobody answers.',
  toHow: 'One a line.',
  emblemNow: 'The emblem',
  emblemLost: (path) => `The emblem ${path} cannot be read: choose a picture again`,
  emblemNone: 'There is no emblem.',
  emblemHow: 'Choose a png, jpg or gif of 1 MB at the most.',
  emblemAgain: 'Browsers do not keep a picture that was chosen: choose it once more',
  emblemFile: 'Choose a picture',
  emblemDrop: 'No emblem',
  notAPicture: 'This is no picture that can be used: it was not taken',
  passwordSet:
    'There is a password, which is not shown. Type a new one to replace it; leave it empty to keep it.',
  passwordUnset: 'There is no password yet. Type it here if the mail server asks for one.',
  kept: 'Where it is kept: in config/banli.yaml on the server, whose comments, order and other entries stay as they are; the mail password in .env, which only the account that Banli runs as can read, is never shown again, and is in no log.',
  passwordInFile: (file) =>
    `The password is in the file ${file} (mail.password in banli.yaml says so): change that file on the server. It is in force within seconds, without a restart.`,
  passwordElsewhere(running, path, name) {
    const where = {
      systemd: `whoever looks after the server writes a line ${name}=… into ${path} and runs systemctl restart banli`,
      container: `whoever looks after the server writes a line ${name}=… into ${path} beside compose.yaml and runs docker compose up -d`,
      'by hand': `it comes from the variable ${name} of the environment that Banli was started in; change it there and restart`,
    };
    return `The password cannot be changed here (a line in .env would have no effect): ${where[running]}.`;
  },
  passwordOdd:
    'This password cannot be written into .env: it has all three quotation marks, or .env has lines that Banli cannot read. Have it written by hand',
  passwordAgain: 'This is another mail server, and nothing was saved',
  passwordAgainHow: 'Type the password too: the one that is there is for the former server only',
  testLead: 'Once it is saved and restarted, ',
  test: 'send a test letter under “Channels”',
  saved: (what) => `Saved: ${what}.`,
  savedNow: 'The new password is in force within seconds, without a restart.',
  nextAddress: (url) =>
    `After the restart the desk is at ${url} . Make sure that this address leads here before you restart; else config/banli.yaml has to be changed back on the server.`,
  nothingChanged: 'Nothing has changed',
  wrong: 'This cannot be, and nothing was saved',
  broken: 'The file of settings cannot be read now, and cannot be changed here',
  brokenHow: 'Mend config/banli.yaml on the server first',
  changedMeanwhile: 'Somebody else changed the settings meanwhile: nothing was saved',
  changedMeanwhileHow:
    'What you typed is below: compare it with the settings as they are now, and change them again',
  required: 'must not be empty',
  portHow: 'a port is a number from 1 to 65535',
  oneLine: 'must be one line',
  someone: 'At least one person with a mail address has to get letters, or nobody hears of a miss',
  tooMany: (most) => `at most ${most} rows`,
  otherOwner: (path) =>
    `${path} belongs to another account of the server, and Banli cannot change it: have it changed there, or given to the account that Banli runs as`,
  readOnly: (path) =>
    `${path} is read-only: it can only be looked at here. Have it changed where it comes from, or made writable`,
  force: {
    title: 'In force',
    same: 'What is written here is in force.',
    since: (time) => `Running since ${time}.`,
    waits: (parts) => `Saved, and in force after a restart: ${parts}.`,
    wrong:
      'The settings are wrong now, and Banli would not start with them. It goes on with the former ones; mend them first:',
    now: 'Restart now',
    tried: (address) => `https works: I have opened ${address} in a browser`,
    untried: (address) =>
      `The address is one of https now: after the restart people sign in at ${address} alone, and where it does not answer nobody gets in. Set https up first, open the address, and tick the box`,
    lead: 'Site and desk are away for a few seconds. Where a release is due soon, it waits by itself until that is out.',
    asked: 'Restarting. This page comes back by itself.',
    askedAt: (time) =>
      `A release is due: it restarts by itself at ${time}. This page comes back by itself.`,
    back: 'Restarted: the new settings are in force.',
    restarted: (time) => `Restarted (${time}).`,
    moved:
      'Restarted. The address of the site is another one, so that you have to sign in again; that leads back to the settings.',
    elsewhere: 'If this page does not come back, open',
    nobody(running) {
      return {
        systemd: 'Whoever looks after the server runs: systemctl restart banli',
        container: 'Whoever looks after the server runs: docker compose restart',
        'by hand': 'Whoever looks after the server stops Banli and starts it again',
      }[running];
    },
    beside(running) {
      return {
        systemd:
          'A watchdog that is a service of its own has to be restarted too: systemctl restart banli-watchdog.',
        container:
          'A watchdog in a container of its own has to be restarted too: docker compose restart watchdog.',
        'by hand': '',
      }[running];
    },
    workers:
      'Workers on other machines have settings and processes of their own, to be changed and restarted there.',
    notKept: 'This process is not kept by banli start, and cannot be restarted here',
    nothing: 'No settings wait to come into force',
  },
  partNames: {
    bureau: 'name of the bureau',
    language: 'language',
    paths: 'folders',
    redis: 'Redis',
    site: 'site',
    desk: 'desk',
    channels: 'channels',
    mail: 'mail',
    alerts: 'letters and who gets them',
    watchdog: 'watchdog',
    schedule: 'rounds',
    log: 'log',
  },
  why: (what) => `settings changed at the desk: ${what}`,
  letterSubject: (what) => `Settings changed: ${what}`,
  letterText: (what, by, from) =>
    `${by} changed settings from ${from}: ${what}. If it was neither you nor an administrator, act at once.`,
};
