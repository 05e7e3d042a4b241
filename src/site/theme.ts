// How a bureau's site looks and what stands on each page beside its text. Not for where anything stands: pages/layout.ts; nor for reading it: ../theme.ts.
import type { Name } from '../plan/types.ts';

/** A link with its name in both languages. */
export interface NamedLink {
  readonly name: Name;
  readonly url: string;
}

export interface Theme {
  /** `#rrggbb`, dark enough for white letters on it. */
  readonly color: string | undefined;
  /** A picture beside the name, and what it is called on the site. */
  readonly emblem: { readonly name: string; readonly digest: string; readonly bytes: Buffer } | undefined;
  readonly links: readonly NamedLink[];
  readonly foot: readonly NamedLink[];
  readonly sponsor: Name | undefined;
  readonly contact: Name | undefined;
  readonly icp: string | undefined;
  readonly gongan: string | undefined;
  readonly siteId: string | undefined;
}

/** What pages depend on: what the theme says, and not the picture's bytes. */
export function themeKey(theme: Theme | undefined): string {
  if (!theme) return '';
  const { emblem, ...rest } = theme;
  return JSON.stringify([rest, emblem?.name, emblem?.digest]);
}
