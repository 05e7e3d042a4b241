// THE table: which state of a publication may follow which, and by what event. Nothing else says
// so; the picture in docs/states.md is made from it. Not for deciding what to do: publish/.
/** The life of a publication. */
export const STATES = [
  'planned',
  'staged',
  'armed',
  'releasing',
  'public',
  'verified',
  'held',
  'doubtful',
  'cancelled',
  'withdrawn',
  'historical',
] as const;
export type State = (typeof STATES)[number];

/** One allowed step: from, to, the journal's event, and when it happens. */
export interface Transition {
  readonly from: State;
  readonly to: State;
  readonly event: string;
  readonly when: string;
}

const step = (from: State, to: State, event: string, when: string): Transition => ({
  from,
  to,
  event,
  when,
});

export const TRANSITIONS: readonly Transition[] = [
  step('planned', 'staged', 'staged', 'everything is prepared in private'),
  step('planned', 'held', 'held', 'refused by the channel, or found too late'),
  step('planned', 'cancelled', 'cancelled', 'taken out of the plan'),
  step('planned', 'doubtful', 'doubted', 'unsettled: it may be public already'),
  step('planned', 'historical', 'historical', 'due before Banli kept this plan'),
  step(
    'planned',
    'planned',
    'replanned',
    'the plan moves the due instant, or a reason why it waits is noted',
  ),
  step('staged', 'armed', 'armed', 'a worker holds it, shortly before T'),
  step('staged', 'planned', 'unstaged', 'the content or the plan changed'),
  step('staged', 'held', 'held', 'an operator, or found too late'),
  step('staged', 'doubtful', 'doubted', 'unsettled: an earlier call may have had its effect'),
  step('staged', 'cancelled', 'cancelled', 'taken out of the plan'),
  step('armed', 'releasing', 'intent', 'the intent, written before the call'),
  step('armed', 'staged', 'given-back', 'the worker stops, died, or the website is not out'),
  step('armed', 'held', 'held', 'the channel refuses, or its website publication is held'),
  step('armed', 'planned', 'unstaged', 'the plan moves it while armed'),
  step(
    'armed',
    'doubtful',
    'doubted',
    'unsettled, or its worker died so near T that its intent may be forgotten',
  ),
  step('armed', 'cancelled', 'cancelled', 'taken out of the plan'),
  step('releasing', 'public', 'published', 'the receipt'),
  step('releasing', 'releasing', 'accepted', 'the channel took it and works on it'),
  step('releasing', 'staged', 'again', 'the channel says that nothing happened'),
  step('releasing', 'held', 'held', 'the channel refuses'),
  step('releasing', 'doubtful', 'doubted', 'the call ended without an answer'),
  step('doubtful', 'public', 'found', 'the channel shows it'),
  step('doubtful', 'staged', 'not-found', 'the channel says that it is not public'),
  step('doubtful', 'planned', 'not-found', 'not public, and nothing is staged'),
  step('doubtful', 'held', 'held', 'the channel cannot tell'),
  step('doubtful', 'withdrawn', 'withdrawn', 'the channel says that it was withdrawn'),
  step('doubtful', 'historical', 'historical', 'not public, and due before Banli kept this plan'),
  step('held', 'planned', 'resumed', 'an operator, new content, or a new date'),
  step(
    'held',
    'doubtful',
    'doubted',
    'an operator asks to look again, or what is unsettled is taken up again',
  ),
  step('held', 'cancelled', 'cancelled', 'taken out of the plan'),
  step('held', 'held', 'replanned', 'the plan gives what a person holds another day'),
  step('held', 'withdrawn', 'withdrawn', 'as the place where the site lives remembers'),
  step('planned', 'withdrawn', 'withdrawn', 'as the place where the site lives remembers'),
  step('staged', 'withdrawn', 'withdrawn', 'as the place where the site lives remembers'),
  step('cancelled', 'withdrawn', 'withdrawn', 'as the place where the site lives remembers'),
  step('historical', 'withdrawn', 'withdrawn', 'as the place where the site lives remembers'),
  step('cancelled', 'planned', 'restored', 'put back into the plan'),
  step('cancelled', 'held', 'held', 'put back into the plan, and a person holds it'),
  step('cancelled', 'doubtful', 'doubted', 'a person says what they saw of it'),
  step(
    'historical',
    'planned',
    'resumed',
    'an operator publishes it after all, or the plan gives it another day',
  ),
  step('historical', 'doubtful', 'doubted', 'an operator asks to look'),
  step('public', 'verified', 'verified', 'a look at the channel shows it'),
  step('public', 'withdrawn', 'withdrawn', 'by an operator'),
  step('public', 'held', 'held', 'the channel took it down after accepting it'),
  step('verified', 'withdrawn', 'withdrawn', 'by an operator'),
];

