// Queue `release`: shortly before T, arms everything due at one instant on one channel, and fires at T.
import { z } from 'zod';
import { instant } from '../src/plan/types.ts';
import type { Parts } from '../src/publish/parts.ts';
import { releaseWave } from '../src/publish/release.ts';

const data = z.object({ channel: z.string(), due: z.number() });

export const releaseJob =
  (parts: Parts, signal: AbortSignal) =>
  (job: unknown): Promise<void> => {
    const { channel, due } = data.parse(job);
    return releaseWave(parts, channel, instant(due), signal);
  };
