// Which folder may import from which, types included. A folder that is not named here may import
// nothing of ours; a name with a file behind it allows that file alone.

export const ARROWS: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  plan: ['lib'],
  channels: ['lib', 'plan'],
  redis: ['lib', 'channels/wechat/api.ts', 'channels/call-budget.ts'],
  ledger: ['lib', 'plan', 'redis/connection.ts', 'redis/keys.ts', 'redis/lock.ts'],
  i18n: ['lib', 'plan', 'ledger/states.ts'],
  'plan-files': ['lib', 'plan', 'i18n', 'ledger/plan-store.ts'],
  'import-export': ['lib', 'plan', 'i18n'],
  content: ['lib', 'plan', 'channels/channel.ts'],
  queue: ['lib', 'plan', 'ledger', 'redis/connection.ts'],
  site: ['lib', 'plan', 'i18n', 'import-export', 'channels/channel.ts', 'channels/website.ts'],
  threads: [
    'lib',
    'plan',
    'plan-files',
    'content',
    'import-export',
    'site/editions/draw-chart.ts',
    'site/page-differences.ts',
  ],
  publish: ['lib', 'plan', 'ledger', 'content', 'channels', 'queue/release-waves.ts'],
  alerts: ['lib', 'plan', 'i18n', 'ledger', 'channels/http.ts'],
  config: [
    'lib',
    'plan',
    'i18n',
    'alerts',
    'channels',
    'content/file-kind.ts',
    'redis/options.ts',
    'site/theme.ts',
  ],
  watchdog: [
    'lib',
    'plan',
    'plan-files',
    'i18n',
    'ledger',
    'alerts',
    'channels',
    'content',
    'config',
    'redis/short-visit.ts',
  ],
  app: [
    'lib',
    'plan',
    'plan-files',
    'i18n',
    'import-export',
    'ledger',
    'redis',
    'channels',
    'content',
    'queue',
    'site',
    'publish',
    'alerts',
    'config',
    'watchdog/channel-tokens.ts',
  ],
  desk: [
    'lib',
    'plan',
    'plan-files',
    'i18n',
    'import-export',
    'ledger',
    'channels',
    'content',
    'site',
    'publish',
    'alerts',
    'config',
    'app',
    'operations',
  ],
  jobs: ['lib', 'plan', 'publish', 'alerts/deliver-letters.ts'],
  operations: [
    'lib',
    'plan',
    'i18n',
    'import-export',
    'ledger',
    'channels/channel.ts',
    'plan-files/edit-lines.ts',
    'publish',
    'app',
    'site/names.ts',
  ],
  service: [
    'operations',
    'lib',
    'plan',
    'i18n',
    'alerts',
    'app',
    'config',
    'content',
    'desk',
    'jobs',
    'site',
    'watchdog/store.ts',
    'ledger/former-states.ts',
  ],
  sandbox: ['lib', 'i18n', 'site/serve/server.ts'],
  rehearsal: [
    'lib',
    'plan',
    'alerts',
    'app',
    'config',
    'content',
    'ledger',
    'queue',
    'sandbox',
    'service',
  ],
  cli: [
    'lib',
    'plan',
    'plan-files',
    'i18n',
    'import-export',
    'ledger',
    'redis',
    'content',
    'channels/weibo-authorization.ts',
    'channels/weibo-request.ts',
    'queue',
    'site',
    'publish',
    'alerts',
    'config',
    'app',
    'watchdog',
    'desk',
    'operations',
    'service',
    'sandbox',
    'rehearsal',
  ],
};

/**
 * Packages that one place alone knows, by the folders or files below `src` that may import them.
 */
export const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  ioredis: ['redis'],
  bullmq: ['queue'],
  nodemailer: ['alerts/transports/mail.ts'],
  pino: ['lib/log.ts'],
};

const IMPORT = /(?:\bfrom|\bimport\()\s*'([^']+)'/g;

/**
 * The imports of one file that no arrow allows.
 * @param path from the project's root: `src/plan/read.ts`
 */
export function forbiddenImports(path: string, text: string): string[] {
  const folder = folderOf(path);
  const allows = (names: readonly string[], target: string): boolean =>
    names.some((name) => target === name || target.startsWith(`${name}/`));
  return [...text.matchAll(IMPORT)].flatMap(([, module = '']) => {
    if (!module.startsWith('.')) {
      const owners = PACKAGES[module];
      const isOwner = owners === undefined || allows(owners, path.replace(/^src\//, ''));
      const isImpure = folder === 'plan' && /^node:fs\b/.test(module);
      return isOwner && !isImpure ? [] : [module];
    }
    const target = new URL(module, `file:///${path}`).pathname.slice(1);
    const to = folderOf(target);
    const own = target.replace(/^src\//, '').replace(/^jobs\/.*/, 'jobs');
    return to === folder || allows(ARROWS[folder] ?? [], own) ? [] : [module];
  });
}

const folderOf = (path: string): string =>
  path.startsWith('jobs/') ? 'jobs' : (path.split('/')[1] ?? '');

/** The folders that can be reached from themselves: there must be none. */
export function knots(arrows: Readonly<Record<string, readonly string[]>>): string[] {
  const next = (folder: string): string[] =>
    (arrows[folder] ?? []).map((name) => name.split('/')[0] ?? '');
  return Object.keys(arrows).filter((start) => {
    const seen = new Set<string>();
    const open = next(start);
    for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
      if (folder === start) return true;
      if (!seen.has(folder)) open.push(...next(folder));
      seen.add(folder);
    }
    return false;
  });
}
