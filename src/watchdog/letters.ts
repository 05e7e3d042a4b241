// The watchdog's own letters: written in its name, sent from its own outbox, and the ping by which
// somebody outside knows that it lives. For when a letter is written see
// alerts/settle-incidents.ts.

import type { LetterWriter } from '../alerts/address-letters.ts';
import { isOutdated, trySend, waitsFor } from '../alerts/deliver-letters.ts';
import { peopleFor } from '../alerts/recipients.ts';
import { incidentLetter } from '../alerts/templates/incident-letter.ts';
import { http } from '../channels/http.ts';
import type { Config } from '../config/load.ts';
import { type Messages, messagesFor } from '../i18n/index.ts';
import type { Instant } from '../lib/instant.ts';
import type { WatchStore } from './store.ts';
import type { WatchdogParts } from './watchdog.ts';

/** A letter that failed so often is told to the dead man's switch. */
const FAILED = 3;

/** Tries every letter of the outbox whose time has come. */
export async function sendLetters(
  { config, ways, log }: WatchdogParts,
  store: WatchStore,
  now: Instant,
): Promise<void> {
  const incidents = [...(await store.incidents()).values()];
  for (const delivery of store.outbox()) {
    const all = store.outbox();
    if (delivery.notBefore > now || waitsFor(delivery, all, now)) continue;
    if (isOutdated(delivery, all, incidents)) {
      await store.delivered(delivery.id);
      continue;
    }
    const sent = await trySend(
      delivery,
      { people: config.alerts.people, ways, incidents, waiting: all },
      now,
    );
    log.info(
      {
        letter: delivery.letter,
        way: delivery.way,
        person: delivery.person,
        result: sent.result,
      },
      'letter',
    );
    if (sent.result === 'later') await store.record({ deliveries: [sent.delivery] });
    if (sent.result === 'moved') await store.record({ deliveries: sent.deliveries });
    if (sent.result === 'sent') await store.sent(delivery);
    else if (sent.result !== 'later') await store.delivered(delivery.id);
  }
}

/**
 * Tells the dead man's switch that the watchdog lives; `/fail` while somebody should have been
 * told and nobody could be (as healthchecks.io has it).
 * @param untold the service has missed something, and could tell nobody
 */
export async function pingOutside(
  { config, log }: WatchdogParts,
  store: WatchStore,
  untold: boolean,
): Promise<void> {
  const { ping } = config.watchdog;
  if (ping === undefined) return;
  const stuck = untold || store.outbox().some((delivery) => delivery.tries >= FAILED);
  const url = stuck ? `${ping.replace(/\/$/, '')}/fail` : ping;
  const answer = await http({ method: 'GET', url, limitMs: 10_000 }, new AbortController().signal);
  if (!answer.ok) log.warn({ why: answer.why }, 'ping');
}

/** Writes letters in the watchdog's name. */
export const letterWriter =
  (config: Config): LetterWriter =>
  (event, incidents, person, now) => {
    const words: Messages = messagesFor(person.language);
    const bureau =
      person.language === 'en' ? (config.bureau.en ?? config.bureau.zh) : config.bureau.zh;
    const before = peopleFor(config.alerts.people, 'missed', (incidents[0]?.level ?? 2) - 1);
    const names = before.map(({ name }) => name).join('、');
    const letter = { event, incidents, now, before: names, desk: config.desk.publicUrl };
    return Promise.resolve(incidentLetter(words, `${bureau} ${words.letters.watchdog}`, letter));
  };
