// The table of rules that a change of the plan has to keep: each rule, and what is exempt.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compareWithForce } from '../../src/app/plan-service.ts';
import { messagesFor } from '../../src/i18n/index.ts';
import { instant } from '../../src/lib/instant.ts';
import { dateChanges } from '../../src/plan/change.ts';
import { RULES } from '../../src/plan/change-rules.ts';
import { EMPTY, readPlan } from '../../src/plan/read-all.ts';
import { type Calendar, type DateChange, type ReleaseId, releaseId } from '../../src/plan/types.ts';

const CHANNELS = ['website', 'wechat'];
const FILE = 'config/plan/2026.yaml';
const HEAD = 'plan: 计划\ntimezone: Asia/Shanghai\nyear: 2026\nannounced: 2025-12-26\n';
const gdp = (more = '', due = '{ day: 20, month: +1, if-closed: next }'): string =>
  `indicators:\n  gdp:\n    name: { zh: 地区生产总值, en: GDP }\n    frequency: Q\n    due: ${due}\n${more}`;
const Q2 = (entry: string, more = ''): string =>
  `${HEAD}${gdp(`    dates: { 2026-Q2: ${entry} }\n${more}`)}`;
/** Due 2026-07-20 10:00, a lead of 24 hours, a window of 12. */
const PLAIN = HEAD + gdp();
const notice = (entry: string): string =>
  `${PLAIN}notices:\n  census: { name: { zh: 普查公告 }, ${entry} }\n`;

type Files = string | Readonly<Record<string, string>>;
const read = (files: Files) =>
  readPlan(
    Object.entries(typeof files === 'string' ? { [FILE]: files } : files).map(([name, text]) => ({
      name,
      text,
    })),
    CHANNELS,
  );

interface More {
  readonly published?: readonly string[];
  readonly history?: ReadonlyMap<ReleaseId, readonly DateChange[]>;
  readonly language?: 'zh' | 'en';
}

function compared(
  before: Files | undefined,
  after: Files,
  now: string,
  { published = [], history = new Map() }: More = {},
) {
  const next = read(after);
  expect(
    next.problems
      .filter(({ severity }) => severity === 'error')
      .map((one) => one.say(messagesFor('zh').plan).wrong),
  ).toEqual([]);
  const force: Calendar = before === undefined ? EMPTY : { ...read(before).calendar, history };
  return {
    ...compareWithForce(
      next,
      force,
      instant(Date.parse(`${now}:00+08:00`)),
      new Set(published.map(releaseId)),
    ),
    force,
  };
}

/** `code` of what is told, warnings with a question mark. */
const codes = (...args: Parameters<typeof compared>): string[] =>
  compared(...args).problems.map(
    ({ code, severity }) => `${code}${severity === 'warning' ? '?' : ''}`,
  );
/** Place, what is wrong, what to write. */
const told = (...args: Parameters<typeof compared>): string[] =>
  compared(...args).problems.map((one) => {
    const { wrong, write } = one.say(messagesFor(args[3]?.language ?? 'zh').plan);
    return `${one.file}:${one.line} ${wrong} → ${write}`;
  });

const DAY_BEFORE = '2026-07-19T10:10';

