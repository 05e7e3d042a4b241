// What the public site is made from: the calendar, and what is public at an instant. Not for rendering: pages/.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Calendar, Instant, Language, Name, ReleaseId } from '../plan/types.ts';

/** What a staged release knows about itself; it lies beside its pages and becomes public with them. */
const meta = z.object({
  id: z.string().transform((id) => id as ReleaseId),
  digest: z.string(),
  title: z.string(),
  summary: z.string(),
  name: z.object({ zh: z.string(), en: z.string().optional() }),
  due: z.number(),
});
export type Meta = z.output<typeof meta>;

/** One release in an edition. */
const shown = meta.extend({ since: z.number() });
export type Shown = z.output<typeof shown>;

/** What an edition says of itself: which releases it holds. Public, as releases.json. */
const manifest = z.object({ edition: z.string(), releases: z.array(shown) });
export type Manifest = z.output<typeof manifest>;

export interface SiteOptions {
  readonly bureau: Name;
  /** Address of the site's root, with a slash at the end. */
  readonly publicUrl: string;
  /** Marks every page as sample data. */
  readonly sample: boolean;
}

/** Everything that a page is rendered from. */
export interface SiteModel {
  readonly calendar: Calendar;
  readonly shown: ReadonlyMap<ReleaseId, Shown>;
  readonly at: Instant;
  readonly options: SiteOptions;
}

export const LANGUAGES: readonly Language[] = ['zh', 'en'];

export async function readMeta(folder: string): Promise<Meta> {
  return meta.parse(JSON.parse(await readFile(join(folder, 'meta.json'), 'utf8')));
}

export async function readManifest(folder: string): Promise<Manifest> {
  return manifest.parse(JSON.parse(await readFile(join(folder, 'releases.json'), 'utf8')));
}

/** A name in a language, Chinese where there is no other. */
export function nameIn(name: Name, language: Language): string {
  return language === 'en' ? (name.en ?? name.zh) : name.zh;
}
