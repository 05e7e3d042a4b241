// A letter in the outbox: a copy for one person by one way, until it has arrived. For sending it
// see alerts/deliver-letters.ts.

import { z } from 'zod';
import { SEVERITIES } from './incident.ts';

const file = z.object({ name: z.string(), type: z.string(), text: z.string() });
const delivery = z.object({
  id: z.string(),
  /** The letter that it is a copy of. */
  letter: z.string(),
  /** The letter that it answers. */
  thread: z.string().optional(),
  person: z.string(),
  /** `mail`, or a way by its name in banli.yaml. */
  way: z.string(),
  /** The one of the person's addresses that it goes to: each is tried by itself. */
  address: z.string().optional(),
  severity: z.enum(SEVERITIES),
  event: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  /** For robots: short Markdown. */
  brief: z.string(),
  files: z.array(file).default([]),
  /** For programs. */
  incidents: z.array(z.string()).default([]),
  /** What it says is missed: by incident, the releases (`toldKey`). */
  late: z.record(z.string(), z.array(z.string())).optional(),
  at: z.number(),
  /** Quiet hours end then; or the next try. */
  notBefore: z.number(),
  tries: z.number().default(0),
  error: z.string().optional(),
  /** The other side refused it for good: it is tried again rarely. */
  refused: z.boolean().optional(),
  /** The next person was written to in its place. */
  passed: z.boolean().optional(),
});
/** One letter to one person by one way, until it has arrived. */
export type Delivery = z.output<typeof delivery>;

export function readDelivery(value: unknown): Delivery | undefined {
  const read = delivery.safeParse(value);
  return read.success ? read.data : undefined;
}
