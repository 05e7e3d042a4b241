// The address that somebody meant who typed one that is nearly right: a slash too many or too few,
// capital letters, a folder of pages that has none of its own. Not for what is shown where nothing
// is near: routing.ts.

/** Folders without a page of their own, and the page that lists what is in them. */
const LISTED: Readonly<Record<string, string>> = {
  '/today/': '/',
  '/releases/': '/plan/',
  '/preview/': '/content/',
};

/**
 * @param path below /desk, as it was asked for
 * @param patterns of the pages that there are, such as `/releases/:id`
 * @returns the page that was meant, below /desk; undefined where none is near
 */
export function rightAddress(path: string, patterns: readonly string[]): string | undefined {
  const bare = path.replace(/\/+$/, '');
  const nearby = [bare, `${bare}/`, bare.toLowerCase(), `${bare.toLowerCase()}/`];
  const isPage = (one: string): boolean => patterns.some((pattern) => matches(pattern, one));
  const listed = LISTED[`${bare.toLowerCase()}/`];
  // What it is called in the address is told by its case, too, so that it is tried as it was typed.
  return nearby.find((one) => one !== path && isPage(one)) ?? listed;
}

function matches(pattern: string, path: string): boolean {
  const [own, asked] = [pattern.split('/'), path.split('/')];
  return (
    own.length === asked.length &&
    own.every((part, index) => (part.startsWith(':') ? asked[index] !== '' : part === asked[index]))
  );
}
