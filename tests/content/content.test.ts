import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { imageSize } from 'image-size';
import { describe, expect, test } from 'vitest';
import { loadBundle } from '../../src/content/bundle.ts';
import { flawsFor } from '../../src/content/channel-checks.ts';
import { itemOf } from '../../src/content/channel-item.ts';
import { drawCover, keyFigure } from '../../src/content/cover.ts';
import { renderText } from '../../src/content/markdown.ts';
import { wechatText } from '../../src/content/rendered.ts';
import { toWeibo, weiboLength } from '../../src/content/weibo-text.ts';
import { instant } from '../../src/lib/instant.ts';
import { type Release, releaseId } from '../../src/plan/types.ts';
import { BODY } from '../helpers/bureau.ts';
import { temporary } from '../helpers/folder.ts';

const release = {
  id: releaseId('gdp.2026-Q2'),
  indicator: 'gdp',
  period: '2026-Q2',
  kind: 'figures',
  due: instant(0),
  settings: { category: '统计数据' },
} as unknown as Release;
async function bundle(files: Record<string, string | Buffer>) {
  const root = temporary('content');
  await mkdir(join(root, 'gdp', '2026-Q2'), { recursive: true });
  for (const [name, text] of Object.entries(files))
    await writeFile(join(root, 'gdp', '2026-Q2', name), text);
  return { root, loaded: await loadBundle(root, release) };
}
const codes = async (files: Record<string, string | Buffer>) => {
  const { loaded } = await bundle(files);
  return loaded.state === 'flawed'
    ? loaded.flaws.map((flaw) => `${flaw.file.split('/').at(-1)}:${flaw.line} ${flaw.code}`)
    : loaded.state;
};

describe('a bundle', () => {
  test('that is not there, or has no release.md yet, is missing', async () => {
    expect(await codes({})).toBe('missing');
    expect(await codes({ 'data.csv': 'a' })).toBe('missing');
  });
  test('is told with file and line what is wrong', async () => {
    expect(await codes({ 'release.md': '没有开头\n' })).toEqual(['release.md:1 no-front-matter']);
    expect(await codes({ 'release.md': '---\ntitle: 甲\nautor: 乙\n---\n正文\n' })).toEqual([
      'release.md:3 front-matter',
    ]);
    expect(await codes({ 'release.md': BODY, 'a.png': 'not a picture', 'b.exe': 'x' })).toEqual([
      'a.png:1 not-a-picture',
      'b.exe:1 unknown-file',
    ]);
  });
  test('holds only files whose content is what their name says', async () => {
    const gif = Buffer.from('GIF89a\u0001\u0000\u0001\u0000<script>alert(1)</script>', 'latin1');
    expect(
      await codes({
        'release.md': BODY,
        'evil.html': gif,
        'evil.js': gif,
        'evil.svg': gif,
        evil: gif,
        'evil.gif.htm': gif,
      }),
    ).toEqual([
      'evil:1 unknown-file',
      'evil.gif.htm:1 unknown-file',
      'evil.html:1 unknown-file',
      'evil.js:1 unknown-file',
      'evil.svg:1 unknown-file',
    ]);
    const pages = {
      'a.xlsx': '<html>',
      'b.PDF': '<script>',
      'c.csv': Buffer.from('a\0b'),
      'd.jpg': 'BM',
    };
    expect(await codes({ 'release.md': BODY, ...pages })).toEqual([
      'a.xlsx:1 not-what-it-says',
      'b.PDF:1 not-what-it-says',
      'c.csv:1 not-what-it-says',
      'd.jpg:1 not-a-picture',
    ]);
    const sound = {
      'a.xlsx': 'PK\u0003\u0004',
      'b.PDF': '%PDF-1.7',
      'c.csv': '\ufeff年,值',
      'd.csv': Buffer.from('\ufeffa', 'utf16le'),
      'e.JPG': gif,
    };
    expect(await codes({ 'release.md': BODY, ...sound })).toBe('ready');
  });
  test('with a picture larger than any channel takes is refused by its size, and one of nothing but zeros is looked into for a moment', async () => {
    const zeros = Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), Buffer.alloc(19_000_000)]);
    expect(await codes({ 'release.md': BODY, 'a.jpg': zeros })).toEqual(['a.jpg:1 not-a-picture']);
    expect(
      await codes({ 'release.md': BODY, 'a.jpg': Buffer.concat([zeros, Buffer.alloc(1_000_001)]) }),
    ).toEqual(['a.jpg:1 picture-large']);
  });
  test('with a link in it is refused', async () => {
    const { root } = await bundle({ 'release.md': BODY });
    await symlink('/etc/hostname', join(root, 'gdp', '2026-Q2', 'x.csv'));
    expect(await loadBundle(root, release)).toMatchObject({
      state: 'flawed',
      flaws: [{ code: 'not-a-file' }],
    });
  });
  test('changes its digest with any byte', async () => {
    const digest = async (text: string) => {
      const { loaded } = await bundle({ 'release.md': text });
      return loaded.state === 'ready' ? loaded.bundle.digest : '';
    };
    expect(await digest(BODY)).toBe(await digest(BODY));
    expect(await digest(BODY)).not.toBe(await digest(`${BODY} `));
  });
  test('that shows a picture it lacks is told the line', async () => {
    const { loaded } = await bundle({ 'release.md': `${BODY}\n![图](tu.png)\n` });
    if (loaded.state !== 'ready') throw new Error('flawed');
    const item = itemOf(release, loaded.bundle, 'website', { url: 'http://x/', bureau: '局' });
    expect(
      flawsFor('website', item, loaded.bundle).map((flaw) => `${flaw.line} ${flaw.code}`),
    ).toEqual(['14 picture-missing']);
  });
});

