// What a correction would change: what the public reads now beside what the text in the folder
// would make of it. Not for correcting: publish/correct-and-withdraw.ts.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import type { Bundle } from '../../content/bundle.ts';
import { type Messages, messagesFor } from '../../i18n/index.ts';
import { PUBLIC } from '../../ledger/states.ts';
import { inThread } from '../../lib/threads.ts';
import { refusedBy } from '../../operations/correction.ts';
import { type PublicationId, publicationId, type Release } from '../../plan/types.ts';
import { pathOf } from '../../site/model.ts';
import type { LineChanges } from '../../site/page-differences.ts';
import type { Desk } from '../shell/desk.ts';
import { isPageOf, pagesOf } from './public-text.ts';

/** The text is the same in every language; its page is read in this one. */
const PAGE = 'zh';

/** What differs between the public page and the text in the folder. */
export interface Compared {
  /** Byte by byte: there is nothing to correct. */
  readonly isSame: boolean;
  /** Undefined where the two could not be compared. */
  readonly lines: LineChanges | undefined;
  /** What the channels on which it is public would refuse of it, in words. */
  readonly refused: readonly string[];
  readonly files: {
    readonly added: readonly string[];
    readonly removed: readonly string[];
    readonly changed: readonly string[];
  };
}

type Answer = Awaited<ReturnType<typeof inThread<'compare'>>>;
const comparing = new LRUCache<string, Promise<Answer>>({ max: 16, ttl: 10_000 });

const publicationsOf = ({ id, settings }: Release): PublicationId[] =>
  settings.channels.map((channel) => publicationId(id, channel));

/** @returns undefined where the site shows nothing of it, or there is no sound text */
export async function comparedOf(
  desk: Desk,
  release: Release,
  words: Messages,
): Promise<Compared | undefined> {
  const { app } = desk;
  const { publishDeps: parts, siteBuilder, config } = app;
  const page = (await pagesOf(desk)).get(release.id);
  const loaded = await parts.load(release);
  if (!page || loaded.state !== 'ready') return undefined;
  const { bundle } = loaded;
  const none = { added: [], removed: [], changed: [] };
  const entries = [...(await app.ledger.getAll(publicationsOf(release))).values()];
  const out = entries.filter(({ state }) => PUBLIC.includes(state));
  const refused = await refusedBy(parts, release, out, bundle, words);
  if (isPageOf(page.digest, bundle.digest))
    return { isSame: true, lines: { changes: [], more: 0 }, files: none, refused };
  const folder = join(config.paths.var, 'site', 'current', pathOf(release));
  const before = await readFile(join(folder, 'index.html'), 'utf8').catch(() => undefined);
  if (before === undefined) return { isSame: false, lines: undefined, files: none, refused };
  const after = (await siteBuilder.preview(parts.itemOf(release, bundle, 'website'), PAGE)).page;
  const { source, author } = messagesFor(PAGE).site;
  // Whoever opens the page again and again waits for the one answer.
  const key = `${page.digest} ${bundle.digest}`;
  const known =
    comparing.get(key) ?? inThread('compare', { before, after, facts: [source, author] });
  comparing.set(key, known);
  const answer = await known;
  return {
    isSame: false,
    lines: answer.ok ? answer.value : undefined,
    files: await filesChanged(join(folder, 'files'), before, bundle),
    refused,
  };
}

/** By their names, and where a name stays, by their bytes. */
async function filesChanged(
  folder: string,
  page: string,
  { pictures, attachments }: Bundle,
): Promise<Compared['files']> {
  const now = [...pictures, ...attachments];
  const names = new Set(
    [...page.matchAll(/(?:src|href)="(?:[^"]*\/)?files\/([^"/]+)"/g)].map(([, name = '']) =>
      decodeURIComponent(name),
    ),
  );
  const added: string[] = [];
  const changed: string[] = [];
  for (const file of now) {
    const old = await readFile(join(folder, file.name)).catch(() => undefined);
    if (!old) added.push(file.name);
    else if (!old.equals(await file.read())) changed.push(file.name);
  }
  const kept = new Set([...now.map(({ name }) => name), DRAWN]);
  return { added, changed, removed: [...names].filter((name) => !kept.has(name)) };
}

/** Made of the figures, which are compared themselves. */
const DRAWN = 'series.svg';
