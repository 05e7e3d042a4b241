// What every answer of the public site promises a browser. Not for the policy of its pages:
// site/pages/layout.ts.
import { EVERY_ANSWER } from '../../lib/security-headers.ts';
import { POLICY } from '../pages/layout.ts';

type Headers = Readonly<Record<string, string>>;

const SECURITY: Headers = {
  ...EVERY_ANSWER,
  'content-security-policy': `${POLICY}; frame-ancestors 'none'`,
};

/**
 * Nothing in it runs or is loaded, and it has no origin: what somebody brought in, whatever it may
 * turn out to be.
 */
const SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";
const PICTURES = /\.(png|jpe?g|gif|svg)$/i;

/** @param path of the request, however it is written */
export function securityOf(path: string): Headers {
  const plain = decoded(decoded(path));
  return /[/\\]files[/\\]./.test(plain) ? { ...SECURITY, ...fileSecurity(plain) } : SECURITY;
}

/** Whoever reads the path later may decode it once more. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/**
 * Of a file that was brought in with a text: a picture is shown, everything else is saved and not
 * opened here.
 */
export function fileSecurity(name: string): Headers {
  return {
    'content-security-policy': SANDBOX,
    ...(PICTURES.test(name) ? {} : { 'content-disposition': 'attachment' }),
  };
}
