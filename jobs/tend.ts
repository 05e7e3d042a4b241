// Queue `tend`: the regular round. `sweep` takes up what a dead worker left and tells operators what is missed;
// `reconcile` makes ledger and queues agree with the plan again.
import { z } from 'zod';

const data = z.object({ kind: z.enum(['sweep', 'reconcile']) });

export const tendJob =
  (rounds: { sweep(): Promise<void>; reconcile(): Promise<void> }) =>
  (job: unknown): Promise<void> =>
    rounds[data.parse(job).kind]();
