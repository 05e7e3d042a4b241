// Queue `mail`: tries to send one letter of the outbox. What is not taken is tried again later;
// reconcile puts back a job that was lost.
import { z } from 'zod';
import { deliver, type LetterDelivery } from '../src/alerts/deliver-letters.ts';
import type { Instant } from '../src/lib/instant.ts';

const data = z.object({ delivery: z.string() });

export const mailJob =
  (office: LetterDelivery, again: (delivery: string, at: Instant) => Promise<void>) =>
  async (job: unknown): Promise<void> => {
    const { delivery } = data.parse(job);
    const at = await deliver(office, delivery);
    if (at !== undefined) await again(delivery, at);
  };
