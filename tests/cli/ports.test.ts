// A port that somebody else has: the command says so, with a cure, and ends.
import { spawn } from 'node:child_process';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { freePorts } from '../chaos/processes.ts';

const banli = fileURLToPath(new URL('../../scripts/banli.mjs', import.meta.url));
const taken: Server[] = [];
afterEach(() => {
  for (const server of taken.splice(0)) server.close();
});

async function take(port: number): Promise<number> {
  const server = createServer();
  taken.push(server);
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

/**
 * How a command ended, and what it said. It is given no end from outside: one that goes on fails by
 * the test's time.
 */
function ended(
  args: readonly string[],
  cwd: string,
): Promise<{ code: number | null; err: string }> {
  const child = spawn(process.execPath, [banli, ...args], {
    cwd,
    env: { ...process.env, BANLI_LANG: 'zh' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return new Promise((done) => child.once('close', (code) => done({ code, err })));
}

test.each([0, 1, 2, 3, 4, 5])('the sandbox, when port %i of its six is taken', async (which) => {
  const { sandbox: first } = await freePorts();
  await take(first + which);
  expect(await ended(['sandbox', '--port', String(first)], tmpdir())).toEqual({
    code: 1,
    err: `端口 ${first + which} 已被占用\n怎么办：可能已有一个沙盒在运行；换一组端口：npx banli sandbox --port 0（任意空闲端口）\n`,
  });
});
