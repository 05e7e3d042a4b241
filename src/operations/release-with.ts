// A release with those of its publications that are its own to deal with. Not for what can be done
// about them: operations.ts.
import type { App } from '../app/app.ts';
import type { Messages } from '../i18n/index.ts';
import type { LedgerEntry } from '../ledger/ledger.ts';
import { type ManualTask, open } from '../ledger/manual-tasks.ts';
import { PUBLIC } from '../ledger/states.ts';
import { RequestError } from '../lib/request-error.ts';
import { parsePublicationId, publicationId, type Release, type ReleaseId } from '../plan/types.ts';
import { channelsWith } from '../publish/correct-and-withdraw.ts';

/** What is left to be done by hand, by publication. */
export type LeftTasks = ReadonlyMap<string, ManualTask>;

/**
 * Whether a publication is its release's to deal with: by the plan, or since it is or may be public
 * although the plan has dropped its channel.
 */
export function concerns({ settings }: Release, entry: LedgerEntry, left: LeftTasks): boolean {
  const { publication, state, unsettled } = entry;
  return (
    settings.channels.includes(parsePublicationId(publication).channel) ||
    PUBLIC.includes(state) ||
    unsettled !== undefined ||
    left.has(publication)
  );
}

/** A release with its publications. @throws RequestError where there is none of that id */
export async function releaseWith(
  app: App,
  id: string,
  words: Messages,
): Promise<{ release: Release; entries: LedgerEntry[]; left: LeftTasks }> {
  const release = app.planService.calendar().byId.get(id as ReleaseId);
  if (!release) throw new RequestError(404, 'unknown-release', words.cli.unknownRelease(id));
  // On a channel that plan or configuration have dropped since it may be public all the same.
  const channels = [
    ...new Set([...(await channelsWith(app.publishDeps, release)), ...app.channels.keys()]),
  ];
  const found = await app.ledger.getAll(
    channels.map((channel) => publicationId(release.id, channel)),
  );
  const left = open(await app.publishDeps.byHand.all());
  return {
    release,
    entries: [...found.values()].filter((entry) => concerns(release, entry, left)),
    left,
  };
}
