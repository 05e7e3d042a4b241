// What a log line may be about: each event has its words in every language. Not for what happened
// to releases: the journal.

export const LOG_EVENTS = [
  'settings-changed',
  'settings-wrong',
  'settings',
  'secrets-taken',
  'started',
  'web-started',
  'stopped',
  'plan-applied',
  'plan-refused',
  'plan-failed',
  'plan-follow',
  'reconciled',
  'states-renamed',
  'letter',
  'ledger-forgot',
  'pages-put-back',
  'site-restored',
  'site-unkept',
  'site-page',
  'site-record',
  'site-tidy',
  'cannot-watch',
  'pause',
  'pause-untold',
  'redis',
  'attend',
  'poll',
  'restage',
  'desk',
  'web',
  'round',
  'ping',
  'watchdog-state-broken',
  'staged',
  'armed',
  'published',
  'verified',
  'held',
  'doubtful',
  'again',
  'given-back',
  'fell-out',
  'wall',
  'incident-opened',
  'incident-raised',
  'incident-escalated',
  'incident-over',
  'incident-closed',
  'incident-acknowledged',
] as const;
export type LogEvent = (typeof LOG_EVENTS)[number];

/** Takes events with their fields, never a secret. */
export interface EventLog {
  info(event: LogEvent): void;
  info(fields: object, event: LogEvent): void;
  warn(fields: object, event: LogEvent): void;
  error(event: LogEvent): void;
  error(fields: object, event: LogEvent): void;
}
