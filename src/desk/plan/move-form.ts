// What the forms about a date say: moved, put back, or cancelled. Not for what comes of it:
// edit.ts.

import type { Messages } from '../../i18n/index.ts';
import { RequestError } from '../../lib/request-error.ts';
import { minuteIn, yearIn } from '../../plan/time.ts';
import type { Release } from '../../plan/types.ts';
import type { Form } from '../shell/routing.ts';
import { type Move } from './edit.ts';

/**
 * What a form says of a move or a cancellation.
 * @throws RequestError where it says too little, or what no form can do
 */
export function moveIn(
  form: Form,
  release: Release,
  kind: 'postpone' | 'cancel' | 'restore',
  words: Messages,
): Move {
  const w = words.desk;
  const reason = form.reason?.trim() ?? '';
  if (reason === '')
    throw new RequestError(422, 'reason-missing', w.refused.reasonMissing, {
      hint: w.refused.reasonMissingHow,
    });
  const at = `${form.date ?? ''} ${(form.time ?? '').slice(0, 5)}`;
  const year = yearIn(release.due, release.timezone);
  // Each year's releases are that year's plan: in this one it would be gone.
  if (kind !== 'cancel' && Number(form.date?.slice(0, 4)) !== year)
    throw new RequestError(422, 'other-year', w.plan.otherYear(year), {
      hint: w.plan.otherYearHow,
    });
  if (
    kind === 'postpone' &&
    release.status !== 'cancelled' &&
    at === minuteIn(release.due, release.timezone)
  )
    throw new RequestError(422, 'same-time', w.plan.sameTime);
  return { at, reason, immediate: form.immediate === 'yes' };
}
