// What a change of the plan comes to, in English.
import type { PlanChange } from '../../plan/types.ts';
import type { ChangeWords, When } from '../zh/changes.ts';
import { enCommon } from './common.ts';
import { enSite } from './site.ts';

const when = ({ date, weekday, time }: When): string =>
  `${date} ${enSite.weekday(weekday)} ${time}`;
const because = (reason: string | undefined): string =>
  reason === undefined ? '' : `; reason: ${reason}`;
const KINDS: Readonly<Record<PlanChange['kind'], string>> = {
  moved: 'moved',
  cancelled: 'cancelled',
  restored: 'restored',
  confirmed: 'confirmed',
  added: 'added',
  removed: 'removed',
  edited: 'edited',
};

export const enChanges: ChangeWords = {
  order: ['moved', 'cancelled', 'restored', 'confirmed', 'added', 'removed', 'edited'],
  kinds: KINDS,
  keys: {
    name: 'name',
    'name-en': 'English name',
    status: 'status',
    was: 'earlier time',
    reason: 'reason',
    announced: 'day of the change',
    expected: 'expected time',
    immediate: 'at once',
    briefing: 'briefing',
    kind: 'kind',
    channels: 'channels',
    category: 'category',
    approval: 'approval',
    lead: 'lead',
    grace: 'grace',
    window: 'window',
  },
  yes: (is) => (is ? 'yes' : undefined),
  status: enSite.status,
  channel: enCommon.channel,
  span: enCommon.span,
  count: (counts) => counts.map(([kind, count]) => `${count} ${KINDS[kind]}`).join(', '),
  releaseKinds: {
    figures: 'figures',
    bulletin: 'bulletin',
    notice: 'notice',
    interpretation: 'interpretation',
  },
  approvals: { none: 'none', one: 'one person', three: 'three in turn' },
  named: (name, interpretation) =>
    `${name.en ?? name.zh}${interpretation ? ' (interpretation)' : ''}`,
  release: (name, period, interpretation, id) =>
    `${name.en ?? name.zh}${interpretation ? ' (interpretation)' : ''}${period === undefined ? '' : `, ${enSite.periodName(period)}`} (${id})`,
  added: (release, at) => `Added: ${release}, due ${when(at)}`,
  removed: (release, at) => `Removed: ${release}, was due ${when(at)}`,
  many: (kind, name, count, first, last) =>
    `${kind === 'added' ? 'Added' : 'Removed'}: ${name}, ${count} releases, ${when(first)} to ${when(last)}`,
  moved(release, from, to, days, provisional, reason) {
    const how =
      days === 0
        ? 'Another time'
        : `${days > 0 ? 'Postponed' : 'Brought forward'} by ${Math.abs(days)} day(s)`;
    return `${how}${provisional ? ' (it was provisional)' : ''}: ${release}, from ${when(from)} to ${when(to)}${because(reason)}`;
  },
  confirmed: (release, at) => `Confirmed: ${release}, the provisional ${when(at)} stands`,
  cancelled: (release, at, reason) =>
    `Cancelled: ${release}, was due ${when(at)}${because(reason)}`,
  restored: (release, at) => `Restored: ${release}, due ${when(at)}`,
  edited: (release, edits) => `Edited: ${release}: ${edits.join('; ')}`,
  edit: (key, from, to) =>
    from === undefined
      ? `${key} "${to}" added`
      : to === undefined
        ? `${key} "${from}" taken out`
        : `${key} from "${from}" to "${to}"`,
};
