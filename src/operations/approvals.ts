// 三审三校: who approved the content as it is now, who comes next, and who may not. An approval is of a
// digest: another byte, and it is void. Not for waiting for approvals: publish/stage.ts.

import type { App } from '../app/app.ts';
import type { Messages } from '../i18n/index.ts';
import type { ApprovalRecord } from '../ledger/plan-store.ts';
import { RequestError } from '../lib/request-error.ts';
import type { Release } from '../plan/types.ts';
import { stageApproved } from '../publish/commands.ts';
import type { Actor, OperationResult } from './result.ts';
import { APPROVAL_STEPS, type ApprovalStep } from './roles.ts';

/** Nobody needs longer to approve, ms: whoever died at it holds up nobody. */
const LOCK_MS = 20_000;

/** Where the approval of a release stands. */
export interface ApprovalStatus {
  /** Undefined where there is no sound content. */
  readonly digest: string | undefined;
  readonly author: string | undefined;
  /** Of the present content. */
  readonly given: readonly ApprovalRecord[];
  /** Of content that was changed afterwards. */
  readonly void: readonly ApprovalRecord[];
  /** Whose turn it is; undefined where nothing is missing. */
  readonly next: ApprovalStep | 'any' | undefined;
}

export async function approvalStatus(app: App, release: Release): Promise<ApprovalStatus> {
  const loaded = await app.publishDeps.load(release);
  const digest = loaded.state === 'ready' ? loaded.bundle.digest : undefined;
  const all = await app.planStore.approvalsOf(release.id);
  const author =
    digest === undefined ? undefined : await app.planStore.authorOf(release.id, digest);
  const given = all.filter((one) => one.digest === digest && one.person !== author);
  const { approval } = release.settings;
  const next =
    approval === 'none'
      ? undefined
      : approval === 'one'
        ? given.length > 0
          ? undefined
          : ('any' as const)
        : missingStep(given);
  return { digest, author, given, void: all.filter((one) => one.digest !== digest), next };
}

/**
 * The first step that nobody has given; an approval from the command line, which names none, is
 * that of its turn.
 */
function missingStep(given: readonly ApprovalRecord[]): ApprovalStep | undefined {
  const there = new Set<string>();
  for (const { step } of given)
    there.add(step ?? APPROVAL_STEPS.find((one) => !there.has(one)) ?? '');
  return APPROVAL_STEPS.find((one) => !there.has(one));
}

/** Why this person can't give the approval that comes next; undefined where they can. */
export function approvalBlocker(
  { digest, author, given, next }: ApprovalStatus,
  { account }: Pick<Actor, 'account'>,
  words: Messages,
): string | undefined {
  const w = words.desk.approvals;
  if (digest === undefined) return w.noContent;
  if (next === undefined) return w.complete;
  if (author === account.name) return w.ownText;
  if (next === 'any') return undefined;
  if (given.some(({ person }) => person === account.name)) return w.already;
  return account.roles.includes(next) ? undefined : w.notYourTurn(w.steps[next]);
}

/**
 * What is said yes to is what was looked at.
 * @throws RequestError where nobody says what that was, or it was changed since
 */
export function mustBeSeen(digest: string, seen: string | undefined, words: Messages): void {
  const w = words.desk.refused;
  if (seen === undefined)
    throw new RequestError(422, 'digest-missing', w.digestMissing, { hint: w.digestMissingHow });
  if (seen !== digest)
    throw new RequestError(409, 'changed-meanwhile', w.textChanged, { hint: w.textChangedHow });
}

/**
 * Approves the content as it is now, one person at a time.
 * @param seen digest of what this person has seen
 * @throws RequestError where they can't
 */
export async function approveContent(
  app: App,
  who: Actor,
  release: Release,
  seen: string | undefined,
  words: Messages,
): Promise<OperationResult> {
  const done = await app.incidents.alone(`approve:${release.id}`, LOCK_MS, () =>
    approveNow(app, who, release, seen, words),
  );
  if (!done) throw new RequestError(409, 'busy', words.desk.refused.busy);
  return done;
}

async function approveNow(
  app: App,
  who: Actor,
  release: Release,
  seen: string | undefined,
  words: Messages,
): Promise<OperationResult> {
  const { planStore, journal, clock, publishDeps: parts } = app;
  const standing = await approvalStatus(app, release);
  const why = approvalBlocker(standing, who, words);
  if (why !== undefined || standing.digest === undefined)
    throw new RequestError(409, 'approval', why ?? words.desk.approvals.noContent);
  const { digest, next } = standing;
  mustBeSeen(digest, seen, words);
  // Where one is enough it is still noted whose it was: should three come to be asked for, it
  // counts as that one's.
  const step =
    next === 'any' ? APPROVAL_STEPS.find((one) => who.account.roles.includes(one)) : next;
  const now = clock.now();
  await planStore.approve(release.id, digest, who.account.name, now, {
    ...(step ? { step } : {}),
    from: who.from,
  });
  await journal.append('approved', release.id, who.account.name, now, {
    digest,
    ...(step ? { step } : {}),
    from: who.from,
  });
  await stageApproved(parts, release);
  return {
    subject: release.id,
    outcome: 'approved',
    message: words.desk.approvals.approved(
      next === 'any' || !step ? '' : words.desk.approvals.steps[step],
      standing.given.length + 1,
    ),
  };
}
