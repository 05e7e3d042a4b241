// News of what happens, to every open page of one browser by one stream: over HTTP/1.1 a browser
// has six connections to a host, and a stream keeps one.

/**
 * A stream that was refused, as after the session's end, is asked for again after so long, ms: by
 * then somebody may have signed in again.
 */
const AGAIN_MS = 5000;

/**
 * Hears each second how far the journal is. Pages that nobody looks at hold no stream; shown again
 * they are told with the next second.
 */
export function listenToEvents(heard: (journal: string) => void): void {
  const channel = new BroadcastChannel('banli-events');
  channel.addEventListener('message', ({ data }) => heard(String(data)));
  let letGo: (() => void) | undefined;

  /** The stream, for as long as this page holds it; what it says is passed on to the others. */
  const hold = (): Promise<void> =>
    new Promise((done) => {
      const source = new EventSource('/desk/events');
      source.addEventListener('journal', ({ data }: MessageEvent<string>) => {
        heard(data);
        channel.postMessage(data);
      });
      // What is only interrupted a browser takes up again by itself.
      source.addEventListener('error', () => {
        if (source.readyState !== EventSource.CLOSED) return;
        letGo?.();
        setTimeout(follow, AGAIN_MS);
      });
      letGo = () => {
        source.close();
        letGo = undefined;
        done();
      };
    });
  let waiting: AbortController | undefined;
  const begin = (): void => {
    end();
    // Only over HTTPS, or on this machine, do pages know of one another's locks.
    if (!('locks' in navigator)) {
      void hold();
      return;
    }
    waiting = new AbortController();
    navigator.locks
      .request('banli-events', { signal: waiting.signal }, hold)
      .catch(() => undefined);
  };
  const end = (): void => {
    waiting?.abort();
    letGo?.();
  };
  const follow = (): void => {
    if (document.hidden) end();
    else begin();
  };
  document.addEventListener('visibilitychange', follow);
  addEventListener('pagehide', end);
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) follow();
  });
  follow();
}
