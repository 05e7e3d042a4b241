import { expect, test } from 'vitest';
import { linksTo } from '../../src/lib/links.ts';

test.each([
  ['见 https://tjj.example.gov.cn/releases/gdp/', true],
  ['见 https://www.tjj.example.gov.cn/x。', true],
  ['（http://TJJ.example.gov.cn:8040/x）', true],
  ['两个 https://other.example/ 和 https://tjj.example.gov.cn/', true],
  ['tjj.example.gov.cn 是我们的网站', false],
  ['https://other.example/tjj.example.gov.cn/', false],
  ['https://tjj.example.gov.cn.other.example/', false],
  ['https://nottjj.example.gov.cn/', false],
  ['https://tjj.example.gov.cn@other.example/', false],
  ['没有链接', false],
])('%s: %s', (text, wanted) => {
  expect(linksTo(text, 'tjj.example.gov.cn')).toBe(wanted);
});

test('a domain written as an address is its host', () => {
  expect(linksTo('https://a.example/x', 'https://a.example/')).toBe(true);
  expect(linksTo('https://a.example/x', '')).toBe(false);
});
