// News of what happens, to every open page of one browser by one stream: over HTTP/1.1 a browser has six connections to a host, and a stream keeps one.

/** Hears that something changed, or that all is quiet. Pages that nobody looks at hold no stream; shown again they are told to look. */
export function listen(heard: (changed: boolean) => void): void {
  const channel = new BroadcastChannel('banli-events');
  channel.addEventListener('message', ({ data }) => heard(data === true));
  let letGo: (() => void) | undefined;

  /** The stream, for as long as this page holds it; what it says is passed on to the others. */
  const hold = (): Promise<void> =>
    new Promise((done) => {
      const source = new EventSource('/desk/events');
      const pass = (changed: boolean) => (): void => {
        heard(changed);
        channel.postMessage(changed);
      };
      source.addEventListener('changed', pass(true));
      source.addEventListener('quiet', pass(false));
      letGo = () => {
        source.close();
        letGo = undefined;
        done();
      };
    });
  let waiting: AbortController | undefined;
  const begin = (): void => {
    // Only over HTTPS, or on this machine, do pages know of one another's locks.
    if (!('locks' in navigator)) {
      void hold();
      return;
    }
    waiting = new AbortController();
    navigator.locks.request('banli-events', { signal: waiting.signal }, hold).catch(() => undefined);
  };
  const end = (): void => {
    waiting?.abort();
    letGo?.();
  };
  const follow = (): void => {
    if (document.hidden) end();
    else begin();
  };
  document.addEventListener('visibilitychange', () => {
    follow();
    if (!document.hidden) heard(true);
  });
  addEventListener('pagehide', end);
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) follow();
  });
  follow();
}
