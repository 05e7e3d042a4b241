// What the world and the oracle must call the same, though they share nothing else.

/** The digest of a release's content in its n-th version. */
export function digestOf(release: string, version: number): string {
  return `c-${release}-${version}`;
}
