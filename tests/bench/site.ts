// The public site: an edition of 10,000 releases from nothing and with one more, the flip, and
// requests a second beside nginx on the same files.
import { spawn, spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { Agent, createServer, get as httpGet } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { itemOf } from '../../src/content/channel-item.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { readPlan } from '../../src/plan/read-all.ts';
import type { Calendar, ReleaseId } from '../../src/plan/types.ts';
import { SiteBuilder } from '../../src/site/editions/site-builder.ts';
import { bundleOf, ms, round, spread } from './parts.ts';

/** How often one more release comes out. */
const TIMES = 7;
/** How often the public edition is looked at. */
const LOOKS = 200;
/** The last year of the calendar, and how many. */
const LAST = 2026;
const YEARS = 10;

/** Monthly indicators over ten years, due on days all over their months. */
function decade(indicators: number): Calendar {
  const lines = Array.from(
    { length: indicators },
    (_, index) =>
      `  i${index}: { name: { zh: 指标${index} }, frequency: M, due: { day: ${1 + (index % 28)}, month: +1 }, category: 类别${index % 20} }\n`,
  ).join('');
  const plan = (year: number): string =>
    `plan: ${year}年计划\ntimezone: Asia/Shanghai\nyear: ${year}\nannounced: ${year - 1}-12-26\ndefaults: { channels: [website] }\nindicators:\n${lines}`;
  const files = Array.from({ length: YEARS }, (_, index) => ({
    name: `${index}.yaml`,
    text: plan(LAST - YEARS + 1 + index),
  }));
  return readPlan(files, undefined).calendar;
}

/** @param folder an empty one @param count of releases */
export async function siteBench(folder: string, count: number): Promise<object> {
  const calendar = decade(Math.ceil(count / 12 / YEARS));
  const root = join(folder, 'site');
  const press = new SiteBuilder(
    root,
    () => calendar,
    { bureau: { zh: '局' }, publicUrl: 'http://127.0.0.1/', sample: false },
    systemClock,
  );
  const stage = async (index: number): Promise<{ release: ReleaseId; digest: string }> => {
    const release = calendar.releases[index];
    if (!release) throw new Error('no release');
    return {
      release: release.id,
      digest: await press.stage(
        itemOf(release, bundleOf(`标题 ${release.id}`), 'website', {
          url: press.urlOf(release.id),
          bureau: '局',
        }),
      ),
    };
  };
  const staged: { release: ReleaseId; digest: string }[] = [];
  let start = performance.now();
  for (let index = 0; index < calendar.releases.length; index++) staged.push(await stage(index));
  const stageMs = performance.now() - start;
  const [second, ...others] = staged.splice(-1 - TIMES);
  start = performance.now();
  const { edition: all } = await press.prepare(systemClock.now(), staged);
  const fromNothing = performance.now() - start;
  await press.flip(all);
  const more = async (one: typeof second): Promise<{ edition: string; took: number }> => {
    const begun = performance.now();
    const { edition } = await press.prepare(systemClock.now(), one ? [one] : []);
    return { edition, took: performance.now() - begun };
  };
  // Two at once: there was no time to lay out a spare edition before.
  const bare = await more(second);
  await press.flip(bare.edition);
  const [spares, took, flips]: [number[], number[], number[]] = [[], [], []];
  for (const other of others) {
    start = performance.now();
    await press.makePrebuilt();
    spares.push(performance.now() - start);
    const one = await more(other);
    took.push(one.took);
    const before = ms();
    await press.flip(one.edition);
    flips.push(ms() - before);
  }
  return {
    releases: calendar.releases.length,
    stageEachMs: round(stageMs / calendar.releases.length),
    fromNothingMs: round(fromNothing),
    oneMoreMs: spread(took),
    oneMoreWithoutSpareMs: round(bare.took),
    spareMs: spread(spares),
    flipMs: spread(flips),
    ...(await looking(press)),
    ...(await serving(root)),
  };
}

/**
 * What a process asks once a second: whether the site is as it should be, and when it changes by
 * itself.
 */
async function looking(press: SiteBuilder): Promise<object> {
  let start = performance.now();
  await press.ensure();
  const wholeLookMs = round(performance.now() - start);
  start = performance.now();
  for (let turn = 0; turn < LOOKS; turn++) {
    await press.ensure();
    press.nextChange();
  }
  return { wholeLookMs, lookMs: round((performance.now() - start) / LOOKS) };
}

async function serving(root: string): Promise<object> {
  const current = join(root, 'current');
  const paths = ['indicators/i1/', 'style.css', 'months/2026-07/', 'atom.xml'];
  const ours = await withOurs(current, (port) => requestsASecond(port, paths));
  const nginx = await withNginx(root, (port) => requestsASecond(port, paths));
  return {
    requestsASecond: ours,
    nginxRequestsASecond: nginx ?? 'nginx is not installed',
    ...(nginx ? { share: round(ours / nginx) } : {}),
  };
}

/** Sixteen readers who keep their lines open, for four seconds. */
async function requestsASecond(port: number, paths: readonly string[]): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const until = performance.now() + 4000;
  let done = 0;
  const one = (path: string): Promise<void> =>
    new Promise((next, failed) => {
      httpGet(
        {
          host: '127.0.0.1',
          port,
          path: `/${path}`,
          agent,
          headers: { 'accept-encoding': 'identity' },
        },
        (answer) => {
          if (answer.statusCode !== 200) failed(new Error(`${path}: ${answer.statusCode}`));
          answer.resume();
          answer.once('end', next);
        },
      ).once('error', failed);
    });
  await Promise.all(
    Array.from({ length: 16 }, async (_, reader) => {
      for (let turn = reader; performance.now() < until; turn++) {
        await one(paths[turn % paths.length] ?? '');
        done++;
      }
    }),
  );
  agent.destroy();
  return Math.round(done / 4);
}

