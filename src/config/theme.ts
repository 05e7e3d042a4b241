// `site.theme` of banli.yaml: colour, emblem, links, and what a government site in China must carry
// (《政府网站发展指引》 3.4: 主办单位, 联系方式, ICP 备案号, 公安备案号, 网站标识码). Not for where anything stands:
// site/pages/layout.ts.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { z } from 'zod';
import { fileKind } from '../content/file-kind.ts';
import type { Messages } from '../i18n/index.ts';
import { BanliError, systemCode } from '../lib/errors.ts';
import { contrast, READABLE, type Theme, WHITE } from '../site/theme.ts';
import { text, url } from './values.ts';

const name = z.strictObject({ zh: text, en: text.optional() });
const link = z.strictObject({ name, url });
const LONGEST = 12;

/** `site.theme` in banli.yaml; all of it may be left out. */
export const themeEntry = z.strictObject({
  color: z
    .string('color')
    .regex(/^#[0-9a-fA-F]{6}$/, { error: 'color', abort: true })
    .refine((one) => contrast(one, WHITE) >= READABLE, 'darker')
    .optional(),
  emblem: text.optional(),
  links: z.array(link).max(LONGEST, 'count').default([]),
  foot: z.array(link).max(LONGEST, 'count').default([]),
  sponsor: name.optional(),
  contact: name.optional(),
  icp: text.optional(),
  gongan: text.optional(),
  siteId: text.optional(),
});
type ThemeEntry = z.output<typeof themeEntry>;

const EMBLEM_BYTES = 1_000_000;

/** @param root what paths are relative to @throws BanliError where the emblem is no picture */
export function themeOf(
  entry: ThemeEntry | undefined,
  root: string,
  words: Messages,
): Theme | undefined {
  if (!entry) return undefined;
  const { color, emblem, links, foot, sponsor, contact, icp, gongan, siteId } = entry;
  return {
    color,
    emblem: emblem === undefined ? undefined : emblemAt(resolve(root, emblem), words),
    links,
    foot,
    sponsor,
    contact,
    icp,
    gongan,
    siteId,
  };
}

function emblemAt(path: string, words: Messages): Theme['emblem'] {
  const fail = (why: string, cause?: unknown): never => {
    throw new BanliError('emblem', words.cli.badEmblem(path, why), {
      hint: words.cli.badEmblemHow,
      cause,
    });
  };
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return fail(systemCode(error) ?? '', error);
  }
  if (bytes.length > EMBLEM_BYTES || fileKind(path, bytes, bytes.length).use !== 'picture')
    return fail('');
  return {
    name: `emblem${extname(path).toLowerCase()}`,
    digest: createHash('sha256').update(bytes).digest('hex').slice(0, 16),
    bytes,
  };
}
