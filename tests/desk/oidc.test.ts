// Signing in with the bureau's own accounts: a small issuer by OpenID Connect, whose answers are
// signed with a key of its own (jose).

import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Watched, watched } from '../helpers/alarm.ts';
import { type TestDesk, testDesk } from '../helpers/desk.ts';

let bureau: Watched;
let desk: TestDesk;
let server: Server;
let issuer: string;
/** Who the issuer says it is, and what it gets wrong. */
let name = 'wang';
let fault: 'nonce' | 'audience' | undefined;

async function bodyOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return new URLSearchParams(text);
}

beforeEach(async () => {
  name = 'wang';
  fault = undefined;
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const key = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256', use: 'sig' };
  const asked = new Map<string, URLSearchParams>();
  const token = async (form: URLSearchParams): Promise<object | undefined> => {
    const wish = asked.get(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (wish?.get('code_challenge') !== challenge) return undefined;
    asked.delete(form.get('code') ?? '');
    const claims = {
      preferred_username: name,
      nonce: fault === 'nonce' ? 'other' : wish.get('nonce'),
    };
    const signed = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'k' })
      .setIssuer(issuer)
      .setSubject('1')
      .setAudience(fault === 'audience' ? 'somebody else' : 'banli')
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey);
    return { access_token: 'a', token_type: 'bearer', expires_in: 300, id_token: signed };
  };
  server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', issuer);
    const json = (value: object | undefined): void => {
      response.writeHead(value ? 200 : 400, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value ?? { error: 'invalid_grant' }));
    };
    if (url.pathname === '/.well-known/openid-configuration')
      return json({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      });
    if (url.pathname === '/keys') return json({ keys: [key] });
    if (url.pathname === '/token') return json(await token(await bodyOf(request)));
    const code = `c${asked.size}`;
    asked.set(code, url.searchParams);
    const back = new URL(url.searchParams.get('redirect_uri') ?? '');
    back.search = new URLSearchParams({
      code,
      state: url.searchParams.get('state') ?? '',
    }).toString();
    response.writeHead(302, { location: back.href });
    response.end();
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const more = `desk: { oidc: { issuer: "${issuer}", clientId: banli, secret: { file: robot } } }`;
  bureau = await watched('2026-07-15T10:00:00+08:00', { more });
  desk = await testDesk(bureau);
  await desk.person('wang', 'operator');
});
afterEach(async () => {
  await desk.close();
  await bureau.close();
  server.close();
});

/**
 * What a browser does after pressing the button.
 * @param forget the cookie that binds the answer to this browser
 */
async function throughIssuer(
  forget = false,
): Promise<{ status: number; text: string; cookie: string }> {
  const begun = await desk.send('/desk/oidc');
  const cookie = forget ? '' : (begun.headers.getSetCookie()[0]?.split(';')[0] ?? '');
  const sent = await fetch(begun.headers.get('location') ?? '', { redirect: 'manual' });
  const back = new URL(sent.headers.get('location') ?? '');
  expect(back.href).toMatch(/^http:\/\/127\.0\.0\.1:8040\/desk\/oidc\/back\?code=/);
  const { status, text, headers } = await desk.send(`${back.pathname}${back.search}`, {
    headers: { cookie },
  });
  return {
    status,
    text,
    cookie:
      headers
        .getSetCookie()
        .map((one) => one.split(';')[0])
        .find((one) => one?.startsWith('banli=')) ?? '',
  };
}

test('whoever has an account here is in, and it is in the journal', async () => {
  const { status, cookie } = await throughIssuer();
  expect(status).toBe(303);
  expect((await desk.send('/desk/', { headers: { cookie } })).status).toBe(200);
  const [event] = await bureau.app.journal.newest(1);
  expect(event).toMatchObject({ event: 'signed-in', actor: 'wang', detail: { by: 'oidc' } });
});

test('whoever has none is told so; nobody is made by signing in', async () => {
  name = 'stranger';
  const { status, text, cookie } = await throughIssuer();
  expect([status, cookie]).toEqual([401, '']);
  expect(text).toContain('还没有人员记录');
  expect((await bureau.app.accounts.all()).map((one) => one.name)).toEqual(['wang']);
});

test.each(['nonce', 'audience'] as const)('an answer with another %s is refused', async (wrong) => {
  fault = wrong;
  const { status, text, cookie } = await throughIssuer();
  expect([status, cookie]).toEqual([401, '']);
  expect(text).toContain('单位账号登录没有成功');
});

test("an answer brought by another browser is refused: it lacks the first one's cookie", async () => {
  const { status, cookie } = await throughIssuer(true);
  expect([status, cookie]).toEqual([401, '']);
});
