// `npm run demo -- --once` as a newcomer runs it: as it is, and with the service killed with -9 in
// the middle. Everything counted comes from what sandbox and site saw.
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { until } from '../helpers/clock.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Figures {
  releases: number;
  publications: number;
  public: number;
  early: number;
  doubled: number;
  missed: number;
  latenessMs: { p50: number; max: number };
}

/**
 * Runs the demo; `seen` is called with everything printed so far, each time something is. `left`:
 * the processes that it leaves.
 */
async function demo(
  seen: (output: string) => void,
): Promise<{ code: number | null; output: string; figures: Figures; left: string[] }> {
  const temporary = await mkdtemp(join(tmpdir(), 'banli-e2e-'));
  const child = spawn(process.execPath, [join(root, 'scripts', 'banli.mjs'), 'demo', '--once'], {
    env: { ...process.env, BANLI_LANG: 'zh', TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
    seen(output);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const code = await new Promise<number | null>((done) => child.once('close', done));
  const last = output.trim().split('\n').at(-1) ?? '';
  await until(
    async () => (await running(temporary)).length === 0,
    'nothing of the demo runs any more',
  ).catch(() => undefined);
  const left = await running(temporary);
  await rm(temporary, { recursive: true, force: true });
  return { code, output, figures: (last.startsWith('{') ? JSON.parse(last) : {}) as Figures, left };
}

/** The command lines that name a folder; none on systems without /proc. */
async function running(folder: string): Promise<string[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.filter((line) => line.includes(folder));
}

/** The period of the monthly releases that the demo has due, by today's date. */
const figuresPeriod = (output: string): string =>
  /retail-sales\.(\d{4}-\d{2})/.exec(output)?.[1] ?? '?';

/**
 * Subjects of all mails, but for a warning that a slow machine was given and that was over in time:
 * both of its letters.
 */
function lasting(output: string): string[] {
  const subjects = [...output.matchAll(/^邮件 {2}\[[^\]]*\] (.*)$/gm)].map(
    ([, subject]) => subject ?? '',
  );
  const over = new Set(subjects.flatMap((subject) => /^已解决：(.*)$/.exec(subject)?.[1] ?? []));
  return subjects.filter(
    (subject) =>
      !subject.startsWith('已解决：') &&
      ![...over].some((name) => subject.startsWith(`可能误期：${name}（`)),
  );
}

/** The plan's grace, ms, in the demo. */
const GRACE_MS = 15_000;

/**
 * Releases of which something came out after its grace, by what the demo printed: on a busy
 * machine.
 */
function lateIn(output: string): Set<string> {
  const printed = [...output.matchAll(/ {2}(\S+) {2}\S+ {2}已公开 {2}\+(\d+) ms/g)];
  return new Set(printed.flatMap(([, id = '', ms]) => (Number(ms) > GRACE_MS ? [id] : [])));
}

/**
 * The letters are these and no others. Where a busy machine brought something out after its grace
 * there is a letter of that too, and letters of several things in one; then each of these is there
 * by itself or may be in one of several.
 */
function expectLetters(
  letters: readonly string[],
  wanted: readonly string[],
  output: string,
): void {
  const late = lateIn(output);
  if (late.size === 0) {
    expect(letters, output).toEqual(wanted);
    return;
  }
  const several = letters.filter((subject) => /等 \d+ 项$|^\d+ 件事需要处理$/.test(subject));
  const others = letters.filter(
    (subject) => !several.includes(subject) && !wanted.includes(subject),
  );
  const unexplained = others.filter(
    (subject) => ![...late].some((id) => subject.endsWith(`（${id}）`)),
  );
  expect(unexplained, output).toEqual([]);
  if (several.length === 0) expect(letters, output).toEqual(expect.arrayContaining([...wanted]));
}

/** The pid of the service that runs now. */
const servicePid = (output: string): number =>
  Number([...output.matchAll(/service pid (\d+)/g)].at(-1)?.[1]);

describe.concurrent('the demo', () => {
  test("publishes a year's next releases once, on time, misses what must be missed, and mails it", {
    timeout: 400_000,
  }, async () => {
    const { code, figures, output, left } = await demo(() => undefined);
    expect(figures, output).toMatchObject({
      releases: 9,
      publications: 32,
      public: 27,
      early: 0,
      doubled: 0,
      missed: 2,
    });
    // The release without content is warned of and told, the one that WeChat refuses is told; and
    // whoever may sign in is new. That one and the first warning are written by two processes:
    // either may come first.
    const newcomer = '新增人员 demo（管理员、操作、编辑（一审））';
    const letters = lasting(output);
    expect(letters, output).toContain(newcomer);
    const own = letters.filter((subject) => subject !== newcomer);
    const wanted = [
      '可能误期：社会消费品零售总额（retail-sales.2026-11）'.replace(
        '2026-11',
        figuresPeriod(output),
      ),
      '未按时发布：规模以上工业增加值（industry.2026-11）'.replace(
        '2026-11',
        figuresPeriod(output),
      ),
      '未按时发布：社会消费品零售总额（retail-sales.2026-11）'.replace(
        '2026-11',
        figuresPeriod(output),
      ),
    ];
    expectLetters(own, wanted, output);
    expect(code).toBe(0);
    expect(left).toEqual([]);
  });

  test('kill -9 in the middle of a release, and twice more: everything is public once', {
    timeout: 400_000,
  }, async () => {
    // Each kill comes when the named thing has just become public: in the middle of its wave.
    const kills = [
      /cpi\.\S+ {2}\S+ {2}已公开/,
      /industry\.\S+ {2}\S+ {2}已公开/,
      /interpretation {2}\S+ {2}已公开/,
    ];
    const killed: number[] = [];
    const { code, figures, output, left } = await demo((printed) => {
      const next = kills[killed.length];
      const pid = servicePid(printed);
      if (!next?.test(printed) || killed.includes(pid)) return;
      killed.push(pid);
      process.kill(-pid, 'SIGKILL');
    });
    expect(killed, output).toHaveLength(3);
    expect(figures, output).toMatchObject({ public: 27, early: 0, doubled: 0, missed: 2 });
    expect(code, output).toBe(0);
    expect(left).toEqual([]);
  });
});
