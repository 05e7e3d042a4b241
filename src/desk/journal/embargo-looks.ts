// Who has looked at what is not out yet: in the journal, once in a while for each. Not for who may:
// operations/roles.ts.
import { PUBLIC } from '../../ledger/states.ts';
import { publicationId, type Release } from '../../plan/types.ts';
import type { Desk, Principal } from '../shell/desk.ts';

/** Looking again within so long is the same look, seconds. */
const AGAIN_S = 600;

/** Notes that somebody looks at a release's text, unless it is public. */
export async function noteLook(
  { app }: Desk,
  { account, from, via }: Principal,
  release: Release,
): Promise<void> {
  const { accounts, clock, journal, ledger } = app;
  const states = await ledger.statesOf(
    release.settings.channels.map((channel) => publicationId(release.id, channel)),
  );
  if ([...states.values()].some((state) => PUBLIC.includes(state))) return;
  if (!(await accounts.firstIn(`look:${account.name}:${release.id}`, AGAIN_S))) return;
  await journal.append('text-read', release.id, account.name, clock.now(), { from, via });
}
