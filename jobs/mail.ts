// Queue `mail`: tries to send one letter of the outbox. What is not taken is tried again later; reconcile puts back a job that was lost.
import { z } from 'zod';
import { deliver } from '../src/alerts/deliver.ts';
import type { PostOffice } from '../src/alerts/deliver.ts';
import type { Instant } from '../src/plan/types.ts';

const data = z.object({ delivery: z.string() });

export const mailJob =
  (office: PostOffice, again: (delivery: string, at: Instant) => Promise<void>) =>
  async (job: unknown): Promise<void> => {
    const { delivery } = data.parse(job);
    const at = await deliver(office, delivery);
    if (at !== undefined) await again(delivery, at);
  };