describe('nothing becomes public early by an edit (14.1)', () => {
  test('a promised date moved into the past, with was and reason, says what would become public, where, and what to write', () => {
    const past = Q2('{ at: 2026-07-19 10:00, was: 2026-07-20 10:00, reason: 提前 }');
    expect(told(PLAIN, past, DAY_BEFORE)).toEqual([
      'config/plan/2026.yaml:10 若照此生效，“地区生产总值 2026-Q2”（gdp.2026-Q2）将立即在网站、微信公开：发布时间 2026-07-19 10:00 已经过去 → 请改正时间；确实要立即公开，请在 dates 下写 2026-Q2: { at: 2026-07-19 10:00, was: 2026-07-20 10:00, immediate: true, reason: 原因 }',
    ]);
    expect(told(PLAIN, past, DAY_BEFORE, { language: 'en' })).toEqual([
      'config/plan/2026.yaml:10 as it stands, "GDP 2026-Q2" (gdp.2026-Q2) would become public at once on website, WeChat: its time 2026-07-19 10:00 is past → mend the time; if it is to be public at once, write under dates: 2026-Q2: { at: 2026-07-19 10:00, was: 2026-07-20 10:00, immediate: true, reason: … }',
    ]);
  });

  test('what to write, written, is accepted', () => {
    const said = Q2(
      '{ at: 2026-07-19 10:00, was: 2026-07-20 10:00, immediate: true, reason: 提前 }',
    );
    expect(codes(PLAIN, said, DAY_BEFORE)).toEqual([]);
  });

  test('an `immediate` that stands there from before counts for no other instant: it is said anew, with was or another reason', () => {
    const provisional = (time: string, reason: string): string =>
      Q2(`{ at: ${time}, provisional: true, immediate: true, reason: ${reason} }`);
    const before = provisional('2026-07-19 09:00', '提前');
    expect(codes(before, provisional('2026-07-19 10:00', '提前'), DAY_BEFORE)).toEqual([
      'immediate',
    ]);
    expect(told(before, provisional('2026-07-19 10:00', '提前'), DAY_BEFORE)[0]).toContain(
      'reason: 新的原因',
    );
    expect(codes(before, provisional('2026-07-19 10:00', '再次提前'), DAY_BEFORE)).toEqual([]);
  });

  test('nearer than the lead is too near: to the second before it', () => {
    const at = (time: string): string =>
      Q2(`{ at: 2026-07-15 ${time}, was: 2026-07-20 10:00, reason: 提前 }`);
    expect(told(PLAIN, at('09:59'), '2026-07-14T10:00')).toEqual([
      'config/plan/2026.yaml:10 若照此生效，“地区生产总值 2026-Q2”（gdp.2026-Q2）在 2026-07-15 09:59 就会在网站、微信公开：离现在不到 24 小时，来不及按提前准备的时间准备和审核 → 请改正时间；确实要立即公开，请在 dates 下写 2026-Q2: { at: 2026-07-15 09:59, was: 2026-07-20 10:00, immediate: true, reason: 原因 }',
    ]);
    expect(codes(PLAIN, at('10:00'), '2026-07-14T10:00')).toEqual([]);
  });

  test.each([
    [
      'a provisional date',
      Q2('{ at: 2026-07-21, provisional: true }'),
      Q2('{ at: 2026-07-19 10:00, provisional: true }'),
    ],
    [
      'a provisional date that is confirmed on another day',
      Q2('{ at: 2026-07-21, provisional: true }'),
      Q2('2026-07-19 10:00'),
    ],
    ['a new notice', PLAIN, notice('at: 2026-07-19 10:00')],
    [
      'a notice that moves',
      notice('at: 2026-07-25 10:00'),
      notice('at: 2026-07-19 10:00, was: 2026-07-25 10:00, reason: 急'),
    ],
    [
      'a new indicator',
      HEAD,
      HEAD + gdp('    skip: [2025-Q4, 2026-Q1]\n', '{ day: 19, month: +1 }'),
    ],
    [
      'a period that is no longer skipped',
      HEAD + gdp('    skip: [2026-Q2]\n', '{ day: 19, month: +1 }'),
      HEAD + gdp('', '{ day: 19, month: +1 }'),
    ],
    [
      'another hour for all',
      HEAD + gdp('', '{ day: 19, month: +1 }'),
      HEAD + gdp('    at: "09:00"\n', '{ day: 19, month: +1 }'),
    ],
    [
      'another rule',
      HEAD + gdp('', '{ day: 31, month: +1 }'),
      HEAD + gdp('', '{ day: 19, month: +1 }'),
    ],
    [
      'put back after its time',
      Q2('{ cancelled: true, at: 2026-07-19 10:00, reason: 停 }'),
      Q2('2026-07-19 10:00'),
    ],
    ['another time zone', PLAIN, PLAIN.replace('Asia/Shanghai', 'Pacific/Kiritimati')],
  ])('%s', (_, before, after) => {
    const more = { published: ['gdp.2025-Q4', 'gdp.2026-Q1'] };
    const now = after.includes('Kiritimati') ? '2026-07-20T09:00' : DAY_BEFORE;
    expect(codes(before, after, now, more)).toContain('immediate');
  });

  test('provisional dates confirmed where they stand, and a lead that is raised, change no instant', () => {
    expect(codes(Q2('{ at: 2026-07-20, provisional: true }'), PLAIN, DAY_BEFORE)).toEqual([]);
    expect(codes(PLAIN, HEAD + gdp('    lead: 3d\n'), DAY_BEFORE)).toEqual([]);
  });

  test('a window, a grace, channels, an approval raised: allowed at any time', () => {
    const more = '    window: 2d\n    grace: 1h\n    channels: [website]\n    approval: three\n';
    expect(codes(PLAIN, HEAD + gdp(more), DAY_BEFORE)).toEqual([]);
  });

  test('the very first plan may hold what is past; a second one is told what to skip, in one sentence', () => {
    expect(codes(undefined, PLAIN, DAY_BEFORE)).toEqual([]);
    expect(told(HEAD, PLAIN, '2026-07-18T10:10')).toEqual([
      'config/plan/2026.yaml:6 “地区生产总值”（gdp）有 2 期的发布时间早已过去，不会自动公开：2025-Q4、2026-Q1 → 这几期若不经颁历发布，请在 gdp 下写 skip: [2025-Q4, 2026-Q1]；还要发布的，请在 dates 下写以后的时间',
    ]);
    expect(codes(HEAD, HEAD + gdp('    skip: [2025-Q4, 2026-Q1]\n'), '2026-07-18T10:10')).toEqual(
      [],
    );
  });

  test("long past is nobody's promise before the plan's day of announcement, and in an archived year; what would be sent is no exception", () => {
    const late = PLAIN.replace('2025-12-26', '2026-06-01');
    expect(codes(HEAD.replace('2025-12-26', '2026-06-01'), late, '2026-07-18T10:10')).toEqual([]);
    const old = PLAIN.replaceAll('2026', '2025').replace('2025-12-26', '2024-12-26');
    expect(
      codes(
        PLAIN,
        { [FILE]: PLAIN, 'config/plan/archive/2025.yaml': old.replace('gdp:', 'gdp-old:') },
        DAY_BEFORE,
      ),
    ).toEqual([]);
    // An hour ago, in a plan said to be announced next month: it would be sent.
    const hour =
      HEAD.replace('2025-12-26', '2026-08-01') +
      gdp('    skip: [2025-Q4, 2026-Q1]\n', '{ day: 19, month: +1 }');
    expect(
      codes(
        { 'config/plan/2027.yaml': HEAD.replace('2026', '2027') },
        { 'config/plan/2027.yaml': HEAD.replace('2026', '2027'), [FILE]: hour },
        DAY_BEFORE,
      ),
    ).toEqual(['immediate']);
  });

  test('immediate is not kept in store, where the next mistyped date would be public at once', () => {
    expect(
      told(
        PLAIN,
        Q2('{ at: 2026-07-22 10:00, was: 2026-07-20 10:00, immediate: true, reason: 推迟 }'),
        '2026-07-15T10:00',
      ),
    ).toEqual([
      'config/plan/2026.yaml:10 “地区生产总值 2026-Q2”（gdp.2026-Q2）的发布时间 2026-07-22 10:00 还早，用不着 immediate: true → 请删去 immediate: true',
    ]);
    expect(codes(PLAIN, Q2('{ immediate: true, reason: 备用 }'), '2026-07-15T10:00')).toEqual([
      'immediate-too-early',
    ]);
  });

  test('what is so long past that nothing would be sent is an error with immediate too', () => {
    const entry = '{ at: 2026-07-17 10:00, was: 2026-07-20 10:00, immediate: true, reason: 提前 }';
    expect(told(PLAIN, Q2(entry), DAY_BEFORE)).toEqual([
      'config/plan/2026.yaml:10 “地区生产总值 2026-Q2”（gdp.2026-Q2）的发布时间 2026-07-17 10:00 早已过去，超过补发时限（12 小时），不会自动公开 → 请写以后的时间；这一期若不经颁历发布，请写 skip: [2026-Q2]',
    ]);
  });

  test('what leans on another one needs its own word', () => {
    const two = (dates: string, own = ''): string =>
      `${HEAD}${gdp(dates)}  income: { name: { zh: 居民收入 }, frequency: Q, due: { same-as: gdp }${own} }\n`;
    const moved =
      '    dates: { 2026-Q2: { at: 2026-07-19 10:00, was: 2026-07-20 10:00, immediate: true, reason: 提前 } }\n';
    expect(told(two(''), two(moved), DAY_BEFORE)).toEqual([
      'config/plan/2026.yaml:11 若照此生效，“居民收入 2026-Q2”（income.2026-Q2）将立即在网站、微信公开：发布时间 2026-07-19 10:00 已经过去 → 请改正时间；确实要立即公开，请在 dates 下写 2026-Q2: { immediate: true, reason: 原因 }',
    ]);
    expect(
      codes(
        two(''),
        two(moved, ', dates: { 2026-Q2: { immediate: true, reason: 提前 } }'),
        DAY_BEFORE,
      ),
    ).toEqual([]);
  });

  test('expected is set, and set again, after T: nothing moves', () => {
    const late = (expected: string): string => Q2(`{ expected: ${expected} }`);
    const seen = compared(PLAIN, late('2026-07-20 15:00'), '2026-07-20T11:00');
    expect([seen.problems, seen.changes.map(({ kind }) => kind)]).toEqual([[], ['edited']]);
    const again = compared(late('2026-07-20 15:00'), late('2026-07-21 09:00'), '2026-07-20T16:00');
    expect([again.problems, again.changes.map(({ kind }) => kind)]).toEqual([[], ['edited']]);
  });
});

