// At T on channels that people serve by hand: one letter a channel and instant to whoever serves it,
// once. Not for what it says: alerts/templates/turn.ts.
import { randomUUID } from 'node:crypto';
import { copies } from '../alerts/address-letters.ts';
import { isYourTurn } from '../alerts/conditions.ts';
import { sign } from '../alerts/mail-links.ts';
import { NOTICE, type Person, peopleFor, reached } from '../alerts/recipients.ts';
import { type Turn, turnLetter } from '../alerts/templates/turn.ts';
import { messagesFor } from '../i18n/index.ts';
import type { Delivery } from '../ledger/delivery.ts';
import type { LedgerEntry } from '../ledger/ledger.ts';
import { type Instant, instant } from '../lib/instant.ts';
import { groupBy } from '../plan/group.ts';
import { minuteIn } from '../plan/time.ts';
import { parsePublicationId, type Release } from '../plan/types.ts';
import { titled } from '../site/names.ts';
import type { App } from './app.ts';

type LettersApp = Pick<App, 'config' | 'planService' | 'publishDeps' | 'incidents' | 'usedLinks'>;

const LOCK_MS = 30_000;

/** One publication that is somebody's to make now. */
interface Due {
  readonly entry: LedgerEntry;
  readonly release: Release;
  readonly channel: string;
}

/** Writes to whoever serves a channel what is theirs to publish now. @returns the letters */
export async function turnLetters(
  app: LettersApp,
  entries: readonly LedgerEntry[],
  now: Instant,
): Promise<Delivery[]> {
  const due = entries.flatMap((entry): Due[] => {
    const { release: id, channel } = parsePublicationId(entry.publication);
    const release = app.planService.calendar().byId.get(id);
    const isTheirs = entry.state === 'held' && isYourTurn(entry.reason?.code) && entry.due <= now;
    return release && isTheirs ? [{ entry, release, channel }] : [];
  });
  if (due.length === 0) return [];
  const made = await app.incidents.alone('turns', LOCK_MS, async () => {
    const all: Delivery[] = [];
    const fresh: Due[] = [];
    for (const one of due)
      if (!(await app.incidents.wasWritten(onceOf(one.entry)))) fresh.push(one);
    for (const group of groupBy(fresh, ({ entry, channel }) => `${channel} ${entry.due}`).values())
      all.push(...(await write(app, group, now)));
    return all;
  });
  return made ?? [];
}

const onceOf = ({ publication, due }: LedgerEntry): string => `turn:${publication}:${due}`;

async function write(app: LettersApp, group: readonly Due[], now: Instant): Promise<Delivery[]> {
  const [first] = group;
  if (!first) return [];
  const { alerts, desk, bureau } = app.config;
  const { channel, release } = first;
  const one = app.config.channels.get(channel);
  const key = await app.usedLinks.signingKey();
  const letter = randomUUID();
  const texts = await Promise.all(group.map((each) => textOf(app, each)));
  const grace = Math.min(...group.map((each) => each.release.settings.grace));
  const deliveries = peopleServing(app, channel).flatMap((person) => {
    const words = messagesFor(person.language);
    const turns = group.map((each, index): Turn => {
      const { publication } = each.entry;
      const link = { incident: '', publication, act: 'done' as const, person: person.name };
      return {
        id: each.release.id,
        name: titled(each.release, words),
        title: texts[index]?.title ?? titled(each.release, words),
        text: texts[index]?.text ?? '',
        page: `${desk.publicUrl}desk/copy/${each.release.id}/${channel}`,
        done: `${alerts.links}act/${sign(key, link, now, alerts.linkLife)}`,
      };
    });
    const written = turnLetter(
      words,
      person.language === 'en' ? (bureau.en ?? bureau.zh) : bureau.zh,
      {
        channel,
        channelName: words.channel(channel),
        how: one?.kind === 'manual' ? one.how : words.manual.draftHow,
        due: minuteIn(first.entry.due, release.timezone),
        until: minuteIn(instant(first.entry.due + grace), release.timezone),
        turns,
        linkLife: alerts.linkLife,
      },
    );
    // It waits for nobody's quiet hours: it is due.
    return copies(
      { ...written, letter, thread: undefined },
      NOTICE,
      'missed',
      person,
      now,
      release.timezone,
    );
  });
  await app.incidents.record({ deliveries, once: group.map(({ entry }) => onceOf(entry)) });
  return deliveries;
}

/** Whom the configuration names; nobody: the first who hears of warnings. */
function peopleServing({ config }: LettersApp, channel: string): Person[] {
  const one = config.channels.get(channel);
  const { people } = config.alerts;
  if (one?.kind !== 'manual' || one.mail.length === 0) return peopleFor(people, 'warning', 1);
  return one.mail.map(
    (address) =>
      people.find(({ mail }) => mail.includes(address)) ??
      reached(address, address, config.language),
  );
}

async function textOf(
  { publishDeps: parts }: LettersApp,
  { release, channel }: Due,
): Promise<{ title: string; text: string } | undefined> {
  const loaded = await parts.load(release);
  if (loaded.state !== 'ready') return undefined;
  const item = parts.itemOf(release, loaded.bundle, channel);
  return {
    title: item.title,
    text: [item.summary, item.plainText(), item.url].filter(Boolean).join('\n\n'),
  };
}