/** The event of a step. @throws Error where the table has no such step: a programming mistake. */
export function eventOf(from: State, to: State): string {
  const found = TRANSITIONS.find((one) => one.from === from && one.to === to);
  if (!found) throw new Error(`no transition ${from} → ${to}`);
  return found.event;
}

/** What earlier releases of Banli wrote in a ledger, and what it is called now. */
export const FORMER_STATES: Readonly<Record<string, State>> = { bygone: 'historical' };

/** A state as a ledger or an archive has it, whichever release of Banli wrote it. */
export function toState(text: string | null | undefined): State | undefined {
  const named = FORMER_STATES[text ?? ''] ?? text;
  return STATES.find((one) => one === named);
}

/** Nothing more will happen to these by itself. */
export const CLOSED: readonly State[] = ['verified', 'cancelled', 'withdrawn', 'historical'];
/** The public can see these. */
export const PUBLIC: readonly State[] = ['public', 'verified'];
/** A worker has it in hand. */
export const IN_HAND: readonly State[] = ['armed', 'releasing'];
/** Not public, and something is still to happen: by itself, or by a person. */
export const OPEN: readonly State[] = STATES.filter(
  (state) => !PUBLIC.includes(state) && !CLOSED.includes(state),
);
/** It does not come out by itself. */
export const STANDING_STILL: readonly State[] = ['held', 'cancelled', 'withdrawn', 'historical'];
/**
 * It may come out yet, as it was: the call has been made or is about to be, or nobody knows whether
 * it was.
 */
export const isUnderWay = ({
  state,
  unsettled,
}: {
  readonly state: State;
  readonly unsettled: unknown;
}): boolean => unsettled !== undefined || ['armed', 'releasing', 'doubtful'].includes(state);

/** The table as a Mermaid state diagram. */
export function diagram(): string {
  return [
    'stateDiagram-v2',
    '  [*] --> planned',
    ...TRANSITIONS.map(({ from, to, event }) => `  ${from} --> ${to}: ${event}`),
  ].join('\n');
}

export const MOVABLE: readonly State[] = [
  'planned',
  'staged',
  'armed',
  'held',
  'historical',
  'cancelled',
];

/** What may become withdrawn by what is remembered where the site lives. */
export const WITHDRAWABLE: readonly State[] = [
  'planned',
  'staged',
  'doubtful',
  'held',
  'cancelled',
  'historical',
  'public',
  'verified',
];

/** What would be sent, now or once a person frees it. */
export const DOUBTABLE: readonly State[] = ['planned', 'staged', 'held', 'cancelled'];

/** Nothing of it was sent. */
export const UNSENT: readonly State[] = [...DOUBTABLE, 'historical'];

/** What a person held and would go out, now or once it has been looked up. */
export const HOLDABLE: readonly State[] = ['planned', 'staged', 'armed', 'doubtful'];

export const CANCELLABLE: readonly State[] = ['planned', 'staged', 'armed', 'held'];

/** A person may hold it: nothing is on its way yet. */
export const HOLDABLE_BY_PERSON: readonly State[] = ['planned', 'staged', 'armed'];

/** A person may have it published late, or before Banli kept the plan. */
export const PUBLISHABLE_BY_PERSON: readonly State[] = ['held', 'historical', 'planned'];

/** A person may say whether it is public, where that is not known: nothing is under way. */
export const SETTLEABLE_BY_PERSON: readonly State[] = ['held', 'doubtful', 'historical'];

/** A person who serves the channel may say that it is public there: no worker has it in hand. */
export const SAYABLE_BY_PERSON: readonly State[] = ['planned', 'staged', 'held', 'doubtful'];
