// One incident in words: head, facts, what stands where, what to do. Not for the letter around it: incident.ts.
import type { Incident, Item } from '../../ledger/incidents.ts';
import { minuteIn } from '../../plan/time.ts';
import { instant } from '../../plan/types.ts';
import type { Instant } from '../../plan/types.ts';
import { never } from '../../words/error.ts';
import { languageOf } from '../../words/index.ts';
import type { Next, Words } from '../../words/index.ts';
import type { Trouble } from '../troubles.ts';

export interface Told {
  readonly head: string;
  readonly facts: readonly string[];
  readonly parts: readonly { readonly what: string; readonly next: string | undefined }[];
  readonly commands: readonly string[];
  /** Said before the commands, where they are not all that is to be done. */
  readonly before?: string | undefined;
  /** Shown as it is. */
  readonly text: string | undefined;
}

/** More releases than this are counted, not listed. */
const LISTED = 100;
const COMMANDS = 5;

/** A name in the language of the letter. */
export function nameIn(words: Words, name: Item['name']): string {
  return languageOf(words) === 'en' ? (name.en ?? name.zh) : name.zh;
}

/** What is wrong, and what to do about it. */
export function tell(words: Words, incident: Trouble, now: Instant): Told {
  const w = words.letters;
  const { code = '', detail = '', subject } = incident;
  const plain = (head: string, facts: readonly string[], commands: readonly string[] = [], text?: string): Told => ({
    head,
    facts,
    parts: [],
    commands,
    text,
  });
  switch (incident.kind) {
    case 'plan':
      return plain(w.planHead, [w.planFact], ['npx banli plan check'], detail);
    case 'clock':
      return plain(w.clockHead(subject), [w.clockFact(words.span(Math.abs(Number(detail))), Number(detail) > 0), w.clockHow], ['npx banli doctor']);
    case 'quota': {
      const [span = '', count = '', most = ''] = detail.split('|');
      const channel = words.channel(subject);
      return plain(w.quotaHead(channel, span, Number(count)), [w.quotaFact(channel, code, Number(most))], ['npx banli plan check']);
    }
    case 'plan-ends':
      return plain(w.planEndsHead(subject, detail), [w.planEndsFact], [`npx banli plan year ${detail}`]);
    case 'mail':
      return plain(w.mailHead(subject), [w.mailFact(detail)], ['npx banli alerts test']);
    case 'service':
      return plain(w.serviceHead(code === 'hung'), [w.serviceFact(words.span(Number(detail)))], ['npx banli start']);
    case 'redis':
      return plain(w.redisHead, [w.redisFact(detail)], ['npx banli doctor']);
    case 'disk':
      return plain(w.diskHead(detail), [w.diskFact(subject)], ['npx banli doctor']);
    case 'site':
      return plain(w.siteHead, [w.siteFact(subject, detail)], ['npx banli doctor']);
    case 'channel':
      if (incident.items.length > 0) return tellItems(words, incident, now);
      if (code === 'token-ends')
        return plain(
          w.channelHead(words.channel(subject), w.tokenEnds(detail.slice(0, 16).replace('T', ' '))),
          [w.tokenHow],
          [`npx banli doctor --channel ${subject}`],
        );
      return plain(
        w.channelHead(words.channel(subject), words.reason(code, detail || undefined, '')),
        [w.channelFact],
        [`npx banli doctor --channel ${subject}`],
      );
    case 'release':
    case 'unready':
    case 'stuck':
    case 'late':
      return tellItems(words, incident, now);
    default:
      return never(incident.kind);
  }
}

/** What is over, and how long it took. */
export function tellOver(words: Words, incident: Incident, now: Instant): Told {
  const w = words.letters;
  const concerned = Object.entries(incident.told).map(([id, name]) => w.named(name, id));
  const name = incident.items[0] ? nameIn(words, incident.items[0].name) : thingOf(words, incident);
  const [only] = concerned;
  const end = incident.closedAt ?? now;
  const { openedAt, missedAt } = incident;
  return {
    head: w.overHead(name),
    facts: [
      w.what(concerned.length === 1 && only !== undefined ? only : name),
      w.lasted(words.span(end - openedAt)),
      ...(missedAt !== undefined && missedAt > openedAt ? [w.missedFor(words.span(end - missedAt))] : []),
      ...(concerned.length > 1 ? [w.concerned] : []),
    ],
    parts:
      concerned.length > 1
        ? shortened(
            words,
            concerned.map((what) => ({ what, next: undefined })),
          )
        : [],
    commands: [],
    text: undefined,
  };
}

