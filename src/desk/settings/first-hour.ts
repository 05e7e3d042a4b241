// What is left to be done before the first release, as it is and not as somebody has ticked it off.
// Not for how it looks: first-hour-page.ts.
import { configChange, writtenNow } from '../../app/config-changes.ts';
import { isSampleAddress } from '../../config/hosts.ts';
import type { Messages } from '../../i18n/index.ts';
import type { Desk } from '../shell/desk.ts';
import { withinPatience } from '../shell/patience.ts';

type StepName = keyof Messages['desk']['firstHour']['steps'];

export interface FirstStep {
  readonly name: StepName;
  readonly done: boolean;
  /** Where at the desk it is done, as far as it is. */
  readonly at: string;
}

/** @returns undefined once anything has come out: from then on nobody needs to be led */
export async function firstSteps({ app }: Desk): Promise<readonly FirstStep[] | undefined> {
  const {
    config,
    ledger,
    accounts,
    preflights,
    planService: planner,
    publishDeps: parts,
    clock,
  } = app;
  if ((await ledger.publicSince()).size > 0) return undefined;
  const now = clock.now();
  // What has been saved is done; that it waits for a restart is a step of its own.
  const { site, alerts, mail } = writtenNow(config);
  const isSample = isSampleAddress(site.publicUrl);
  const change = configChange(config);
  const waits = change.what === 'changed' && change.parts.length > 0;
  const notes = await preflights.all();
  const coming = planner
    .calendar()
    .releases.filter(({ due, status }) => due > now && status !== 'cancelled');
  const [next] = coming;
  const used = new Set(coming.flatMap(({ settings }) => settings.channels));
  const isReady = (name: string): boolean => notes.get(name)?.wrong.length === 0;
  return [
    { name: 'bureau', done: !isSample, at: 'settings/#bureau' },
    {
      name: 'mail',
      done: alerts.people.length > 0 && (mail !== undefined || alerts.ways.size > 0),
      at: 'settings/#mail',
    },
    ...(waits ? [{ name: 'restart' as const, done: false, at: 'settings/#force' }] : []),
    { name: 'channels', done: used.size > 0 && [...used].every(isReady), at: 'channels/' },
    {
      name: 'plan',
      done: coming.length > 0 && !planner.calendar().plans.some(({ sample }) => sample),
      at: 'plan/table',
    },
    {
      name: 'people',
      done: (await accounts.all()).filter(({ disabled }) => !disabled).length > 1,
      at: 'people/',
    },
    {
      name: 'text',
      done: next !== undefined && (await withinPatience(parts.load(next)))?.state === 'ready',
      at: next ? `content/${next.id}` : 'content/',
    },
  ];
}
