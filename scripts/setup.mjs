// Makes a fresh machine ready: installs the locked packages, finds or installs Redis, builds. Plain Node, no packages.
// Each part is skipped when it has been done already. `--build` builds in any case; `--browser` sees to Chromium too, which the
// tests alone need: no other command may install one. `BANLI_NO_BROWSER=1` leaves it out, and the browser tests with it.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const STAMP = join(root, 'node_modules', '.banli-installed');
const BUILT = join(root, 'dist', '.built');
const say = (text) => process.stderr.write(`${text}\n`);
const fail = (text) => {
  say(text);
  process.exit(1);
};

/** Runs a program with its output on our stderr; false when it failed or is not there. */
const run = (command, args, options = {}) =>
  spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options }).status === 0;
const has = (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    fail(
      `需要 Node.js 20.19 或更高，现在是 ${process.versions.node} / Node.js 20.19 or later is needed`,
    );
}

function packages() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  if (!existsSync(join(root, 'package-lock.json')))
    fail('package-lock.json 不见了 / package-lock.json is missing');
  say('正在安装依赖 / installing packages …');
  const env = { ...process.env, NODE_ENV: '' };
  // Not `npm ci`: it refuses a lock file that lacks the optional packages of some other platform. This keeps to the lock's versions too.
  // Errors alone are shown: what npm counts up is in English, and nobody's concern.
  if (
    !run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
      env,
      stdio: ['ignore', 'ignore', 2],
    })
  )
    fail(
      '安装依赖失败：请检查网络后再试 / installing packages failed: check the network and try again',
    );
  writeFileSync(STAMP, wanted);
}

function redis() {
  if (has('redis-server') || has('valkey-server')) return;
  say('正在安装 Redis / installing Redis …');
  const installed =
    process.platform === 'darwin'
      ? has('brew') && run('brew', ['install', 'redis'])
      : aptInstall('redis-server');
  if (!installed || !(has('redis-server') || has('valkey-server')))
    fail(
      '请先安装 redis-server（或 valkey-server）/ please install redis-server (or valkey-server) first: apt-get install redis-server, brew install redis',
    );
}

/** Chromium for the tests. Where one was found, tests/helpers/chromium.ts finds the same. */
function browser() {
  const there = () =>
    JSON.parse(readFileSync(join(root, 'scripts', 'chromium.json'), 'utf8')).some(existsSync);
  if (process.env.BANLI_NO_BROWSER === '1')
    return say(
      'BANLI_NO_BROWSER=1：不装 Chromium，浏览器测试不运行 / no Chromium is installed, and no browser test runs',
    );
  if (there()) return;
  say('正在安装测试用的 Chromium / installing Chromium for the tests …');
  const installed =
    process.platform === 'darwin'
      ? has('brew') && run('brew', ['install', '--cask', 'chromium'])
      : aptInstall('chromium');
  if (!installed || !there())
    fail(
      '测试需要 Chromium，没有装上：请先安装，或用 BANLI_NO_BROWSER=1 跳过浏览器测试 / the tests need Chromium, and it could not be installed: install it first, or leave the browser tests out with BANLI_NO_BROWSER=1',
    );
}

/** Debian's package of Redis would start a server of its own: ours is private, so that one is kept from starting. */
function aptInstall(name) {
  if (!has('apt-get')) return false;
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  if (sudo.length > 0 && !has('sudo')) return false;
  const apt = (...args) => {
    const [command, ...rest] = [
      ...sudo,
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'RUNLEVEL=1',
      'apt-get',
      ...args,
    ];
    return run(command, rest);
  };
  const install = () => apt('install', '-y', '-qq', '--no-install-recommends', name);
  return install() || (apt('update', '-qq') && install());
}

/** Every file below a folder. */
function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : [path];
  });
}

