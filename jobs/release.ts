// Queue `release`: shortly before T, arms what is due at one instant on one channel, or its part of
// it, and fires at T.
import { z } from 'zod';
import { instant } from '../src/lib/instant.ts';
import type { PublishDeps } from '../src/publish/deps.ts';
import { releaseWave } from '../src/publish/release.ts';

const data = z.object({ channel: z.string(), due: z.number(), slice: z.number().optional() });

export const releaseJob =
  (parts: PublishDeps, signal: AbortSignal) =>
  (job: unknown): Promise<void> => {
    const { channel, due, slice } = data.parse(job);
    return releaseWave(parts, channel, instant(due), signal, slice);
  };
