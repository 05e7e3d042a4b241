// A year that is over put into the archive: the rules of change say whether its plan may go, the
// ledger whether everything in it has ended. What is to be moved; command line and desk move it. Not
// for what an archived year still shows: site/.
import { mkdir, rename, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Messages } from '../i18n/index.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Instant } from '../lib/instant.ts';
import { RequestError } from '../lib/request-error.ts';
import { groupBy } from '../plan/group.ts';
import type { PlanIssue } from '../plan/issues.ts';
import { hasErrors, type ReadPlan, readPlan } from '../plan/read-all.ts';
import { yearIn } from '../plan/time.ts';
import { parsePublicationId, type Release, type ReleaseId } from '../plan/types.ts';

const ARCHIVE = 'archive';

/** What it is decided by. */
export interface CloseContext {
  readonly channels: readonly string[] | undefined;
  readonly now: Instant;
  readonly words: Messages;
  /** What the rules of change say of the plan without that year. */
  rules(next: ReadPlan): Promise<readonly PlanIssue[]>;
  /** Of these releases, those that have not ended, and on which channels they have not. */
  open(releases: readonly Release[]): Promise<ReadonlyMap<ReleaseId, readonly string[]>>;
}

/** A release that has not ended, and where. */
export interface OpenRelease {
  readonly release: Release;
  readonly channels: readonly string[];
}

/** Whether a year can be closed, or why it can't. */
export type Closing =
  | { readonly kind: 'closed' }
  | { readonly kind: 'to-come'; readonly releases: readonly Release[] }
  | { readonly kind: 'wrong'; readonly problems: readonly PlanIssue[] }
  | { readonly kind: 'open'; readonly releases: readonly OpenRelease[] }
  | {
      readonly kind: 'ready';
      /** Paths below the project's root, from and to. */
      readonly moves: ReadonlyMap<string, string>;
      readonly releases: readonly Release[];
    };

/**
 * Nothing is moved.
 * @param plan without errors
 * @throws RequestError where the year has no plan
 */
export async function closingOf(
  plan: ReadPlan,
  year: number,
  context: CloseContext,
): Promise<Closing> {
  const { now, words } = context;
  const own = plan.plans.find((one) => one.year === year);
  if (!own) {
    const years = plan.plans.map((one) => one.year);
    throw new RequestError(404, 'no-year', words.tables.noYear(year, years), {
      hint: words.closing.noneHow(years),
    });
  }
  if (own.archived) return { kind: 'closed' };
  const moves = new Map(
    own.files.map((name) => [name, join(dirname(name), ARCHIVE, basename(name))]),
  );
  const files = plan.files.map((file) => ({ ...file, name: moves.get(file.name) ?? file.name }));
  const next = readPlan(files, context.channels);
  const rules = hasErrors(next.problems) ? [] : await context.rules(next);
  const problems = [...next.problems, ...rules].filter(({ severity }) => severity === 'error');
  const releases = plan.calendar.releases.filter(
    (release) => yearIn(release.due, release.timezone) === year,
  );
  if (problems.some(({ code }) => code === 'archived-due'))
    return {
      kind: 'to-come',
      releases: releases.filter(({ due, status }) => due > now && status !== 'cancelled'),
    };
  if (problems.length > 0) return { kind: 'wrong', problems };
  const open = await context.open(releases);
  if (open.size === 0) return { kind: 'ready', moves, releases };
  return {
    kind: 'open',
    releases: releases
      .filter(({ id }) => open.has(id))
      .map((release) => ({ release, channels: open.get(release.id) ?? [] })),
  };
}

/** Of these releases, those that have not ended on every channel, and on which they have not. */
export async function openAmong(
  ledger: Pick<Ledger, 'open'>,
  releases: readonly Release[],
): Promise<Map<ReleaseId, readonly string[]>> {
  const ids = new Set(releases.map(({ id }) => id));
  const open = [...(await ledger.open()).keys()].map(parsePublicationId);
  const own = groupBy(
    open.filter(({ release }) => ids.has(release)),
    ({ release }) => release,
  );
  return new Map([...own].map(([id, all]) => [id, all.map(({ channel }) => channel)]));
}

/**
 * Nothing that lies there is overwritten.
 * @throws RequestError naming what does, before anything is moved
 */
export async function moveToArchive(
  root: string,
  moves: ReadonlyMap<string, string>,
  words: Messages,
): Promise<void> {
  await mustBeFree(root, moves, words);
  for (const [from, to] of moves) {
    await mkdir(dirname(resolve(root, to)), { recursive: true });
    await rename(resolve(root, from), resolve(root, to));
  }
}

/** @throws RequestError */
export async function mustBeFree(
  root: string,
  moves: ReadonlyMap<string, string>,
  words: Messages,
): Promise<void> {
  for (const to of moves.values())
    if (await isThere(resolve(root, to)))
      throw new RequestError(409, 'file-exists', words.closing.there(to), {
        hint: words.closing.thereHow,
      });
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
