// An operation done to each publication that it fits, and what came of each in words. Not for which
// operation fits when: operations.ts.
import type { Messages } from '../i18n/index.ts';
import type { LedgerEntry } from '../ledger/ledger.ts';
import { parsePublicationId, type Release } from '../plan/types.ts';
import type { OperationOutcome } from '../publish/commands.ts';
import type { Amended } from '../publish/correct-and-withdraw.ts';
import type { AuditContext } from '../publish/deps.ts';
import { titled } from '../site/names.ts';
import type { Actor, OperationResult } from './result.ts';

export const channelOf = ({ subject }: OperationResult, words: Messages): string =>
  words.channel(parsePublicationId(subject as LedgerEntry['publication']).channel);

export function handOf(who: Actor, operation: string): AuditContext {
  return { actor: who.account.name, detail: who.detail ?? { desk: operation, from: who.from } };
}

export async function acted(
  who: Actor,
  entries: readonly LedgerEntry[],
  words: Messages,
  operation: string,
  act: (entry: LedgerEntry, hand: AuditContext) => Promise<OperationOutcome>,
): Promise<OperationResult[]> {
  const done: OperationResult[] = [];
  for (const entry of entries) {
    const outcome = await act(entry, handOf(who, operation));
    const channel = words.channel(parsePublicationId(entry.publication).channel);
    done.push({
      subject: entry.publication,
      outcome,
      message: `${channel}：${words.acts.results[outcome] ?? outcome}`,
    });
  }
  return done;
}

/** What came of a correction or withdrawal on one channel, in words. */
export function amended(
  { publication, channel, answer, left }: Amended,
  release: Release,
  words: Messages,
  said: (name: string) => string,
): OperationResult {
  const w = words.amend;
  const name = w.publication(titled(release, words), words.channel(channel));
  const done = (outcome: string, text: string): OperationResult => ({
    subject: publication,
    outcome,
    message: text,
  });
  if (answer.class === 'done') return done('done', said(name));
  if (answer.class === 'called-off') return done('done', w.calledOff(name));
  if (answer.class === 'not-public')
    return left ? done('cannot', w.underWay(name)) : done('not-public', w.notPublic(name));
  if (answer.why.code === 'site-unchanged' || (answer.why.code === 'correct-unsupported' && !left))
    return done('unchanged', w.unchanged(name));
  return done(
    'cannot',
    w.cannot(name, words.channel(channel), words.reason(answer.why.code, answer.why.detail, '')),
  );
}
