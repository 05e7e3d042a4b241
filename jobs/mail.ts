// Queue `mail`: sends one letter of the outbox. A failure leaves it there; tending puts the job back.
import { z } from 'zod';
import type { Mailer } from '../src/alerts/mail.ts';
import type { Journal } from '../src/ledger/journal.ts';
import type { Notebook } from '../src/ledger/notebook.ts';
import type { Clock } from '../src/schedule/clock.ts';

const data = z.object({ letter: z.string() });

export const mailJob =
  (parts: { notebook: Notebook; journal: Journal; mailer: Mailer; clock: Clock; worker: string }) =>
  async (job: unknown): Promise<void> => {
    const letter = await parts.notebook.letter(data.parse(job).letter);
    if (!letter) return;
    await parts.mailer.send(letter);
    await parts.notebook.sent(letter.id);
    await parts.journal.append('mail-sent', letter.id, parts.worker, parts.clock.now(), { subject: letter.subject });
  };
