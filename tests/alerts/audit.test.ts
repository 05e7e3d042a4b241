// Promises are counted, not states: every announced instant ends as public, or with words, or is
// told. The rules one by one, without any service.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { audit, type Evidence, promiseConditions } from '../../src/alerts/audit-promises.ts';
import {
  joined,
  noted,
  type PromisedRelease,
  type Promises,
  settledPromises,
} from '../../src/ledger/promises.ts';
import { instant } from '../../src/lib/instant.ts';
import { EMPTY, hasErrors, readPlan } from '../../src/plan/read-all.ts';
import type { Calendar, ReleaseId } from '../../src/plan/types.ts';
import { PLAN } from '../helpers/bureau.ts';

const at = (iso: string) => instant(Date.parse(`2026-${iso}+08:00`));
const HEAD = PLAN.slice(0, PLAN.indexOf('indicators:')).replace(
  '[website, catalogue, wechat, weibo]',
  '[website, wechat]',
);
/** A calendar of notices, each a line of YAML. */
function calendar(...notices: string[]): Calendar {
  const text = `${HEAD}notices:\n${notices.map((one) => `  ${one}\n`).join('')}`;
  const read = readPlan([{ name: 'plan/2026.yaml', text }], ['website', 'wechat']);
  if (hasErrors(read.problems)) throw new Error(JSON.stringify(read.problems));
  return read.calendar;
}
const A = 'a: { name: { zh: 公告甲 }, at: 2026-07-20 10:00 }';
const id = 'a' as ReleaseId;

/** The book after a row of calendars, each in force from an instant. */
function book(...plans: (readonly [iso: string, calendar: Calendar])[]): Promises {
  let promises: Promises = new Map();
  for (const [iso, one] of plans)
    promises = new Map<ReleaseId, PromisedRelease>([...promises, ...noted(promises, one, at(iso))]);
  return promises;
}
const dues = (promises: Promises): unknown =>
  promises
    .get(id)
    ?.promises.map(({ due, ended }) => [new Date(due).toISOString(), ended?.how, ended?.reason]);
const nothing: Evidence = { publicAt: () => undefined, stands: () => true };

describe('the book of promises', () => {
  test('an announced instant is a promise; a provisional one, a secret plan and what was over before are not', () => {
    expect(dues(book(['07-01T09:00', calendar(A)]))).toEqual([
      ['2026-07-20T02:00:00.000Z', undefined, undefined],
    ]);
    expect(
      book([
        '07-01T09:00',
        calendar(A.replace(' }', ' }').replace('10:00 }', '10:00, provisional: true }')),
      ]).size,
    ).toBe(0);
    const secret = calendar(A);
    const later = {
      ...secret,
      plans: secret.plans.map((plan) => ({ ...plan, announced: '2026-07-02' as never })),
    };
    expect(book(['07-01T09:00', later]).size).toBe(0);
    expect(book(['07-01T09:00', later], ['07-02T09:00', later]).size).toBe(1);
    expect(book(['07-21T09:00', calendar(A)]).size).toBe(0);
  });

  test('a move and a cancellation end it with their words, and the new instant takes its place', () => {
    const moved = calendar(
      'a: { name: { zh: 公告甲 }, at: 2026-07-22 15:00, was: 2026-07-20 10:00, reason: 系统检修 }',
    );
    expect(dues(book(['07-01T09:00', calendar(A)], ['07-02T09:00', moved]))).toEqual([
      ['2026-07-20T02:00:00.000Z', 'moved', '系统检修'],
      ['2026-07-22T07:00:00.000Z', undefined, undefined],
    ]);
    const cancelled = calendar(
      'a: { name: { zh: 公告甲 }, at: 2026-07-20 10:00, cancelled: true, reason: 不再发布, announced: 2026-07-02 }',
    );
    expect(dues(book(['07-01T09:00', calendar(A)], ['07-02T09:00', cancelled]))).toEqual([
      ['2026-07-20T02:00:00.000Z', 'cancelled', '不再发布'],
    ]);
  });

  test('what vanishes or moves without a word stays promised', () => {
    const open = ['2026-07-20T02:00:00.000Z', undefined, undefined];
    expect(dues(book(['07-01T09:00', calendar(A)], ['07-02T09:00', EMPTY]))).toEqual([open]);
    const moved = calendar(A.replace('07-20', '07-23'));
    expect(dues(book(['07-01T09:00', calendar(A)], ['07-02T09:00', moved]))).toEqual([
      open,
      ['2026-07-23T02:00:00.000Z', undefined, undefined],
    ]);
    const provisional = calendar(A.replace('10:00 }', '10:00, provisional: true }'));
    expect(dues(book(['07-01T09:00', calendar(A)], ['07-02T09:00', provisional]))).toEqual([open]);
  });

  test('cancelled and put back is promised again, even after it was due', () => {
    const cancelled = calendar(
      'a: { name: { zh: 公告甲 }, at: 2026-07-20 10:00, cancelled: true, reason: 不再发布, announced: 2026-07-02 }',
    );
    const promises = book(
      ['07-01T09:00', calendar(A)],
      ['07-02T09:00', cancelled],
      ['07-21T12:00', calendar(A)],
    );
    expect(promises.get(id)?.promises).toMatchObject([
      { due: at('07-20T10:00'), since: at('07-21T12:00') },
    ]);
    expect(promises.get(id)?.promises[0]?.ended).toBeUndefined();
  });

  test('a plan that is put away in so many words ends what is over, and nothing that is still due', () => {
    const promises = book(['07-01T09:00', calendar(A)]);
    const plain = calendar(A);
    const archived = { ...plain, plans: plain.plans.map((plan) => ({ ...plan, archived: true })) };
    const how = (iso: string) =>
      noted(promises, archived, at(iso)).get(id)?.promises[0]?.ended?.how;
    expect([how('07-10T10:00'), how('07-20T10:06')]).toEqual([undefined, 'archived']);
  });

  test('of two copies nothing is lost, and what happened last holds', () => {
    const early = book(['07-01T09:00', calendar(A)]);
    const moved = calendar(
      'a: { name: { zh: 公告甲 }, at: 2026-07-22 15:00, was: 2026-07-20 10:00, reason: 系统检修 }',
    );
    const late = book(['07-01T09:00', calendar(A)], ['07-02T09:00', moved]);
    const both = [
      ['2026-07-20T02:00:00.000Z', 'moved', '系统检修'],
      ['2026-07-22T07:00:00.000Z', undefined, undefined],
    ];
    expect(dues(joined(early, late))).toEqual(both);
    expect(joined(late, early).size).toBe(0);
    expect(joined(late, new Map()).size).toBe(0);
    expect(dues(joined(new Map(), late))).toEqual(both);
  });
});

