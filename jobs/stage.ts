// Queue `stage`: at T − lead, prepares one publication in private.
import { z } from 'zod';
import type { PublicationId } from '../src/plan/types.ts';
import type { PublishDeps } from '../src/publish/deps.ts';
import { stage } from '../src/publish/stage.ts';

const data = z.object({ publication: z.string() });

export const stageJob =
  (parts: PublishDeps, signal: AbortSignal) =>
  (job: unknown): Promise<void> =>
    stage(parts, data.parse(job).publication as PublicationId, signal);
