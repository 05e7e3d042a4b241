// Stopping: a terminal's Ctrl-C reaches every process of the group, and a parent may ask again.
// Nothing may be left behind.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { socketPath } from '../../src/redis/embedded-server.ts';
import { PLAN } from '../helpers/bureau.ts';
import { until } from '../helpers/clock.ts';

const banli = fileURLToPath(new URL('../../scripts/banli.mjs', import.meta.url));

/** Whether anybody answers on a unix socket. */
const answers = (socket: string): Promise<boolean> =>
  new Promise((done) => {
    const line = connect(socket, () => {
      line.destroy();
      done(true);
    });
    line.once('error', () => done(false));
  });

test('start, worker beside it, stopped by several signals at once: exit 0, no Redis left, and the socket gone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'banli-stop-'));
  await mkdir(join(folder, 'config', 'plan'), { recursive: true });
  await mkdir(join(folder, 'content'));
  await writeFile(
    join(folder, 'config', 'plan', 'p.yaml'),
    PLAN.replace('[website, catalogue, wechat, weibo]', '[website]'),
  );
  await writeFile(
    join(folder, 'config', 'banli.yaml'),
    'bureau: { zh: 局 }\nsite: { port: 0 }\nchannels: { website: { kind: website } }\n',
  );
  const run = (command: string) => {
    const child = spawn(process.execPath, [banli, '--config', join(folder, 'config'), command], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    return {
      child,
      output: () => output,
      ended: new Promise<number | null>((done) => child.once('exit', done)),
    };
  };
  const service = run('start');
  await until(() => service.output().includes('http://'), 'ready');
  const socket = socketPath(join(folder, 'var', 'redis'));
  const worker = run('worker');
  const log = join(folder, 'var', 'log', 'banli.log');
  await until(
    async () => (await readFile(log, 'utf8').catch(() => '')).split('"started"').length === 3,
    'two started',
  );
  // The worker goes first and leaves Redis to the service, which still uses it.
  worker.child.kill('SIGTERM');
  worker.child.kill('SIGINT');
  expect(await worker.ended, worker.output()).toBe(0);
  expect(await answers(socket)).toBe(true);
  service.child.kill('SIGINT');
  service.child.kill('SIGTERM');
  service.child.kill('SIGINT');
  expect(await service.ended, service.output()).toBe(0);
  expect(await answers(socket)).toBe(false);
  await rm(folder, { recursive: true, force: true });
});
