// The form of Weibo's calls: fields as a form, or with a picture as multipart; whether an address is
// one that Weibo can take. Not for when to call what: weibo.ts.
import { createHash } from 'node:crypto';
import { BlockList, isIP } from 'node:net';
import type { PostPicture } from './weibo-picture.ts';

/** The body of a call, and its content type. */
export function formOf(
  fields: Readonly<Record<string, string>>,
  picture?: PostPicture,
): { readonly type: string; readonly body: string | Buffer } {
  if (!picture)
    return {
      type: 'application/x-www-form-urlencoded',
      body: new URLSearchParams(fields).toString(),
    };
  // Of what is in it: nothing in it can end it.
  const hash = createHash('sha256').update(JSON.stringify(fields)).update(picture.bytes);
  const boundary = `banli-${hash.digest('hex').slice(0, 32)}`;
  const part = (head: string): string => `--${boundary}\r\nContent-Disposition: form-data; ${head}`;
  const texts = Object.entries(fields).map(([name, value]) =>
    part(`name="${name}"\r\n\r\n${value}\r\n`),
  );
  const head = part(
    `name="pic"; filename="${picture.name}"\r\nContent-Type: ${picture.type}\r\n\r\n`,
  );
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([
      Buffer.from(`${texts.join('')}${head}`),
      picture.bytes,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]),
  };
}

/** Networks whose addresses nobody has on the internet. */
const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  PRIVATE.addSubnet(network, prefix);
for (const [network, prefix] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  PRIVATE.addSubnet(network, prefix, 'ipv6');

/** What is wrong with `rip`, the public address that Weibo asks for with each post. */
export function ripIssue(
  rip: string | undefined,
): 'missing' | 'no-address' | 'private' | undefined {
  if (rip === undefined || rip.trim() === '') return 'missing';
  const version = isIP(rip);
  if (version === 0) return 'no-address';
  return PRIVATE.check(rip, version === 6 ? 'ipv6' : 'ipv4') ? 'private' : undefined;
}