describe('links to files beside the text', () => {
  const LINKS =
    '见[附件](附件%201.xlsx)、[表](./b.csv)、[图](files/series.svg)、<a href="b.csv">同上</a>；[上期](../gdp.2026-Q1/)、[局](https://tjj.example.cn/a.csv)。';

  test('lead to where the page has them; other links stay, and WeChat has the words alone', () => {
    const rendered = renderText(LINKS, 'm4rk');
    const hrefs = [...rendered.html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
    expect(hrefs).toEqual([
      'files/%E9%99%84%E4%BB%B6%201.xlsx',
      'files/b.csv',
      'files/series.svg',
      'files/b.csv',
      '../gdp.2026-Q1/',
      'https://tjj.example.cn/a.csv',
    ]);
    expect(rendered.links).toEqual([
      { name: '附件 1.xlsx', line: 1 },
      { name: 'b.csv', line: 1 },
      { name: 'series.svg', line: 1 },
    ]);
    const wechat = wechatText(rendered, '', () => '');
    expect(wechat).toContain('>附件</a>');
    expect(wechat).not.toContain('.xlsx');
  });

  test('that is not there is told with its line, before anybody meets a 404', async () => {
    const { loaded } = await bundle({
      'release.md': `${BODY}\n见[附件](附件.csv)\n和[表](b.csv)。\n`,
      'b.csv': '年,值\n',
    });
    if (loaded.state !== 'ready') throw new Error('flawed');
    const item = itemOf(release, loaded.bundle, 'website', { url: 'http://x/', bureau: '局' });
    const told = flawsFor('website', item, loaded.bundle).map(
      ({ line, code, detail }) => `${line} ${code} ${detail}`,
    );
    expect(told).toEqual(['14 link-missing 附件.csv']);
  });
});

describe('what is made of it', () => {
  test('the lines of a signature stay lines', () => {
    expect(renderText('测试统计局\n2026年7月20日\n', 'm4rk').html).toBe(
      '<p>测试统计局<br />\n2026年7月20日</p>\n',
    );
  });
  test('a paragraph that begins with blanks, as official documents do, is a paragraph', () => {
    expect(renderText('    2026年11月份，居民消费价格上涨。\n\n\t同比下降。\n', 'm4rk').html).toBe(
      '<p>2026年11月份，居民消费价格上涨。</p>\n<p>同比下降。</p>\n',
    );
  });
  test('raw HTML and script links never get through', () => {
    const html = renderText(
      '<script>alert(1)</script>\n\n[x](javascript:alert(1)) <img src=x onerror=y>',
      'm4rk',
    ).html;
    expect(html).not.toMatch(/<script|<img|href="javascript/);
  });
  test('a table with merged cells gets through; styles, handlers, frames, forms, drawings and pictures from elsewhere do not', () => {
    const table =
      '<table class="x" onclick="a()"><tr><td colspan="2" style="text-align:right;position:fixed">合计</td></tr></table>';
    const bad = [
      '<iframe src="https://e.example/"></iframe>',
      '<form action="https://e.example/"><input name="a"></form>',
      '<svg onload="a()"><script>a()</script></svg>',
      '<style>body{display:none}</style>',
      '<a href="//e.example/">x</a><a href="data:text/html,x">y</a><a href="https://tjj.example.cn/">z</a>',
      '<img src="https://e.example/pixel.gif"><img src="t.png" onerror="a()">',
      '<base href="https://e.example/"><meta http-equiv="refresh" content="0"><object data="x"></object>',
    ].join('\n\n');
    const html = renderText(`${table}\n\n${bad}\n\n![图](t.png)\n`, 'm4rk').html;
    expect(html).toContain('<td colspan="2" style="text-align:right">合计</td>');
    expect(html).not.toMatch(
      /<(iframe|form|input|svg|script|style|base|meta|object)|on(click|load|error)=|class=|position|e\.example|data:/,
    );
    expect(html).toContain('<a href="https://tjj.example.cn/">z</a>');
    expect(html.match(/<img[^>]*>/g)).toEqual(['<img src="files/t.png" alt="图" />']);
  });
  test('WeChat gets inline styles, its own picture addresses, no style sheet', () => {
    const html = wechatText(
      renderText('| a | b |\n|---|---|\n| 1 | 2 |\n\n![t](t.png)', 'm4rk'),
      '来源',
      () => 'http://mmbiz/t?a=1&b=2',
    );
    expect(html).toMatch(/<td style="[^"]*border/);
    expect(html).toContain('src="http://mmbiz/t?a=1&amp;b=2"');
    expect(html).toMatch(/<p style="[^"]+">来源<\/p><\/section>$/);
    expect(html).not.toContain('m4rk');
    expect(html).not.toMatch(/<style|class=/);
  });
  test('a Weibo post counts as Weibo counts, ends with the link, and fits', () => {
    expect(weiboLength('统计ab')).toBe(3);
    expect(weiboLength('统计 https://tjj.example.gov.cn/releases/gdp.2026-Q2/')).toBe(13);
    const text = toWeibo(undefined, '标题', '数'.repeat(300), 'https://a.example/releases/x/');
    expect(weiboLength(text)).toBeLessThanOrEqual(130);
    expect(text).toMatch(/… https:\/\/a\.example\/releases\/x\/$/);
  });
  test('a cover is drawn where there is none, with Chinese letters and no installed font', async () => {
    const cover = await drawCover({
      title: '2026年二季度地区生产总值',
      figure: '5.8%',
      period: '2026-Q2',
      bureau: '成都市统计局',
    });
    const bytes = await cover.read();
    expect(imageSize(bytes)).toMatchObject({ width: 900, height: 383, type: 'png' });
    const blank = await (
      await drawCover({ title: '', figure: undefined, period: '', bureau: '' })
    ).read();
    expect(bytes.length).toBeGreaterThan(blank.length * 2);
  });
  test('the key figure is the first with a unit', () => {
    expect(keyFigure('2026年上半年同比增长5.8%，总量12345.6亿元')).toBe('5.8%');
    expect(keyFigure('没有数字')).toBeUndefined();
  });
});
