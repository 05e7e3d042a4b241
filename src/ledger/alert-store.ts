// Where incidents and the letters about them are kept, as those who settle them need it: in Redis
// by the service (incident-store.ts), in a file by the watchdog (watchdog/store.ts).

import type { Fence } from '../redis/lock.ts';
import type { Delivery } from './delivery.ts';
import type { Incident } from './incident.ts';

/** What changes together. */
export interface AlertChanges {
  readonly set?: ReadonlyMap<string, Incident>;
  readonly remove?: readonly string[];
  readonly deliveries?: readonly Delivery[];
  /** Letters that are written once, by what they are about. */
  readonly once?: readonly string[];
  /** Written only while this lock is held. */
  readonly under?: Fence | undefined;
}

export interface AlertStore {
  incidents(): Promise<Map<string, Incident>>;
  /** The outbox. A letter leaves it only after what it told is noted as taken. */
  deliveries(): Promise<Delivery[]>;
  /** What letters that were taken have told of an incident (`toldKey`); '': the incident itself. */
  taken(incident: string): Promise<ReadonlySet<string>>;
  /** @returns false where the lock that it was decided under was lost, and nothing is written */
  record(changes: AlertChanges): Promise<boolean>;
  /** Runs unless another is at it. */
  alone<T>(name: string, forMs: number, run: (fence?: Fence) => Promise<T>): Promise<T | undefined>;
}
