// A program of the bureau's own: JSON, signed as Standard Webhooks 1.0 says; the same `webhook-id`
// at every try. Not for publishing: channels/webhook.ts.
import { Webhook } from 'standardwebhooks';
import { http } from '../../channels/http.ts';
import type { Clock } from '../../lib/clock.ts';
import { SendError, type Transport } from '../transport.ts';

const LIMIT_MS = 15_000;
const AGAIN = [408, 425, 429];

export function webhookWay(
  options: { readonly url: string; readonly secret: string },
  clock: Clock,
): Transport {
  const signer = new Webhook(options.secret);
  return {
    async send(delivery) {
      const { letter, severity, event, subject, text, incidents } = delivery;
      const at = new Date(clock.now());
      const body = JSON.stringify({
        type: `alert.${event}`,
        letter,
        severity,
        subject,
        text,
        incidents,
        at: new Date(delivery.at).toISOString(),
      });
      const answered = await http(
        {
          method: 'POST',
          url: options.url,
          headers: {
            'content-type': 'application/json; charset=utf-8',
            'webhook-id': delivery.id,
            'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
            'webhook-signature': signer.sign(delivery.id, at, body),
          },
          body,
        },
        AbortSignal.timeout(LIMIT_MS),
      );
      if (!answered.ok) throw new SendError(answered.why, false);
      const { status } = answered;
      if (status >= 300)
        throw new SendError(`HTTP ${status}`, status < 500 && !AGAIN.includes(status));
    },
    check: () => Promise.resolve(),
    close: () => undefined,
  };
}
