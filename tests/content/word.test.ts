// A Word file as a text: what becomes of each part, that the text's own renderer takes it so, and
// what is said to be missing.
import { Math as Formula, MathRun, Paragraph } from 'docx';
import { expect, test } from 'vitest';
import { renderText } from '../../src/content/markdown.ts';
import { readWord } from '../../src/content/word.ts';
import { markdownOf } from '../../src/content/word-markdown.ts';
import { paragraph, wordFile, wordFileOf } from '../helpers/word.ts';

async function read(bytes: Uint8Array) {
  const text = await readWord(bytes);
  if (typeof text === 'string') throw new Error(text);
  return text;
}

test('title, headings, bold, lists, tables with and without merged cells, pictures and links come as the text takes them', async () => {
  const { title, body, pictures, left } = await read(await wordFile());
  expect(title).toBe('2026年二季度地区生产总值');
  expect(body).toBe(`## 一、总体情况

初步核算，<strong>同比增长5.8%。</strong>其中**工业**增加值\\*见附表，a\\<b\\_c。

1\\. 不是列表

### （一）分产业

- 第一产业
  - 农业
- 第二产业

1. 先
2. 后

| 指标 | 增速\\|% |
| --- | --- |
| 第一产业 | 3.1 |

<table>
<thead>
<tr><th rowspan="2">指标</th><th colspan="2">二季度</th></tr>
<tr><th>绝对量</th><th>增速&lt;%&gt;</th></tr>
</thead>
<tbody>
<tr><td>总值</td><td>100</td><td>5.8</td></tr>
</tbody>
</table>

![](word-bc09c259.png)

[国家统计局](<https://www.stats.gov.cn/>)
`);
  expect(pictures.map(([name, { length }]) => [name, length > 50])).toEqual([
    ['word-bc09c259.png', true],
  ]);
  expect(left).toEqual([]);
  const { html } = renderText(body, 'mark');
  expect(html).toContain(
    '<strong>同比增长5.8%。</strong>其中<strong>工业</strong>增加值*见附表，a&lt;b_c。',
  );
  expect(html).toContain('<p>1. 不是列表</p>');
  expect(html).toMatch(/<li>第一产业\s*<ul>\s*<li>农业<\/li>/);
  expect(html).toContain('<th>增速|%</th>');
  expect(html).toContain('<th rowspan="2">指标</th>');
  expect(html).toContain('<img src="files/word-bc09c259.png"');
  expect(html).toContain('<a href="https://www.stats.gov.cn/">国家统计局</a>');
});

test('what a text here cannot have is counted, and said', async () => {
  const formula = new Paragraph({ children: [new Formula({ children: [new MathRun('x')] })] });
  expect((await read(await wordFile([formula]))).left).toEqual([['formula', 1]]);
});

test('a title is what is marked as one, else a short first line; a first sentence is none', () => {
  expect(markdownOf('<h1>题</h1><p>文</p>')).toEqual({ title: '题', body: '文\n' });
  expect(markdownOf('<p><strong>成都市<br>三季度公报</strong></p><h2>一</h2>')).toEqual({
    title: '成都市 三季度公报',
    body: '## 一\n',
  });
  expect(markdownOf('<p>今天发布公报。</p>').title).toBeUndefined();
  expect(markdownOf('<p>通知</p><h1 class="title">题</h1>')).toEqual({
    title: '题',
    body: '通知\n',
  });
});

test('no text of a file becomes a mark, a tag or an entity', () => {
  for (const text of [
    '# 甲',
    '> 甲',
    '- 甲',
    '---',
    '| 甲 |',
    '**甲**',
    '[甲](x)',
    '<b>甲</b>',
    '&amp;',
    '~~甲~~',
    '`甲`',
    '![甲](x)',
    '12) 甲',
    '+ 甲',
  ]) {
    const page = `<p>首句。</p><p>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</p>`;
    const plain = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    expect(renderText(markdownOf(page).body, 'mark').html.trim(), text).toBe(
      `<p>首句。</p>\n<p>${plain}</p>`,
    );
  }
});

