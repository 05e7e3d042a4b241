// How a bureau's site looks and what stands on each page beside its text. Not for where anything
// stands: pages/layout.ts; nor for reading it: config/theme.ts.
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
  readonly emblem:
    | { readonly name: string; readonly digest: string; readonly bytes: Buffer }
    | undefined;
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

/** Letters on a colour are readable from here on (WCAG 2.2, 1.4.3). */
export const READABLE = 4.5;
export const WHITE = '#ffffff';
/**
 * What letters stand on, by pages/layout.ts: the shaded ground, which is the harder one of each.
 */
const GROUND = { light: '#f3f6f9', dark: '#1a2632' } as const;
const STEP = 0.04;

/**
 * The lines of the style that give a site its colour: headings, links and marks are as much darker
 * or lighter than it as it takes to read them.
 */
export function styleOf(color: string): string {
  const [light, dark] = [
    readable(color, '#000000', GROUND.light),
    readable(color, WHITE, GROUND.dark),
  ];
  return `:root { --deep: ${color}; --brand: ${light}; }\n@media (prefers-color-scheme: dark) { :root { --brand: ${dark}; } }\n`;
}

/** A colour mixed with another, no more than it takes to be read on a ground. */
function readable(color: string, towards: string, ground: string): string {
  for (let share = 0; share < 1; share += STEP) {
    const mixed = mix(color, towards, share);
    if (contrast(mixed, ground) >= READABLE) return mixed;
  }
  return towards;
}

const rgbOf = (color: string): number[] =>
  [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));

function mix(color: string, towards: string, share: number): string {
  const to = rgbOf(towards);
  const parts = rgbOf(color).map((part, index) =>
    Math.round(part + ((to[index] ?? 0) - part) * share),
  );
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

/** Between two colours, by WCAG's formula. @param one `#rrggbb` */
export function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = rgbOf(color).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
