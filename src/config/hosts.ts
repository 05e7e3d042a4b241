// What the configured addresses say: a host of the desk's own, an address that nobody has.
import type { Config } from './load.ts';

/**
 * The desk's host where it has one of its own: no page of the public site shares its origin then.
 * Another port is none: cookies know no ports.
 */
export function ownHostOf({ site, desk }: Pick<Config, 'site' | 'desk'>): string | undefined {
  const { hostname } = new URL(desk.publicUrl);
  return hostname === new URL(site.publicUrl).hostname ? undefined : hostname;
}

/** Nobody has this address: the sample's, or one of those reserved for examples (RFC 2606). */
export const isSampleAddress = (address: string): boolean =>
  /(^|\.)example(\.|$)/.test(new URL(address).hostname);
