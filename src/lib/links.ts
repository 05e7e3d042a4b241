// Links in a text that people wrote, and whose domain they are under. Not for making links.

/** Whoever shows a text takes these for links; full-width signs and Chinese end one. */
const LINK = /https?:\/\/[\x21-\x7e]+/gi;

/** Whether some link of a text leads to a domain or to one below it. */
export function linksTo(text: string, domain: string): boolean {
  const wanted = hostOf(/^[a-z]+:\/\//i.test(domain) ? domain : `http://${domain}`);
  if (!wanted) return false;
  return (text.match(LINK) ?? []).some((link) => {
    const host = hostOf(link);
    return host !== undefined && (host === wanted || host.endsWith(`.${wanted}`));
  });
}

function hostOf(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).hostname.replace(/\.$/, '') : undefined;
}
