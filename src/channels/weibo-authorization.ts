// Weibo's authorisation (OAuth 2.0, authorization code) as its open platform documents it: the page
// where the account's owner says yes, and what the code that it answers with is exchanged for. Not
// for keeping the token: `TokenStore`.
import { z } from 'zod';
import { parseJson } from '../lib/parse-json.ts';
import type { Why } from './channel.ts';
import { type Http, http } from './http.ts';

/**
 * An app of Weibo's open platform; its call-back address there must be
 * `<desk>/desk/channels/weibo/back`.
 */
export interface WeiboApp {
  readonly key: string;
  readonly secret: string;
}

export interface WeiboGrant {
  readonly token: string;
  /**
   * How long it is good, ms: 30 days for an app that is reviewed, one for one that is being tested.
   */
  readonly forMs: number;
  /** Whose it is. */
  readonly uid: string;
}

const granted = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive(),
  uid: z.string(),
});
const failure = z.object({ error: z.string(), error_code: z.number().optional() });

/** Where the owner says yes. @param state comes back with the answer */
export function weiboConsentUrl(
  baseUrl: string,
  app: WeiboApp,
  redirect: string,
  state: string,
): string {
  const query = new URLSearchParams({
    client_id: app.key,
    response_type: 'code',
    redirect_uri: redirect,
    state,
  });
  return `${baseUrl}/oauth2/authorize?${query.toString()}`;
}

/** Exchanges the code, which is good once. @param redirect the same as before */
export async function exchangeCode(
  baseUrl: string,
  app: WeiboApp,
  redirect: string,
  code: string,
  signal: AbortSignal,
  send: Http = http,
): Promise<WeiboGrant | Why> {
  const answer = await send(
    {
      method: 'POST',
      url: `${baseUrl}/oauth2/access_token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        client_id: app.key,
        client_secret: app.secret,
        grant_type: 'authorization_code',
        redirect_uri: redirect,
        code,
      }).toString(),
    },
    signal,
  );
  if (!answer.ok) return { code: 'no-answer', detail: answer.why };
  const grant = granted.safeParse(parseJson(answer.text)).data;
  if (answer.status === 200 && grant)
    return { token: grant.access_token, forMs: grant.expires_in * 1000, uid: grant.uid };
  const said = failure.safeParse(parseJson(answer.text)).data;
  return said
    ? {
        code: said.error_code === undefined ? 'weibo-refused' : `weibo-${said.error_code}`,
        detail: said.error,
      }
    : { code: 'http-status', detail: String(answer.status) };
}
