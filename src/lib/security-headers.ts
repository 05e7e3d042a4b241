// What answers promise a browser, in one place: those to everybody, and those to whoever is signed
// in. Each page's own policy stands with its pages.
type Headers = Readonly<Record<string, string>>;

/** Of every answer. */
export const EVERY_ANSWER: Headers = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

/** Of what is for one person: nobody keeps it, and only our own pages hear where they came from. */
export const PRIVATE_ANSWER: Headers = {
  ...EVERY_ANSWER,
  'cache-control': 'no-store',
  'referrer-policy': 'same-origin',
};

/** Of what is no page: nothing in it runs. */
export const NO_PAGE = "default-src 'none'; frame-ancestors 'none'";
