// What is wrong with banli.yaml is said as somebody who wrote it can mend it, and no secret is
// shown with it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { temporary } from '../helpers/folder.ts';

function wrong(more: string, head = 'bureau: { zh: 局 }\n'): string {
  const config = join(temporary('words'), 'config');
  mkdirSync(config, { recursive: true });
  writeFileSync(join(config, 'banli.yaml'), `${head}${more}`);
  try {
    loadConfig(config, { BANLI_LANG: 'zh' });
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}
const SITE = 'channels: { website: { kind: website } }\n';

test.each([
  [
    'an address without https',
    `${SITE}site: { publicUrl: tjj.example.gov.cn }\n`,
    ['以 http:// 或 https:// 开头', 'https://tjj.example.gov.cn/'],
  ],
  [
    'a person whose address is none',
    `${SITE}people: [{ name: 王, mail: xxgk }]\n`,
    ['“xxgk”不对', '邮箱地址'],
  ],
  ['a kind of channel that there is not', 'channels: { website: { kind: web } }\n', ['website']],
  ['a colon of Chinese writing', `language：zh\n${SITE}`, ['banli.yaml:2:9', '全角冒号', '“: ”']],
])('%s', (_, yaml, said) => {
  const message = wrong(yaml);
  for (const one of said) expect(message).toContain(one);
});

test('a secret that is written where its place is asked for is not repeated', () => {
  for (const yaml of [
    `channels: { wechat: { kind: wechat, appId: wx1, secret: s3cr3t-w0rd } }\n`,
    `${SITE}mail: { host: a, port: 25, user: b, password: s3cr3t-w0rd, from: a@b.cn, to: [a@b.cn] }\n`,
  ]) {
    const message = wrong(yaml);
    expect(message).not.toContain('s3cr3t-w0rd');
    expect(message).toContain('只写密钥在哪里');
    expect(message).toContain('.env');
  }
});

test.each([
  ['in an address', `${SITE}redis: { url: "redis://u:s3cr3t-w0rd@x" }\n`],
  [
    'after a name that is mistyped',
    `${SITE}mail: { host: a, user: b, pasword: s3cr3t-w0rd, from: a@b.cn, to: [a@b.cn] }\n`,
  ],
  [
    'of a channel, after a name that is mistyped',
    `channels: { wechat: { kind: wechat, appId: wx1, secert: s3cr3t-w0rd } }\n`,
  ],
  [
    'on one line with another mistake',
    `${SITE}mail: { host: a, prot: 25, password: s3cr3t-w0rd, from: a@b.cn, to: [a@b.cn] }\n`,
  ],
  ['under a name that nobody knows', `${SITE}mails: { host: a, credentials: [s3cr3t-w0rd] }\n`],
  [
    'in a file that cannot be parsed',
    `${SITE}mail: { host: a, password: s3cr3t-w0rd, from: [a@b.cn }\n`,
  ],
])('a secret is not repeated that stands %s', (_, yaml) => {
  const message = wrong(yaml);
  expect(message).toContain('banli.yaml:');
  expect(message).not.toContain('s3cr3t');
});

test.each([
  'https://u:p@a.cn/',
  'https://a.cn/x y',
  'https://a.cn/?x=1',
  'https://a.cn/#f',
  'https:///a.cn',
  'https://a.cn\\@evil.cn/',
  'https://-/',
  'http://0/',
  `https://a.cn/${'x'.repeat(300)}`,
])('%s is no address of a site', (address) => {
  expect(wrong(`${SITE}site: { publicUrl: '${address}' }\n`)).toContain('不带用户名');
});

test.each([
  'https://tjj.example.gov.cn',
  'http://10.0.0.5:8040/',
  'https://统计局.cn/sub/',
  'http://[::1]:8040/',
  'http://localhost:1',
])('%s is one', (address) => {
  expect(wrong(`${SITE}site: { publicUrl: '${address}' }\n`)).toBe('');
});
