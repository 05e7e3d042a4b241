// The desk on a host of its own.
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Watched, watched } from '../helpers/alarm.ts';
import { type TestDesk, testDesk } from '../helpers/desk.ts';

interface Seen {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** As a browser asks that was led here by this name. */
function ask(url: string, path: string, host: string, method = 'GET'): Promise<Seen> {
  const { port } = new URL(url);
  return new Promise((done, failed) => {
    const asked = request(
      { host: '127.0.0.1', port, path, method, headers: { host } },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        answer.once('end', () =>
          done({ status: answer.statusCode, headers: answer.headers, text }),
        );
      },
    );
    asked.once('error', failed);
    asked.end();
  });
}

describe('a desk with a host of its own', () => {
  let bureau: Watched;
  let desk: TestDesk;
  beforeAll(async () => {
    bureau = await watched('2026-07-15T10:00:00+08:00', {
      edit: (yaml) =>
        yaml.replace(
          /^site:.*$/m,
          'site: { publicUrl: "https://tjj.example.gov.cn", port: 0 }\ndesk: { publicUrl: "https://desk.example.gov.cn" }',
        ),
    });
    desk = await testDesk(bureau);
    await bureau.app.siteBuilder.refresh();
  });
  afterAll(async () => {
    await desk?.close();
    await bureau?.close();
  });
  const status = async (path: string, host: string, method?: string): Promise<unknown> => {
    const { status, headers } = await ask(desk.url, path, host, method);
    return headers.location === undefined ? status : `${status} ${String(headers.location)}`;
  };

  test('answers there alone: pages and API are not found on the public host', async () => {
    for (const path of [
      '/desk/',
      '/desk',
      '/desk/sign-in',
      '/api/v1/releases',
      '/api/v1/openapi.json',
    ])
      expect([path, await status(path, 'tjj.example.gov.cn')]).toEqual([path, 404]);
    expect(await status('/desk/sign-in', 'tjj.example.gov.cn', 'POST')).toBe(404);
    for (const host of ['127.0.0.1', 'desk.example.gov.cn.evil.example'])
      expect([host, await status('/desk/sign-in', host)]).toEqual([host, 404]);
    expect(await status('/desk/sign-in', 'desk.example.gov.cn')).toBe(200);
    expect(await status('/desk/sign-in', 'DESK.example.gov.cn:443')).toBe(200);
    expect(await status('/api/v1/releases', 'desk.example.gov.cn')).toBe(401);
  });
  test('leads its readers to the public site, and shows nothing of it', async () => {
    expect(await status('/', 'desk.example.gov.cn')).toBe('302 /desk/');
    expect(await status('/releases/gdp.2026-Q2/files/a.pdf', 'desk.example.gov.cn')).toBe(
      '302 https://tjj.example.gov.cn/releases/gdp.2026-Q2/files/a.pdf',
    );
    expect(await status('/', 'tjj.example.gov.cn')).toBe(200);
  });
  test('links in mails and the health check answer on both', async () => {
    for (const host of ['desk.example.gov.cn', 'tjj.example.gov.cn'])
      expect(await status('/healthz', host)).toBe(200);
  });
  test('is where programs and mails are led', async () => {
    expect(bureau.app.config.alerts.links).toBe('https://desk.example.gov.cn/');
    const described = await ask(desk.url, '/api/v1/openapi.json', 'desk.example.gov.cn');
    expect((JSON.parse(described.text) as { servers: unknown }).servers).toEqual([
      { url: 'https://desk.example.gov.cn/api/v1' },
    ]);
  });
});
