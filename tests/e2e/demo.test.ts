// `npm run demo -- --once` as a newcomer runs it: as it is, and with the service killed with -9 in the middle.
// Everything counted comes from what sandbox and site saw.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Figures {
  releases: number;
  publications: number;
  public: number;
  early: number;
  doubled: number;
  missed: number;
  mails: number;
  latenessMs: { p50: number; max: number };
}

/** Runs the demo; `seen` is called with everything printed so far, each time something is. */
function demo(seen: (output: string) => void): Promise<{ code: number | null; output: string; figures: Figures }> {
  const child = spawn(process.execPath, [join(root, 'scripts', 'banli.mjs'), 'demo', '--once'], {
    env: { ...process.env, BANLI_LANG: 'zh' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
    seen(output);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return new Promise((done) => {
    child.once('close', (code) => {
      const last = output.trim().split('\n').at(-1) ?? '';
      done({ code, output, figures: (last.startsWith('{') ? JSON.parse(last) : {}) as Figures });
    });
  });
}

/** The pid of the service that runs now. */
const servicePid = (output: string): number => Number([...output.matchAll(/service pid (\d+)/g)].at(-1)?.[1]);

describe.concurrent('the demo', () => {
  test("publishes a year's next releases once, on time, misses what must be missed, and mails it", { timeout: 100_000 }, async () => {
    const { code, figures, output } = await demo(() => undefined);
    expect(figures, output).toMatchObject({ releases: 9, publications: 31, public: 26, early: 0, doubled: 0, missed: 2, mails: 3 });
    expect(code).toBe(0);
  });

  test('kill -9 in the middle of a release, and twice more: everything is public once', { timeout: 100_000 }, async () => {
    // Each kill comes when the named thing has just become public: in the middle of its wave.
    const kills = [/cpi\.\S+ {2}\S+ {2}已公开/, /industry\.\S+ {2}\S+ {2}已公开/, /interpretation {2}\S+ {2}已公开/];
    const killed: number[] = [];
    const { code, figures, output } = await demo((printed) => {
      const next = kills[killed.length];
      const pid = servicePid(printed);
      if (!next?.test(printed) || killed.includes(pid)) return;
      killed.push(pid);
      process.kill(pid, 'SIGKILL');
    });
    expect(killed, output).toHaveLength(3);
    expect(figures, output).toMatchObject({ public: 26, early: 0, doubled: 0, missed: 2 });
    expect(code, output).toBe(0);
  });
});