test('the audit shares no code with the engine: it knows no state of a publication', () => {
  const imports = [
    'src/alerts/audit-promises.ts',
    'src/alerts/conditions.ts',
    'src/ledger/promises.ts',
  ].flatMap((file) =>
    [
      ...readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8').matchAll(
        / from '(\.[^']*)'/g,
      ),
    ].map(([, path]) => path),
  );
  expect([...new Set(imports)].sort()).toEqual([
    // What an incident is about, in words for people.
    '../ledger/incident-about.ts',
    '../ledger/incident.ts',
    '../ledger/promises.ts',
    '../lib/instant.ts',
    '../plan/time.ts',
    '../plan/types.ts',
    '../redis/connection.ts',
    // Names alone: no state of a publication.
    '../redis/keys.ts',
    './conditions.ts',
  ]);
});

describe('the audit', () => {
  const promises = book(['07-01T09:00', calendar(A)]);
  const left = (iso: string, evidence: Partial<Evidence> = {}, of = promises) =>
    audit(of, { ...nothing, ...evidence }, at(iso)).map(({ release, channels, why, late }) => [
      release,
      channels,
      why,
      late,
    ]);

  test('nothing is left over before the grace is over, and everything that is not public after it', () => {
    expect(left('07-20T10:04')).toEqual([]);
    expect(left('07-20T10:05')).toEqual([['a', ['website', 'wechat'], 'promise-open', true]]);
    const website: Evidence['publicAt'] = (publication) =>
      publication === 'a@website' ? at('07-20T10:00') : undefined;
    expect(left('07-20T10:05', { publicAt: website })).toEqual([
      ['a', ['wechat'], 'promise-open', true],
    ]);
    expect(left('07-20T10:05', { publicAt: () => at('07-20T10:00') })).toEqual([]);
    expect(left('07-20T10:05', { told: () => true })).toEqual([]);
  });

  test('what has gone from the plan is a warning at once, and missed when it was due', () => {
    expect(left('07-02T09:00', { stands: () => false })).toEqual([
      ['a', ['website', 'wechat'], 'promise-gone', false],
    ]);
    expect(left('07-20T10:05', { stands: () => false })).toEqual([
      ['a', ['website', 'wechat'], 'promise-gone', true],
    ]);
  });

  test('what was public and is no more is left over, unless a person took it down in words', () => {
    const shown = new Map([
      ...promises,
      ...settledPromises(
        promises,
        () => at('07-20T10:00'),
        () => undefined,
        at('07-20T10:01'),
      ),
    ]);
    expect(left('07-20T11:00', {}, shown)).toEqual([
      ['a', ['website', 'wechat'], 'promise-vanished', true],
    ]);
    const words = { at: at('07-20T10:30'), reason: '数据有误' };
    const down = new Map([
      ...shown,
      ...settledPromises(
        shown,
        () => undefined,
        () => words,
        at('07-20T10:31'),
      ),
    ]);
    expect(dues(down)).toEqual([['2026-07-20T02:00:00.000Z', 'withdrawn', '数据有误']]);
    expect(left('07-20T11:00', {}, down)).toEqual([]);
  });

  test('a day after it came out everywhere a promise is kept, and asked about no more', () => {
    const kept1 = settledPromises(
      promises,
      () => at('07-20T10:00'),
      () => undefined,
      at('07-21T10:01'),
    );
    expect(dues(kept1)).toEqual([['2026-07-20T02:00:00.000Z', 'public', '']]);
    expect(left('07-22T10:00', {}, kept1)).toEqual([]);
  });

  test('a year that vanished is one trouble, however many releases; what others tell is left to them', () => {
    const many = book([
      '07-01T09:00',
      calendar(A, 'b: { name: { zh: 公告乙 }, at: 2026-08-20 10:00 }'),
    ]);
    const found = audit(many, { ...nothing, stands: () => false }, at('07-20T10:05'));
    const [[key, trouble] = []] = promiseConditions(found, new Map());
    expect([
      key,
      trouble?.severity,
      trouble?.items.map(({ release, severity }) => [release, severity]),
    ]).toEqual([
      'promise:plan',
      'missed',
      [
        ['a', 'missed'],
        ['b', 'warning'],
      ],
    ]);
    const told = new Map([
      [
        'x',
        {
          kind: 'stuck',
          subject: 'service',
          severity: 'missed',
          stage: 100,
          timezone: 'Asia/Shanghai',
          items: trouble?.items ?? [],
        } as const,
      ],
    ]);
    expect(promiseConditions(found, told as never).size).toBe(0);
  });
});