describe('nothing that was promised vanishes (14.15)', () => {
  const PLAIN_2027 = {
    'config/plan/2027.yaml': PLAIN.replace('year: 2026', 'year: 2027')
      .replace('2025-12-26', '2026-12-26')
      .replace('gdp:', 'gdp-next:'),
  };

  test('2026.yaml moved away beside 2027.yaml is one error, of the file that is gone', () => {
    expect(told({ [FILE]: PLAIN, ...PLAIN_2027 }, PLAIN_2027, DAY_BEFORE)).toEqual([
      'config/plan/2026.yaml:1 2026 年的计划不见了，其中 4 次发布是向公众公布过的 → 请把 config/plan/2026.yaml 放回来；这一年若已全部发完，请移到计划目录的 archive 文件夹里，不要删除',
    ]);
  });

  test('every plan file gone at once is an error too', () => {
    expect(codes(PLAIN, {}, DAY_BEFORE)).toEqual(['year-gone']);
  });

  test('a mistyped year names what it was', () => {
    expect(told(PLAIN, PLAIN.replace('year: 2026', 'year: 2062'), DAY_BEFORE)).toEqual([
      'config/plan/2026.yaml:3 2026 年的计划不见了，其中 4 次发布是向公众公布过的 → 这个文件现在写的是 year: 2062，请改回 year: 2026；2062 年的计划请另写一个文件',
    ]);
  });

  test('a year that is over may be moved into the archive, and not be deleted; what is still due keeps it out', () => {
    const archived = { 'config/plan/archive/2026.yaml': PLAIN, ...PLAIN_2027 };
    const more = { published: ['gdp.2025-Q4', 'gdp.2026-Q1', 'gdp.2026-Q2', 'gdp.2026-Q3'] };
    expect(codes({ [FILE]: PLAIN, ...PLAIN_2027 }, archived, '2027-01-05T09:00', more)).toEqual([]);
    expect(codes(archived, PLAIN_2027, '2027-01-05T09:00', more)).toEqual(['year-gone']);
    expect(
      told(PLAIN, PLAIN.replace('year: 2026', 'year: 2026\narchived: true'), '2026-08-01T09:00'),
    ).toEqual([
      'config/plan/2026.yaml:4 2026 年的计划归档了，但其中还有 1 次发布没有到时间，最早的是 2026-10-20 10:00 的“地区生产总值 2026-Q3”（gdp.2026-Q3） → 请把文件从 archive 文件夹移回来，或删去 archived: true',
    ]);
  });

  test('an indicator by another id: one error, at its new id', () => {
    expect(told(PLAIN, PLAIN.replace('gdp:', 'regional-gdp:'), '2026-01-02T09:00')).toEqual([
      'config/plan/2026.yaml:6 指标“地区生产总值”（gdp）不见了，它有 4 次发布是向公众公布过的 → 若是把编号改成了 regional-gdp，请改回 gdp',
    ]);
    expect(codes(PLAIN, HEAD, '2026-01-02T09:00')).toEqual(['indicator-gone']);
  });

  test('skipped, or a notice deleted: cancelled with a reason instead', () => {
    expect(told(PLAIN, HEAD + gdp('    skip: [2026-Q2]\n'), DAY_BEFORE)).toEqual([
      'config/plan/2026.yaml:6 gdp.2026-Q2 已公布于 2026-07-20 10:00 发布，现在计划里没有了 → 请在 dates 下写 2026-Q2: { cancelled: true, reason: 原因 }',
    ]);
    expect(codes(notice('at: 2026-10-08 09:00'), PLAIN, DAY_BEFORE)).toEqual([
      'removed-without-words',
    ]);
    expect(
      codes(
        notice('at: 2026-10-08 09:00'),
        notice('at: 2026-10-08 09:00, cancelled: true, reason: 另行通知'),
        DAY_BEFORE,
      ),
    ).toEqual([]);
  });

  test('what is public can be neither moved, cancelled nor removed', () => {
    const more = { published: ['gdp.2026-Q2'] };
    expect(
      codes(PLAIN, Q2('{ at: 2026-07-22, was: 2026-07-20, reason: 错 }'), '2026-07-21T09:00', more),
    ).toEqual(['published-fixed']);
    expect(codes(PLAIN, Q2('{ cancelled: true, reason: 错 }'), '2026-07-21T09:00', more)).toEqual([
      'published-fixed',
    ]);
    expect(codes(PLAIN, HEAD + gdp('    skip: [2026-Q2]\n'), '2026-07-21T09:00', more)).toEqual([
      'published-fixed',
    ]);
  });

  test('nobody was promised what is provisional, or in a plan that is not announced', () => {
    const provisional = Q2('{ at: 2026-07-20, provisional: true }');
    expect(codes(provisional, HEAD + gdp('    skip: [2026-Q2]\n'), '2026-07-01T09:00')).toEqual([]);
    const next = { [FILE]: PLAIN, ...PLAIN_2027 };
    expect(codes(next, PLAIN, '2026-12-01T09:00')).toEqual([]);
    expect(codes(next, PLAIN, '2026-12-26T09:00')).toEqual(['year-gone']);
  });

  test('a plan is not called back by a later day of announcement, nor a date by calling it provisional', () => {
    expect(told(PLAIN, PLAIN.replace('2025-12-26', '2026-09-01'), DAY_BEFORE)).toEqual([
      'config/plan/2026.yaml:4 2026 年的计划已于 2025-12-26 公布，不能改成 2026-09-01 才公布 → 请写 announced: 2025-12-26',
    ]);
    expect(codes(PLAIN, Q2('{ provisional: true }'), '2026-07-01T09:00')).toEqual(['unconfirmed']);
    const away = HEAD.replace('2025-12-26', '2026-09-01') + gdp('    skip: [2026-Q2]\n');
    expect(codes(PLAIN, away, DAY_BEFORE)).toEqual(['removed-without-words', 'announced-later']);
  });
});

