// What is said of backups and rebuilding, in English.
import type { ArchiveWords } from '../zh/archive.ts';

export const enArchive: ArchiveWords = {
  alive: 'Banli is still running',
  aliveHow:
    'stop it first (Ctrl-C, or stop the service; then wait a few seconds), so that nobody else changes the ledger',
  notEmpty: 'the ledger is not empty; nothing was restored',
  notEmptyHow:
    'a backup goes into an empty ledger only. To have what it has: stop Banli, rename var/redis (mv var/redis var/redis.old) and restore again; with a Redis of your own name another redis.prefix',
  underWay: 'another restoration is under way; this one was not begun',
  underWayHow:
    'wait until it has ended; if it broke off, restore the same backup again in some fifteen seconds: that finishes it',
  notArchive: (file, line) => `line ${line} of ${file} is no backup of Banli`,
  keep: 'It has what passwords are checked by, and your account alone can read it (mode 600): keep it safe. To restore it: npx banli restore FILE',
  notArchiveHow: 'take one made by npx banli backup --out FILE',
  restored: (publications, events, at) =>
    `The backup of ${at} is restored: ${publications} publications, ${events} events.`,
  restoredFiles: (count) =>
    `${count} files of what was published are back, and the site is restored from them.`,
  restoredNext: 'Banli can be started now: npx banli start',
  asked: (count) =>
    `${count} of them were not public then and are due by now: Banli asks the channels when it starts, before anything is sent; nothing comes out twice.`,
  rebuilt: (created, shown, open) =>
    `The ledger is made again from the plan: ${created} publications, ${shown} of them public on their channels${open > 0 ? `, ${open} still to be looked up when Banli starts` : ''}. Nothing was sent.`,
};
