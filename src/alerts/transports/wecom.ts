// A WeCom (企业微信) group robot: Markdown of at most 4,096 bytes, 20 messages a minute, its key in the
// address. Source: developer.work.weixin.qq.com, 群机器人配置说明 (path/91770).
import type { Transport } from '../transport.ts';
import { callRobot } from './robot.ts';

const TOO_OFTEN = 45009;

export function wecomWay(options: { readonly url: string }): Transport {
  return {
    send: (delivery) =>
      callRobot(options.url, { msgtype: 'markdown', markdown: { content: delivery.brief } }, [
        TOO_OFTEN,
      ]),
    check: () => Promise.resolve(),
    close: () => undefined,
  };
}
