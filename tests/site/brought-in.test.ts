// What was brought in with a text is served as nothing that could run on the site's origin.
import { expect, test } from 'vitest';
import { makeAsset } from '../../src/content/asset.ts';
import { testSite } from '../helpers/site.ts';

test('a file is found by its name, however a program writes it in an address', async () => {
  const site = await testSite('2026-07-20T10:00:00+08:00');
  try {
    const names = [
      'a b.csv',
      'a&b.csv',
      'a+b.csv',
      'a,b.csv',
      'a=b.csv',
      'a;b.csv',
      'a@b.csv',
      'a$b.csv',
      "a'b.csv",
      'a(b).csv',
      '中文（一）.csv',
    ];
    const staged = await site.stage('gdp.2026-Q2', {
      attachments: names.map((name) => makeAsset(name, 'text/csv', Buffer.from(name))),
    });
    await site.press.flip((await site.press.prepare(site.clock.now(), [staged])).edition);
    for (const name of names)
      for (const written of [encodeURIComponent(name), encodeURI(name)]) {
        const { status, text } = await site.get(`releases/gdp.2026-Q2/files/${written}`);
        expect([written, status, text]).toEqual([written, 200, name]);
      }
    // None of that leads anywhere else.
    for (const path of [
      'files/%2e%2e%2findex.html',
      'files/..%2Findex.html',
      'files/%252e%252e/index.html',
      'files/a%2526b.csv',
    ])
      expect([path, (await site.get(`releases/gdp.2026-Q2/${path}`)).status]).toEqual([path, 404]);
  } finally {
    await site.close();
  }
});

test('files of a release: sandboxed, never sniffed, and saved unless they are pictures, however their address is written', async () => {
  const site = await testSite('2026-07-20T10:00:00+08:00');
  try {
    const gif = Buffer.from('GIF89a\u0001\u0000\u0001\u0000<script>alert(1)</script>', 'latin1');
    const staged = await site.stage('gdp.2026-Q2', {
      pictures: [makeAsset('a.gif', 'image/gif', gif)],
      attachments: [
        makeAsset('b.PDF', 'application/pdf', Buffer.from('%PDF-1.7')),
        makeAsset('c.csv', 'text/csv', Buffer.from('a,b')),
      ],
    });
    await site.press.flip((await site.press.prepare(site.clock.now(), [staged])).edition);
    const seen: Record<string, unknown> = {};
    for (const path of [
      'files/a.gif',
      'files/b.PDF',
      '%66iles/b.PDF',
      'files%2Fb.PDF',
      'files/c.csv',
      '',
    ]) {
      const { status, headers } = await site.get(`releases/gdp.2026-Q2/${path}`);
      const isSandboxed = /(^|; )sandbox(;|$)/.test(headers.get('content-security-policy') ?? '');
      seen[path] = [
        status,
        headers.get('content-type'),
        isSandboxed,
        headers.get('x-content-type-options'),
        headers.get('content-disposition'),
      ];
    }
    expect(seen).toEqual({
      'files/a.gif': [200, 'image/gif', true, 'nosniff', null],
      'files/b.PDF': [200, 'application/pdf', true, 'nosniff', 'attachment'],
      '%66iles/b.PDF': [200, 'application/pdf', true, 'nosniff', 'attachment'],
      'files%2Fb.PDF': [404, 'text/plain; charset=UTF-8', true, 'nosniff', 'attachment'],
      'files/c.csv': [200, 'text/csv; charset=utf-8', true, 'nosniff', 'attachment'],
      '': [200, 'text/html; charset=utf-8', false, 'nosniff', null],
    });
    const part = await site.get('releases/gdp.2026-Q2/files/b.PDF', { range: 'bytes=0-3' });
    expect([part.status, part.headers.get('content-disposition')]).toEqual([206, 'attachment']);
  } finally {
    await site.close();
  }
});
