// What is public of a text, beside what lies in its folder: whether the two are the same. Not for
// what differs: compare.ts.
import type { ReleaseId } from '../../plan/types.ts';
import type { Desk } from '../shell/desk.ts';

/** A release as the public site has it; of what was withdrawn nothing. */
type Pages = ReadonlyMap<ReleaseId, { readonly digest: string }>;

const NONE: Pages = new Map();
/** Of a text's digest its pages bear so much in their name. */
const NAMED = 16;

/** What the public site shows now. @param asked false where nobody wants to know */
export async function pagesOf({ app }: Desk, asked = true): Promise<Pages> {
  if (!asked) return NONE;
  const current = await app.siteBuilder.current().catch(() => undefined);
  return new Map([...(current?.releases ?? [])].filter(([, page]) => page.withdrawn === undefined));
}

/** Whether a page was made of a text. @param page its name @param digest of the text */
export const isPageOf = (page: string, digest: string): boolean =>
  page.slice(0, NAMED) === digest.slice(0, NAMED);
