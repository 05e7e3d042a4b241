// Queue `verify`: looks at a channel after a publication or a doubt.
import { z } from 'zod';
import type { PublicationId } from '../src/plan/types.ts';
import type { PublishDeps } from '../src/publish/deps.ts';
import { lookIfDue } from '../src/publish/poll-due.ts';

const data = z.object({ publication: z.string(), look: z.number() });

export const verifyJob =
  (parts: PublishDeps, signal: AbortSignal) =>
  (job: unknown): Promise<void> => {
    const { publication, look: looks } = data.parse(job);
    return lookIfDue(parts, publication as PublicationId, looks, signal);
  };
