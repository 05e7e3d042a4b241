// A cover picture for a release that brings none, drawn in a thread. For how it looks see
// draw-cover.ts.
import type { Asset } from '../channels/channel.ts';
import { inThread } from '../lib/threads.ts';
import { makeAsset } from './asset.ts';
import type { CoverWords } from './draw-cover.ts';

/** @throws Error where it cannot be drawn within the limits of a thread */
export async function drawCover(words: CoverWords): Promise<Asset> {
  const drawn = await inThread('cover', words);
  if (!drawn.ok) throw new Error(`cover: ${drawn.message}`);
  return makeAsset('cover.png', 'image/png', Buffer.from(drawn.value));
}

/** The first figure with a unit in the summary: `5.2%`, `6123.4亿元`, `101.3`. */
export function keyFigure(summary: string): string | undefined {
  return /[-+]?\d[\d,]*(?:\.\d+)?\s?(?:%|％|亿元|万元|万人|个百分点|元)/.exec(summary)?.[0];
}
