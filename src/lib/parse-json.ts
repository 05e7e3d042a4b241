// JSON of others, which may be none. Not for what it has to look like: each reader has its own
// schema.

/** The value, or undefined where the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