function build(force) {
  const sources = [
    'src',
    'jobs',
    join('tests', 'bench'),
    join('tests', 'chaos'),
    join('tests', 'simulation'),
  ]
    .map((name) => join(root, name))
    .filter(existsSync)
    .flatMap(filesIn);
  if (!existsSync(join(root, 'tsconfig.build.json')) || sources.length === 0) return;
  const newest = Math.max(
    ...[...sources, join(root, 'package-lock.json'), join(root, 'tsconfig.build.json')].map(
      (path) => statSync(path).mtimeMs,
    ),
  );
  if (!force && existsSync(BUILT) && statSync(BUILT).mtimeMs >= newest) return;
  // Beside the old build, and put in its place when it is whole: somebody may be running that one.
  const made = join(root, `dist.${process.pid}`);
  try {
    execFileSync(
      process.execPath,
      [
        join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
        '-p',
        'tsconfig.build.json',
        '--outDir',
        made,
      ],
      {
        cwd: root,
        stdio: ['ignore', 2, 2],
      },
    );
  } catch {
    rmSync(made, { recursive: true, force: true });
    fail('编译失败 / the build failed');
  }
  bundle(made);
  assets(made);
  writeFileSync(join(made, '.built'), '');
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  renameSync(made, join(root, 'dist'));
}

/** Scripts of Redis, style sheets and what else is read as it is. @param made the build's folder */
export function assets(made) {
  for (const path of filesIn(join(root, 'src')).filter((one) => !one.endsWith('.ts'))) {
    const target = join(made, relative(root, path));
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(path, target);
  }
}

/** What browsers run: each script with all that it imports in one file. @param made the build's folder */
export function bundle(made) {
  const client = join(root, 'src', 'desk', 'client');
  if (!existsSync(client)) return;
  // Only there once the packages are.
  const { buildSync } = createRequire(import.meta.url)('esbuild');
  buildSync({
    entryPoints: readdirSync(client).map((name) => join(client, name)),
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'warning',
    outdir: join(made, 'src', 'desk', 'client'),
  });
}

/** Everything a fresh machine lacks. In a container the build is there and no sources are. */
export function setup(force = false) {
  checkNode();
  if (process.env.BANLI_READY === '1') return;
  packages();
  redis();
  build(force);
}

/** What was done, and what comes next: said by `npm run setup` alone. */
function next() {
  const redisIs = has('redis-server') ? 'redis-server' : 'valkey-server';
  const isEnglish = process.env.BANLI_LANG?.startsWith('en');
  say(
    isEnglish
      ? `Ready: packages, ${redisIs}, the built program. Next:
  1. config/banli.yaml       your bureau's name and address (without a domain: http://127.0.0.1:8040/), only the channels that you have;
                             mail and people may go, and be filled in at the desk
  2. config/plan/2026.yaml   the plan (an example is there); npx banli plan check
  3. npx banli doctor        is everything there?
  4. npx banli start         site and desk; leave it running
  5. npx banli people invite wang --display "Wang Min"
                             in another window: a link by which the first person chooses a password and is at the desk`
      : `已就绪：依赖包、${redisIs}、程序。接下来：
  1. config/banli.yaml       写上单位名称和网站地址（还没有域名的，写 http://127.0.0.1:8040/），只留已有的渠道；
                             mail 和 people 可以先删去，以后在工作台填
  2. config/plan/2026.yaml   写计划（里面是样例，也可以以后在工作台换）；npx banli plan check 查错
  3. npx banli doctor        看看还缺什么
  4. npx banli start         启动网站和工作台，让它一直运行
  5. npx banli people invite wangmin --display 王敏
                             另开一个窗口：给第一个人一个链接，打开后自己设密码，就进了工作台`,
  );
}

if (process.argv[1] && fileURLToPath(import.meta.url) === process.argv[1]) {
  if (process.argv.includes('--bundle')) {
    bundle(join(root, 'dist'));
    assets(join(root, 'dist'));
  } else {
    setup(process.argv.includes('--build'));
    if (process.argv.includes('--browser')) browser();
    if (process.argv.includes('--next')) next();
  }
}