test('a frame around a text is no table; what leads within the file is words', () => {
  expect(
    markdownOf(
      '<p>首句。</p><table><tr><td><p>甲<sup><a href="#footnote-1">[1]</a></sup></p></td></tr></table>',
    ).body,
  ).toBe('首句。\n\n甲<sup>\\[1\\]</sup>\n');
});

test('what is no Word file is refused', async () => {
  await expect(readWord(Buffer.from('不是'))).rejects.toThrow();
});

const leftIn = async (body: string, parts: Readonly<Record<string, string>> = {}) => {
  const files = Object.entries(parts).map(([name, xml]) => [name, Buffer.from(xml)] as const);
  return (await read(wordFileOf(paragraph('标题一') + body, Object.fromEntries(files)))).left;
};
const run = (text: string, properties = ''): string =>
  `<w:r><w:rPr>${properties}</w:rPr><w:t>${text}</w:t></w:r>`;

test('words that the page does not have are counted, and the first of them said', async () => {
  for (const [body, sample] of [
    [`<w:p><w:fldSimple w:instr="DATE">${run('2026年')}</w:fldSimple></w:p>`, '2026年'],
    [
      `<w:p><w:r><w:ruby><w:rt>${run('pin')}</w:rt><w:rubyBase>${run('拼音字')}</w:rubyBase></w:ruby></w:r></w:p>`,
      'pin、拼音字',
    ],
    [`<w:p><w:bdo w:val="rtl">${run('双向')}</w:bdo></w:p>`, '双向'],
  ] as const)
    expect(await leftIn(body + paragraph('结尾。'))).toEqual([
      ['words', sample.split('、').length, sample],
    ]);
});

test('what was deleted, moved away or stands twice is not missing', async () => {
  const moved = `<w:p><w:moveFrom w:id="1">${run('移走的')}</w:moveFrom></w:p>${paragraph('留下的')}`;
  expect(await leftIn(moved)).toEqual([['changes', 1]]);
  expect(await leftIn(`<w:p>${run('数字')}<w:r><w:tab/></w:r>${run('5.8')}</w:p>`)).toEqual([]);
});

test('pictures in a group, charts of the new kind, double strikes and counted headings are told', async () => {
  const counted =
    '<w:p><w:pPr><w:pStyle w:val="Heading1"/><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>总体情况</w:t></w:r></w:p>';
  expect(await leftIn(counted)).toEqual([['numbering', 1]]);
  expect(await leftIn(`<w:p>${run('5.7%', '<w:dstrike/>')}${run('5.8%')}</w:p>`)).toEqual([
    ['struck', 1],
  ]);
  expect(await leftIn('<w:p><w:r><w:drawing><wpg:wgp/></w:drawing></w:r></w:p>')).toEqual([
    ['drawing', 1],
  ]);
  expect(await leftIn('<w:p><w:r><w:drawing><cx:chart/></w:drawing></w:r></w:p>')).toEqual([
    ['chart', 1],
  ]);
});

test('a file that hides words is not taken; one that only says how hidden words would look is', async () => {
  expect(
    await readWord(wordFileOf(`<w:p>${run('可见')}${run('隐藏机密', '<w:vanish/>')}</w:p>`)),
  ).toBe('hidden');
  const shown = run('可见', '<w:vanish w:val="0"/>') + run(' ', '<w:vanish/>');
  expect(await leftIn(`<w:p>${shown}</w:p>`)).toEqual([]);
});

test('what a file says of its own styles is not followed', async () => {
  const bytes = wordFileOf(paragraph('标题一') + paragraph('正文。'), {
    'mammoth/style-map': Buffer.from('p => !\n'),
  });
  expect((await read(bytes)).body).toContain('正文。');
});
