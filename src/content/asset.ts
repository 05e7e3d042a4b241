// A file of a bundle as channels are given it.
import { createHash } from 'node:crypto';
import type { Asset } from '../channels/channel.ts';

export function makeAsset(name: string, type: string, content: Buffer): Asset {
  return {
    name,
    type,
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    read: () => Promise.resolve(content),
  };
}
