// A DingTalk (钉钉) group robot: Markdown, 20 messages a minute, signed (加签) by HMAC-SHA256 of
// "timestamp\nsecret" with a timestamp at most an hour off. Source: open.dingtalk.com, 自定义机器人安全设置.
import { createHmac } from 'node:crypto';
import type { Clock } from '../../lib/clock.ts';
import type { Transport } from '../transport.ts';
import { callRobot } from './robot.ts';

const TOO_OFTEN = [130101, 660026];

export function dingtalkWay(
  options: { readonly url: string; readonly secret?: string | undefined },
  clock: Clock,
): Transport {
  return {
    send(delivery) {
      const url = new URL(options.url);
      if (options.secret !== undefined) {
        const at = clock.now();
        url.searchParams.set('timestamp', String(at));
        url.searchParams.set(
          'sign',
          createHmac('sha256', options.secret).update(`${at}\n${options.secret}`).digest('base64'),
        );
      }
      // A single line break is none in its Markdown.
      const text = delivery.brief.replaceAll('\n', '\n\n');
      return callRobot(
        url.href,
        { msgtype: 'markdown', markdown: { title: delivery.subject, text } },
        TOO_OFTEN,
      );
    },
    check: () => Promise.resolve(),
    close: () => undefined,
  };
}
