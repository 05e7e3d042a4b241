// How the service is, for whoever asks from outside: `/healthz` (does it live?) and `/readyz` (may
// people be sent to it?). Counts and ages, nothing secret. Not for alarms: the watchdog looks for
// itself.
import { livingWorkers, pulseAge } from '../ledger/worker-heartbeats.ts';
import type { RedisHandle } from '../redis/connection.ts';
import type { HealthReport } from '../site/serve/health-report.ts';

/** A sweep may be so many of its intervals old, and in any case so long, ms. */
const SWEEPS = 6;
const SWEEP_MS = 30_000;
/** Redis that does not answer for so long is taken for gone, ms. */
const PATIENCE_MS = 2000;

/** @param sweepMs how often the service sweeps */
export async function healthReport(handle: RedisHandle, sweepMs: number): Promise<HealthReport> {
  const asked = Promise.all([livingWorkers(handle), pulseAge(handle)]);
  const found = await within(PATIENCE_MS, asked);
  if (!found) return { status: 'failing', redis: 'unreachable', workers: 0, sweepAgeSeconds: null };
  const [workers, age] = found;
  const isSweeping = age !== undefined && age <= Math.max(SWEEP_MS, SWEEPS * sweepMs);
  return {
    status: workers > 0 && isSweeping ? 'ok' : 'failing',
    redis: 'ok',
    workers,
    sweepAgeSeconds: age === undefined ? null : Math.round(age / 100) / 10,
  };
}

async function within<T>(ms: number, asked: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((done) => {
    timer = setTimeout(done, ms, undefined);
  });
  const found = await Promise.race([asked.catch(() => undefined), limit]);
  clearTimeout(timer);
  return found;
}
