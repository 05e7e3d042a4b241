// Addresses of the internet as whoever counts them has to see them. Not for which proxy is
// believed: desk/auth/session.ts.
import { isIPv6 } from 'node:net';

/** Groups of 16 bits that one line to the internet is given of an IPv6 address: a /64 (RFC 6177). */
const LINE_GROUPS = 4;

/**
 * What an address is counted as: an IPv4 address by itself, an IPv6 address by its /64, of which
 * every line has one with more addresses than can be counted. What is no address stays as it is.
 */
export function networkOf(address: string): string {
  const [plain = ''] = address.split('%');
  if (!isIPv6(plain)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain);
  if (mapped?.[1]) return mapped[1];
  const [before = '', after] = plain.split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const [head, tail] = [groups(before), groups(after ?? '')];
  // A dotted end stands for two groups; it is in none of the first four.
  const length = tail.length + Number(tail.at(-1)?.includes('.') ?? false);
  const zeros = after === undefined ? 0 : Math.max(0, 8 - head.length - length);
  const all = [...head, ...Array<string>(zeros).fill('0'), ...tail].slice(0, LINE_GROUPS);
  return `${all.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