describe('cancelled, then put back', () => {
  const CANCELLED = Q2('{ cancelled: true, reason: 停电 }');
  const history = (
    before: string,
    after: string,
    now: string,
    known?: More['history'],
  ): Map<ReleaseId, DateChange[]> => {
    const { changes, context } = compared(before, after, now, known ? { history: known } : {});
    const found = new Map([...(known ?? [])].map(([id, list]) => [id, [...list]]));
    for (const [id, change] of dateChanges(
      changes,
      context,
      instant(Date.parse(`${now}:00+08:00`)),
      'plan',
    ))
      found.set(id, [...(found.get(id) ?? []), change]);
    return found;
  };

  test('on the same instant: as it was; on another: a move, with was and reason (14.16)', () => {
    const known = { history: history(PLAIN, CANCELLED, '2026-07-01T09:00') };
    expect(codes(CANCELLED, PLAIN, '2026-07-02T09:00', known)).toEqual([]);
    expect(told(CANCELLED, Q2('2026-07-25'), '2026-07-02T09:00', known)).toEqual([
      'config/plan/2026.yaml:10 gdp.2026-Q2 已公布的时间 2026-07-20 10:00 改成了 2026-07-25 10:00，没有说明原时间和原因 → 请在 dates 下写 2026-Q2: { at: 2026-07-25 10:00, was: 2026-07-20 10:00, reason: 原因 }',
    ]);
    expect(
      codes(
        CANCELLED,
        Q2('{ at: 2026-07-25, was: 2026-07-20, reason: 供电恢复 }'),
        '2026-07-02T09:00',
        known,
      ),
    ).toEqual([]);
  });

  test('what was promised is what the public was told last, not where the cancelled entry stands', () => {
    const MOVED = Q2('{ at: 2026-07-22, was: 2026-07-20, reason: 核算推迟 }');
    const known = { history: history(MOVED, CANCELLED, '2026-07-01T09:00') };
    expect(told(CANCELLED, PLAIN, '2026-07-02T09:00', known)[0]).toContain(
      '2026-Q2: { at: 2026-07-20 10:00, was: 2026-07-22 10:00, reason: 原因 }',
    );
    expect(
      history(CANCELLED, PLAIN, '2026-07-02T09:00', known.history)
        .get(releaseId('gdp.2026-Q2'))
        ?.at(-1),
    ).toMatchObject({
      kind: 'restored',
      from: Date.parse('2026-07-22T10:00:00+08:00'),
      to: Date.parse('2026-07-20T10:00:00+08:00'),
      promised: true,
    });
  });

  test('cancelled, skipped, and then a new date: not a way around', () => {
    const skipped = HEAD + gdp('    skip: [2026-Q2]\n');
    const first = history(PLAIN, CANCELLED, '2026-07-01T09:00');
    const known = { history: history(CANCELLED, skipped, '2026-07-02T09:00', first) };
    expect(codes(skipped, Q2('2026-07-25'), '2026-07-03T09:00', known)).toEqual([
      'restored-elsewhere',
    ]);
    expect(
      codes(CANCELLED, Q2('{ provisional: true }'), '2026-07-02T09:00', { history: first }),
    ).toEqual(['unconfirmed']);
  });

  test('after its time: only with immediate while it would still be sent, and with a new time after that (14.13)', () => {
    const known = { history: history(PLAIN, CANCELLED, '2026-07-19T09:00') };
    expect(codes(CANCELLED, PLAIN, '2026-07-20T11:00', known)).toEqual(['immediate']);
    expect(
      codes(CANCELLED, Q2('{ immediate: true, reason: 供电恢复 }'), '2026-07-20T11:00', known),
    ).toEqual([]);
    expect(codes(CANCELLED, PLAIN, '2026-07-25T11:00', known)).toEqual(['long-past']);
  });
});

