// What an incident without releases is called, once it is over. Not for what is wrong: describe.ts.
import type { Messages } from '../../i18n/index.ts';
import type { Incident } from '../../ledger/incidents.ts';

/** The name of what an incident without releases is about. */
export function thingOf(words: Messages, { kind, subject, detail = '' }: Incident): string {
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
    case 'ledger-reborn':
      return w.rebornName;
    case 'engine':
      return w.engineName;
    default:
      return words.channel(subject);
  }
}
