// The end of a long-running command. Not for what then is to be closed.

/**
 * Resolves at the first SIGINT or SIGTERM. Further ones are ignored: a terminal sends one to
 * everybody, and then the parent another.
 */
export function signalled(): Promise<void> {
  return new Promise((done) => {
    process.on('SIGINT', () => done());
    process.on('SIGTERM', () => done());
  });
}
