// Content for a release that has none yet, so that everything but the text can be rehearsed. Never
// published anywhere but in a sandbox.
import { createHash } from 'node:crypto';
import type { Bundle } from '../content/bundle.ts';
import { drawCover } from '../content/cover.ts';
import { renderText } from '../content/markdown.ts';
import type { Release } from '../plan/types.ts';

/** WeChat's longest title. */
const TITLE_LONGEST = 32;

/** @param cover drawn before: one serves for all */
export async function standInBundle(
  release: Release,
  bureau: string,
  cover: Promise<Bundle['cover']> | undefined,
): Promise<Bundle> {
  const title = [...`${release.period ?? ''}${release.name.zh}`].slice(0, TITLE_LONGEST).join('');
  const digest = createHash('sha256').update(release.id).digest('hex');
  const body = `预演用的文字：${release.name.zh}（${release.id}）。\n\n| 项目 | 数值 |\n|---|---|\n| 合计 | 100 |\n`;
  return {
    folder: '',
    digest,
    title,
    summary: `${release.id}，预演用的文字。`,
    author: undefined,
    source: undefined,
    body,
    bodyLine: 1,
    weibo: undefined,
    rendered: renderText(body, digest),
    cover: await (cover ?? drawCover({ title: bureau, figure: undefined, period: '', bureau })),
    pictures: [],
    attachments: [],
  };
}
