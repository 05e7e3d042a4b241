// What a person does about a publication: publish now, try again, hold, settle a doubt. Never
// early, and never blindly twice. Not for who may (cli/, desk/).

import type { LedgerEntry } from '../ledger/ledger.ts';
import type { LedgerChange } from '../ledger/ledger-change.ts';
import { BY_HAND, type Reason, wordsOfHold } from '../ledger/publication-facts.ts';
import { COUNT_ANEW } from '../ledger/releasing-calls.ts';
import { HOLDABLE_BY_PERSON, PUBLISHABLE_BY_PERSON } from '../ledger/states.ts';
import { parsePublicationId, publicationId, type Release } from '../plan/types.ts';
import { type AuditContext, doubtUnsettled, type PublishDeps } from './deps.ts';
import { noteLookup } from './verify.ts';

/**
 * `skipped`: the state does not allow it, or changed meanwhile. `unsettled`: a person has to say
 * first whether it is public.
 */
export type OperationOutcome = 'asked' | 'held' | 'skipped' | 'too-early' | 'unsettled' | 'settled';

/**
 * Stages at once what its approval was the last thing to wait for; before its lead begins, staging
 * comes by itself.
 */
export async function stageApproved(parts: PublishDeps, release: Release): Promise<void> {
  const now = parts.clock.now();
  if (now < release.due - release.settings.lead) return;
  for (const channel of release.settings.channels) {
    const entry = await parts.ledger.get(publicationId(release.id, channel));
    if (entry?.state === 'planned') await parts.wake.stage(entry.publication, now);
  }
}

/**
 * Publishes what is due and stands still. What may be public already is not: that has to be settled
 * first.
 */
export async function publishNow(
  parts: PublishDeps,
  release: Release,
  entry: LedgerEntry,
  hand: AuditContext,
): Promise<OperationOutcome> {
  const now = parts.clock.now();
  if (now < release.due || now < entry.notBefore) return 'too-early';
  if (entry.unsettled) return 'unsettled';
  // Taken off a channel, and put back there after T: nothing but this sends it.
  const isBack = entry.state === 'cancelled' && isWanted(release, entry);
  if (!PUBLISHABLE_BY_PERSON.includes(entry.state) && !isBack) return 'skipped';
  return free(parts, entry, hand);
}

/** Tries again what is held: looks first where it may be public. */
export async function retryHeld(
  parts: PublishDeps,
  entry: LedgerEntry,
  hand: AuditContext,
): Promise<OperationOutcome> {
  const now = parts.clock.now();
  if (entry.state !== 'held') return 'skipped';
  if (entry.unsettled) {
    const set = { looks: null, retryAt: null, ...COUNT_ANEW };
    if (!(await move(parts, entry, 'doubtful', hand, set))) return 'skipped';
    await parts.held.remove(entry.publication);
    await parts.wake.verify(entry.publication, 0, now);
    return 'asked';
  }
  return free(parts, entry, hand);
}

/** Whether the plan has it, as it is now. */
export function isWanted(
  { status, settings }: Release,
  { publication }: Pick<LedgerEntry, 'publication'>,
): boolean {
  return (
    status !== 'cancelled' && settings.channels.includes(parsePublicationId(publication).channel)
  );
}

async function free(
  parts: PublishDeps,
  entry: LedgerEntry,
  hand: AuditContext,
): Promise<OperationOutcome> {
  if (
    !(await move(parts, entry, 'planned', hand, {
      reason: { ...BY_HAND, at: parts.clock.now() },
      retryAt: null,
      staged: null,
      ...COUNT_ANEW,
    }))
  )
    return 'skipped';
  await parts.held.remove(entry.publication);
  await parts.wake.stage(entry.publication, parts.clock.now());
  return 'asked';
}

/** With the reason that was given for colleagues, if there was one. */
function heldFor({ detail: { reason } }: AuditContext): Reason {
  return typeof reason === 'string' ? { ...BY_HAND, detail: reason } : BY_HAND;
}

/** Holds what is not on its way yet, until a person frees it. */
export async function holdBack(
  parts: PublishDeps,
  entry: LedgerEntry,
  hand: AuditContext,
): Promise<OperationOutcome> {
  const can = HOLDABLE_BY_PERSON.includes(entry.state);
  if (!can || !(await move(parts, entry, 'held', hand, { reason: heldFor(hand), worker: null })))
    return 'skipped';
  await parts.held.add(entry.publication, parts.clock.now(), hand.actor);
  return 'held';
}

/**
 * A person has looked where nobody else can, and says whether it is public. Public: it counts as
 * published from then on. Not public: it goes on as if it had never been tried; what a person holds
 * stays held until a person frees it.
 */
export async function settleDoubt(
  parts: PublishDeps,
  entry: LedgerEntry,
  isPublic: boolean,
  hand: AuditContext,
): Promise<OperationOutcome> {
  // On its way by somebody's hand: what comes of that is known in a moment. What was accepted and
  // never shows is nobody's call.
  if (
    !entry.unsettled ||
    entry.state === 'armed' ||
    (entry.state === 'releasing' && !entry.receipt)
  )
    return 'skipped';
  if (isPublic) {
    const at = entry.state === 'doubtful' ? entry : await doubted(parts, entry);
    if (!at) return 'skipped';
    const said = { by: hand.actor, settled: 'public', ...hand.detail };
    await noteLookup(
      parts,
      at,
      { ...entry.receipt, ids: entry.receipt?.ids ?? {} },
      { code: 'said-by-person' },
      said,
    );
    await parts.held.remove(entry.publication);
    return 'settled';
  }
  if (entry.state === 'cancelled') return 'skipped';
  if (entry.state === 'releasing') {
    const at = await doubted(parts, entry);
    return at ? settleDoubt(parts, at, false, hand) : 'skipped';
  }
  const isHeld =
    (entry.state === 'held' && entry.reason?.code === BY_HAND.code) ||
    (await parts.held.all()).has(entry.publication);
  const set = {
    reason: isHeld ? wordsOfHold(entry.reason) : null,
    retryAt: null,
    staged: null,
    looks: null,
    ...COUNT_ANEW,
  };
  const said = { ...hand, detail: { ...hand.detail, settled: 'not-public' } };
  if (!(await move(parts, entry, isHeld ? 'held' : 'planned', said, set, { unsettled: 'settled' })))
    return 'skipped';
  if (isHeld) return 'settled';
  await parts.wake.stage(entry.publication, parts.clock.now());
  return 'settled';
}

async function doubted(parts: PublishDeps, entry: LedgerEntry): Promise<LedgerEntry | undefined> {
  await doubtUnsettled(parts, entry);
  const now = await parts.ledger.get(entry.publication);
  return now?.state === 'doubtful' ? now : undefined;
}

async function move(
  parts: PublishDeps,
  entry: LedgerEntry,
  to: LedgerChange['to'],
  { actor, detail }: AuditContext,
  set: LedgerChange['set'] = {},
  extra: Partial<LedgerChange> = {},
): Promise<boolean> {
  const changed = await parts.ledger.change({
    publication: entry.publication,
    from: entry,
    to,
    set,
    take: true,
    actor,
    at: parts.clock.now(),
    detail,
    ...extra,
  });
  return changed.ok;
}
