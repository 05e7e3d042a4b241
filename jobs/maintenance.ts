// Queue `maintenance`: the regular round. `sweep` takes up what a dead worker left and tells
// operators what is missed; `reconcile` makes ledger and queues agree with the plan again;
// `preflight` asks the channels whether they are ready.
import { z } from 'zod';

const data = z.object({ kind: z.enum(['sweep', 'reconcile', 'preflight']) });

export const maintenanceJob =
  (maintenance: {
    sweep(): Promise<void>;
    reconcile(): Promise<void>;
    preflight(): Promise<void>;
  }) =>
  (job: unknown): Promise<void> =>
    maintenance[data.parse(job).kind]();
