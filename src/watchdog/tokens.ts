// Access tokens in memory: the watchdog shares none with the service, whose store may be gone. Not for the service: redis/tokens.ts.
import type { TokenStore } from '../channels/wechat/api.ts';

export function memoryTokens(): (channel: string) => TokenStore {
  const tokens = new Map<string, { token: string; until: number }>();
  return (channel) => ({
    get() {
      const one = tokens.get(channel);
      return Promise.resolve(one && one.until > performance.now() ? one.token : undefined);
    },
    set(token, forMs) {
      tokens.set(channel, { token, until: performance.now() + forMs });
      return Promise.resolve();
    },
    drop(token) {
      if (tokens.get(channel)?.token === token) tokens.delete(channel);
      return Promise.resolve();
    },
  });
}