test('what was over when Banli came, moved into the future, is a move like another (14.14)', () => {
  const at = '2026-07-25T10:00';
  expect(codes(PLAIN, Q2('2026-08-03'), at)).toEqual(['moved-without-words']);
  expect(codes(PLAIN, Q2('{ at: 2026-08-03, was: 2026-07-20, reason: 补发 }'), at)).toEqual([]);
});

describe('interpretations follow their release, and do not slip past', () => {
  const with1d = (dates = ''): string => HEAD + gdp(`${dates}    interpretation: { after: 1d }\n`);
  const following = (length: string, entry = ''): string =>
    HEAD +
    gdp(
      `${entry ? `    dates: { 2026-Q2: ${entry} }\n` : ''}    interpretation: { after: ${length} }\n`,
    );
  const more = {
    published: [
      'gdp.2025-Q4',
      'gdp.2025-Q4.interpretation',
      'gdp.2026-Q1',
      'gdp.2026-Q1.interpretation',
    ],
  };

  test('moved with its release: told once; by itself: a reason where its release is', () => {
    const moved = '    dates: { 2026-Q2: { at: 2026-07-22, was: 2026-07-20, reason: 核算推迟 } }\n';
    expect(codes(with1d(), with1d(moved), '2026-07-01T09:00', more)).toEqual([]);
    expect(
      codes(with1d(), with1d('    dates: { 2026-Q2: 2026-07-22 }\n'), '2026-07-01T09:00', more),
    ).toEqual(['moved-without-words']);
    expect(told(with1d(), following('2d'), '2026-07-01T09:00', more)).toEqual([
      'config/plan/2026.yaml:6 gdp.2026-Q2.interpretation 已公布的时间 2026-07-21 10:00 改成了 2026-07-22 10:00，没有说明原因 → 请在 dates 下写 2026-Q2: { interpretation: 间隔（例如 2d）, reason: 原因 }',
      'config/plan/2026.yaml:6 gdp.2026-Q3.interpretation 已公布的时间 2026-10-21 10:00 改成了 2026-10-22 10:00，没有说明原因 → 请在 dates 下写 2026-Q3: { interpretation: 间隔（例如 2d）, reason: 原因 }',
    ]);
    expect(
      codes(
        with1d(),
        following('1d', '{ interpretation: 2d, reason: 专家出差 }'),
        '2026-07-01T09:00',
        more,
      ),
    ).toEqual([]);
  });

  test('into the past or the lead: with the words of its release', () => {
    const out = { published: [...more.published, 'gdp.2026-Q2'] };
    expect(
      told(
        with1d(),
        following('1d', '{ interpretation: 1h, reason: 急 }'),
        '2026-07-20T10:30',
        out,
      ),
    ).toEqual([
      'config/plan/2026.yaml:10 若照此生效，“地区生产总值 2026-Q2”的解读（gdp.2026-Q2.interpretation）在 2026-07-20 11:00 就会在网站、微信公开：离现在不到 24 小时，来不及按提前准备的时间准备和审核 → 请改正时间；确实要立即公开，请在 dates 下写 2026-Q2: { immediate: true, reason: 原因 }',
    ]);
    expect(
      codes(
        with1d(),
        following('1d', '{ interpretation: 1h, immediate: true, reason: 急 }'),
        '2026-07-20T10:30',
        out,
      ),
    ).toEqual([]);
  });

  test('taken out: cancelled where its release is; what is out stays', () => {
    expect(codes(with1d(), PLAIN, '2026-07-01T09:00', more)).toEqual([
      'interpretation-gone',
      'interpretation-gone',
      'interpretation-gone',
      'interpretation-gone',
    ]);
    const cancelled = following('1d', '{ interpretation: cancelled, reason: 不再解读 }');
    expect(codes(with1d(), cancelled, '2026-07-01T09:00', more)).toEqual([]);
    expect(read(cancelled).calendar.byId.get(releaseId('gdp.2026-Q2.interpretation'))?.status).toBe(
      'cancelled',
    );
    expect(read(cancelled).calendar.byId.get(releaseId('gdp.2026-Q2'))?.status).toBe('confirmed');
  });

  test('begun in the middle of a year: none for what is long out', () => {
    expect(
      codes(PLAIN, with1d(), '2026-07-01T09:00', { published: ['gdp.2025-Q4', 'gdp.2026-Q1'] }),
    ).toEqual([]);
  });
});

test('less approval for what is about to come out is allowed, and said', () => {
  const three = HEAD + gdp('    approval: three\n');
  expect(told(three, PLAIN, DAY_BEFORE)).toEqual([
    'config/plan/2026.yaml:6 “地区生产总值 2026-Q2”（gdp.2026-Q2）将在 2026-07-20 10:00 公开，离现在不到 24 小时，审批却由三审降为不需要审批 → 请确认这是有意的',
  ]);
  expect(codes(three, PLAIN, DAY_BEFORE)).toEqual(['approval-lowered?']);
  expect(codes(three, PLAIN, '2026-07-01T09:00')).toEqual([]);
});

test('the page of the rules tells of each of them, and of no other', () => {
  const page = readFileSync(new URL('../../docs/plan-changes.md', import.meta.url), 'utf8');
  expect([...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map((match) => match[1])).toEqual(
    RULES.map(({ code }) => code),
  );
});
