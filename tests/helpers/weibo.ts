// Weibo's authorisation in a test, as an operator's browser goes through it. Not for what comes of
// it.
import type { Visitor } from './desk.ts';

/**
 * Says yes on Weibo's page, signed in there with this account.
 * @returns where Weibo sends the browser
 */
export async function consentAs(visitor: Visitor, account: string): Promise<string> {
  const page = new URL(
    (await visitor.get('/desk/channels/weibo/authorize')).headers.get('location') ?? '',
  );
  page.searchParams.set('answer', 'yes');
  page.searchParams.set('account', account);
  const back = new URL((await fetch(page, { redirect: 'manual' })).headers.get('location') ?? '');
  return back.pathname + back.search;
}

/** Follows to the page that says what came of it. */
export async function follow(visitor: Visitor, path: string): Promise<string> {
  const { status, headers, text } = await visitor.get(path);
  return status === 303 ? (await visitor.get(headers.get('location') ?? '')).text : text;
}