/** The name of what an incident without releases is about. */
function thingOf(words: Words, { kind, subject, detail = '' }: Incident): string {
  const w = words.letters;
  switch (kind) {
    case 'plan':
      return w.planName;
    case 'clock':
      return w.clockName(subject);
    case 'quota':
      return w.quotaName(words.channel(subject), detail.split('|')[0] ?? '');
    case 'plan-ends':
      return w.planEndsName(detail);
    case 'service':
      return w.serviceName;
    case 'redis':
      return w.redisName;
    case 'disk':
      return w.diskName;
    case 'site':
      return w.siteName;
    case 'mail':
      return w.mailHead(subject);
    default:
      return words.channel(subject);
  }
}

function tellItems(words: Words, incident: Trouble, now: Instant): Told {
  const w = words.letters;
  const { items } = incident;
  const [first] = items;
  if (!first) return { head: '', facts: [], parts: [], commands: [], text: undefined };
  const releases = new Set(items.map((item) => item.release)).size;
  const part = (item: Item): string => w.part(item.channels.map(words.channel), words.reason(item.code, item.detail, item.state));
  const due = (item: Item): string => minuteIn(instant(item.due), incident.timezone);
  const commands = commandsOf(items);
  const before = incident.kind === 'unready' ? w.check : undefined;
  if (releases === 1) {
    const late = now - first.due;
    return {
      head: headOf(words, incident, first, 1),
      facts: [
        w.what(w.named(nameIn(words, first.name), first.release)),
        w.due(due(first)),
        late > 0 ? w.late(words.span(late)) : w.left(words.span(-late)),
      ],
      parts: items.map((item) => ({ what: part(item), next: w.next(nextOf(item)) })),
      commands,
      before,
      text: undefined,
    };
  }
  const nexts = new Set(items.map((item) => w.next(nextOf(item))));
  const same = nexts.size === 1;
  const parts = items.map((item) => ({
    what: w.release(w.named(nameIn(words, item.name), item.release), due(item), part(item)),
    next: same ? undefined : w.next(nextOf(item)),
  }));
  return {
    head: headOf(words, incident, first, releases),
    facts: same ? [...nexts] : [],
    parts: shortened(words, parts),
    commands,
    before,
    text: undefined,
  };
}

function shortened(words: Words, parts: Told['parts']): Told['parts'] {
  return parts.length > LISTED ? [...parts.slice(0, LISTED), { what: words.letters.andMore(parts.length - LISTED), next: undefined }] : parts;
}

function headOf(words: Words, { kind, subject, severity }: Trouble, first: Item, releases: number): string {
  const w = words.letters;
  const which = kind === 'late' ? 'late' : severity === 'missed' ? 'missed' : 'risk';
  const title = nameIn(words, first.name);
  if (releases === 1) return { late: w.lateHead, missed: w.missedHead, risk: w.riskHead }[which](title, first.release);
  return { late: w.lateMany, missed: w.missedMany, risk: w.riskMany }[which](
    title,
    releases,
    kind === 'channel' ? words.channel(subject) : undefined,
  );
}

function nextOf(item: Item): Next {
  if (item.code === 'published-late') return 'done';
  if (item.code === 'approval-missing') return 'waits-for-approval';
  if (item.code?.startsWith('content-')) return 'waits-for-content';
  if (item.code === 'website-held' || item.code === 'website-late') return 'follows-website';
  switch (item.state) {
    case 'held':
      return 'nothing';
    case 'doubtful':
    case 'releasing':
      return 'looks';
    default:
      return 'tries-again';
  }
}

/** What brings it on: a retry of what is held, a look at what is wrong, or the state. */
function commandsOf(items: readonly Item[]): string[] {
  const held = items
    .filter((item) => item.state === 'held')
    .flatMap((item) => item.channels.map((channel) => `npx banli retry ${item.release} --channel ${channel}`));
  if (held.length > 0)
    return held.length > COMMANDS ? ['npx banli status', ...held.slice(0, COMMANDS)] : held.slice(0, held.length === 1 ? 1 : COMMANDS);
  if (items.some((item) => item.code?.startsWith('content-'))) return ['npx banli doctor'];
  const releases = [...new Set(items.map((item) => item.release))];
  return [releases.length === 1 ? `npx banli status ${releases[0]}` : 'npx banli status'];
}