/** Our server in a process of its own, as nginx is. */
async function withOurs<T>(current: string, run: (port: number) => Promise<T>): Promise<T> {
  const at = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
  const script = `const { startWeb } = await import(${at('../../src/site/serve/server.js')}); const { messagesFor } = await import(${at('../../src/i18n/index.js')});
const web = await startWeb({ root: ${JSON.stringify(current)}, host: '127.0.0.1', port: 0, words: messagesFor('zh') }); console.log(web.port);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    return await run(
      Number(
        await new Promise<string>((ready) =>
          child.stdout.once('data', (chunk: Buffer) => ready(chunk.toString())),
        ),
      ),
    );
  } finally {
    child.kill('SIGTERM');
  }
}

/** nginx on the same files, with one worker as ours is one process. */
async function withNginx<T>(
  root: string,
  run: (port: number) => Promise<T>,
): Promise<T | undefined> {
  if (spawnSync('nginx', ['-v'], { stdio: 'ignore' }).error) return undefined;
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((ready) => probe.once('listening', ready));
  const { port } = probe.address() as AddressInfo;
  await new Promise((closed) => probe.close(closed));
  const folder = join(root, '..', 'nginx');
  await mkdir(folder, { recursive: true });
  const conf = join(folder, 'nginx.conf');
  await writeFile(
    conf,
    // Its worker must be able to read a private folder.
    `${process.getuid?.() === 0 ? 'user root;' : ''} daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 256; }
http { access_log off; types { text/html html; text/css css; application/xml xml; } client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder}; uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
  server { listen 127.0.0.1:${port}; root ${root}/current; index index.html; } }\n`,
  );
  const child = spawn('nginx', ['-c', conf, '-p', folder], { stdio: 'ignore' });
  try {
    await new Promise((ready) => setTimeout(ready, 500));
    return await run(port);
  } finally {
    child.kill('SIGTERM');
  }
}
