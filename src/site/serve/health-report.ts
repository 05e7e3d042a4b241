// How the service is, as `/healthz` and `/readyz` answer it. Not for finding out: app/health.ts.

export interface HealthReport {
  readonly status: 'ok' | 'failing';
  readonly redis: 'ok' | 'unreachable';
  /** Processes that work on releases; none: nothing comes out. */
  readonly workers: number;
  /** Since what is due and missed was last looked at, seconds; null where it never was. */
  readonly sweepAgeSeconds: number | null;
}
