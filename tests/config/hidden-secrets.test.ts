// Messages about banli.yaml show nothing that may be a secret, in whatever spelling it stands there,
// and go on showing what helps to mend the rest. Not for the words: tests/cli/config-words.test.ts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { temporary } from '../helpers/folder.ts';

/** Everything that is said of a file, in both languages. */
function said(yaml: string): string {
  const config = join(temporary('hidden'), 'config');
  mkdirSync(config, { recursive: true });
  writeFileSync(join(config, 'banli.yaml'), yaml);
  return ['zh', 'en']
    .map((language) => {
      try {
        loadConfig(config, { W: 'x', BANLI_LANG: language });
        return '';
      } catch (error) {
        const { message, hint = '' } = error as Error & { hint?: string };
        return `${message}\n${hint}\n${JSON.stringify(error)}`;
      }
    })
    .join('\n');
}

/** A file in which `mail` lacks `to`, so that something is always wrong. */
const withMail = (lines: string): string => `bureau: { zh: 测试统计局 }
site: { publicUrl: "http://127.0.0.1:8040/" }
channels:
  website: { kind: website }
  wechat:
    kind: wechat
    appId: wx123
    secret: { env: W }
mail:
  host: smtp.example.cn
  port: 465
  from: a@example.cn
  user: a
${lines}
`;
const withMore = (lines: string): string => withMail(`  password: { env: W }\n${lines}`);

/** Of each spelling, what must not be said. */
const IN_MAIL: readonly (readonly [what: string, lines: string, ...secrets: string[]])[] = [
  ['a plain text', '  password: hunter2secret', 'hunter2secret'],
  ['a quote in quotes', "  password: 'hun''ter2secret'", 'ter2secret'],
  ['an escaped quote', '  password: "hun\\"ter2secret"', 'ter2secret'],
  ['a backslash', '  password: "hun\\\\ter2secret"', 'ter2secret'],
  ['an escape for a letter', '  password: "hun\\x74er2secret"', 'er2secret', '\\x74'],
  ['a number beyond JavaScript', '  password: 12345678901234567890', '1234567890123456'],
  ['a hexadecimal number', '  password: 0x1234abcdef', '1234abcdef', '78193085935'],
  ['an octal number', '  password: 0o7654321', '7654321', '2054353'],
  ['a number with an exponent', '  password: 123456e5', '123456e5', '12345600000'],
  ['a number with a point', '  password: 123456.7890', '123456', '7890'],
  ['a number with noughts before', '  password: 00987654', '987654'],
  ['yes and no', '  password: true', 'true'],
  ['a short one', '  password: ab12', 'ab12'],
  ['a block', '  password: |\n    firsthalf\n    secondhalf', 'firsthalf', 'secondhalf'],
  ['a block that is no block', '  password: |hunter2secret\n    x', 'hunter2secret'],
  ['two lines', '  password: firsthalf\n    secondhalf', 'firsthalf', 'secondhalf'],
  ['two lines in quotes', '  password: "firsthalf\n    secondhalf"', 'firsthalf', 'secondhalf'],
  ['a line of its own', '  password:\n    hunter2secret', 'hunter2secret'],
  ['braces', '  password: { hunter2secret }', 'hunter2secret'],
  ['a template left unfilled', '  password: {{ hunter2secret }}', 'hunter2secret'],
  ['a list', '  password: [hunter2secret]', 'hunter2secret'],
  ['a list of lines', '  password:\n    - hunter2secret\n    - more99', 'hunter2secret', 'more99'],
  ['a key without a value', '  password: { hunter2secret: }', 'hunter2secret'],
  ['a key', '  password: { hunter2secret: x }', 'hunter2secret'],
  ['a key on a line of its own', '  password:\n    hunter2secret: x', 'hunter2secret'],
  ['a variable and a file', '  password: { env: W, file: hunter2secret }', 'hunter2secret'],
  ['a variable that is none', '  password: { env: "hunter2 secret!" }', 'hunter2', 'secret!'],
  ['a variable that is a number', '  password: { env: 20261234 }', '20261234'],
  ['a mistyped variable', '  password: { evn: hunter2secret }', 'hunter2secret'],
  ['no space after the colon', '  password:hunter2secret', 'hunter2secret'],
  ['a wide colon', '  password：hunter2secret', 'hunter2secret'],
  ['a mistyped name', '  pasword: hunter2secret', 'hunter2secret'],
  ['a mistyped name and a quote', "  pasword: 'hun''ter2secret'", 'ter2secret'],
  ['a mistyped name and a number', '  pasword: 12345678901234567890', '1234567890123456'],
  ['a mistyped name and a map', '  pasword: { hunter2secret: { more99: 1 } }', 'hunter2', 'more99'],
  ['a name in capitals', '  PASSWORD: hunter2secret', 'hunter2secret'],
  ['a name in Chinese', '  密码: hunter2secret', 'hunter2secret'],
  ['口令', '  口令: hunter2secret', 'hunter2secret'],
  ['密钥', '  密钥: [hunter2secret]', 'hunter2secret'],
  ['令牌', '  令牌: { 值: hunter2secret }', 'hunter2secret'],
  ['a Chinese name, broken', '  密码: "hunter2secret', 'hunter2secret'],
  ['a Chinese name, a wide colon', '  密码：hunter2secret', 'hunter2secret'],
  ['another name, broken', '  pin: "hunter2secret', 'hunter2secret'],
  ['a colon in it', '  password: hunter2: secret99', 'hunter2', 'secret99'],
  ['a colon in it on a line of its own', '  hunter2: "secret99', 'hunter2', 'secret99'],
  ['what may be a comment', '  password: hunter2 #secret99', 'hunter2', 'secret99'],
  ['a tag', '  password: !x hunter2secret', 'hunter2secret'],
  ['in a tag', '  password: !hunter2secret x', 'hunter2secret'],
  ['in a tag that is not closed', '  password: !<hunter2 secret99', 'hunter2', 'secret99'],
  ['in a tag without an end', '  password: !hunter2!', 'hunter2'],
  ['an anchor', '  password: &hunter2secret x', 'hunter2secret'],
  ['an anchor with a comma', '  password: &hunter2,secret99 x', 'hunter2', 'secret99'],
  ['an alias', '  password: *hunter2secret', 'hunter2secret'],
  ['an alias elsewhere', '  password: hunter2secret\n  pp: &a x\n  qq: *a', 'hunter2secret'],
  ['a percent sign', '  password: %hunter2secret', 'hunter2secret'],
  ['an at sign', '  password: @hunter2secret', 'hunter2secret'],
  ['a backtick', '  password: `hunter2secret`', 'hunter2secret'],
  ['a quote that is not closed', '  password: "hunter2secret', 'hunter2secret'],
  ['an escape that there is not', '  password: "\\hunter2secret"', 'unter2secret'],
  ['text after a quote', '  password: "x"hunter2secret', 'hunter2secret'],
  ['twice', '  password: hunter2secret\n  password: hunter3secret', 'hunter2', 'hunter3'],
  ['a tab before', '\tpassword: hunter2secret', 'hunter2secret'],
  ['too much before', '   password: hunter2secret', 'hunter2secret'],
  ['a dash before', '  - password: hunter2secret', 'hunter2secret'],
  ['braces in it', '  password: hunter2}secret{x', 'hunter2', 'secret{x'],
  ['no name', '  hunter2secret', 'hunter2secret'],
  ['a comment', '  prt: 1 # hunter2secret', 'hunter2secret'],
  ['a comment with commas', '  prt: 1 # was: hunter2, secret99', 'hunter2', 'secret99'],
  ['a comment beside what is right', '  prt: 1\n  secure: 7 # hunter2secret', 'hunter2secret'],
  ['in a set', '  password: !!set { hunter2secret }', 'hunter2secret'],
  ['in an ordered map', '  to: !!omap [hunter2secret: x]', 'hunter2secret'],
  ['a list where one text is asked for', '  ca: [hunter2secret]', 'hunter2secret'],
  ['after a Windows line end', '  pasword: hunter2secret\r', 'hunter2secret'],
];
const ELSEWHERE: readonly (readonly [what: string, lines: string, ...secrets: string[]])[] = [
  ['a text in the place of a group', 'redis: hunter2secret', 'hunter2secret'],
  ['a number in the place of a group', 'redis: 20261234', '20261234'],
  ['a list in the place of a group', 'redis: [hunter2secret]', 'hunter2secret'],
  ['a template in the place of a group', 'redis: {{ hunter2secret }}', 'hunter2secret'],
  ['a name without a value', 'redis: { hunter2secret }', 'hunter2secret'],
  ['an address', 'redis: { url: "redis://u:hunter2secret@h" }', 'hunter2secret'],
  ['a slash in an address', 'redis: { url: "redis://u:hun/ter2secret@h" }', 'ter2secret', 'hun/'],
  ['an at sign in an address', 'redis: { url: "redis://u:hun@ter2secret@h" }', 'ter2', 'hun@'],
  ['a quote in an address', 'redis: { url: "redis://u:hun\'ter2secret@h" }', 'ter2', "hun'"],
  ['a blank in an address', 'redis: { url: "redis://u:hun ter2secret@h" }', 'ter2', 'hun t'],
  ['a mistyped address', 'redis: { url: "redis:u:hunter2secret@h" }', 'hunter2secret'],
  ['a query', 'redis: { url: "redis://h/?password=hunter2secret", prt: 1 }', 'hunter2secret'],
  ['a list of addresses', 'redis: { cluster: ["redis://u:hunter2secret@h"] }', 'hunter2secret'],
  [
    'a way with its address in the file',
    'alerts: { ways: { r: { kind: wecom, url: "https://qyapi/x?key=hunter2secret" } } }',
    'hunter2secret',
  ],
  [
    'a way with its secret in the file',
    'alerts: { ways: { r: { kind: dingtalk, url: { env: W }, secret: SEChunter2 } } }',
    'SEChunter2',
  ],
  [
    'a way with a mistyped name',
    'alerts: { ways: { r: { kind: wecom, addr: "https://qyapi/hunter2secret" } } }',
    'hunter2secret',
  ],
  [
    'a way with a wrong address',
    'alerts: { ways: { r: { kind: webhook, url: "ftp://u:hun/ter2secret@x" } } }',
    'ter2secret',
  ],
  [
    'a way of a kind that there is not',
    'alerts: { ways: { r: { kind: slack, url: "https://hooks/hunter2secret" } } }',
    'hunter2secret',
  ],
  [
    'a way without a kind',
    'alerts: { ways: { r: { url: "https://hooks/hunter2secret" } } }',
    'hunter2secret',
  ],
  ['a group that there is not', 'tokens: { a: hunter2secret }', 'hunter2secret'],
  ['a pair for a key', 'redis: { ? { hunter2secret: x } : y }', 'hunter2secret'],
  [
    'a long file',
    `redis: { password: hunter2secret, prt: 1 }\n${'# x\n'.repeat(30_000)}`,
    'hunter2secret',
  ],
];

test.each(IN_MAIL)('a secret is not said: %s', (_, lines, ...secrets) => {
  const message = said(withMail(lines));
  expect(message).toContain('banli.yaml:');
  for (const secret of secrets) expect(message).not.toContain(secret);
});
test.each(ELSEWHERE)('nor elsewhere: %s', (_, lines, ...secrets) => {
  const message = said(withMore(lines));
  expect(message).toContain('banli.yaml:');
  for (const secret of secrets) expect(message).not.toContain(secret);
});

describe('what is harmless is shown', () => {
  test.each([
    [
      'a mistyped number',
      withMail('  password: { env: W }').replace('465', '46500000'),
      ['“46500000”不对', '      port: 46500000\n            ^'],
    ],
    [
      'a mistyped name, and not what follows it',
      withMail('  prt: 25 # the old one'),
      ['不认识的项“prt”', '是不是想写 port？', '      prt: … …\n      ^'],
    ],
    [
      'a kind of channel that there is not',
      'channels: { website: { kind: web } }\n',
      ['“web”不对', '    channels: { website: { kind: web } }\n                                 ^'],
    ],
    [
      'the line of a secret, without it, and the place of another mistake behind it',
      'channels: { website: { kind: website } }\nmail: { host: a, password: &a hunter2, from: b }\n',
      ['    mail: { host: a, password: … …, from: b }', '                                  ^'],
    ],
    [
      'an address of a person',
      'channels: { website: { kind: website } }\npeople: [{ name: 王, mail: xxgk }]\n',
      ['    people: [{ name: 王, mail: xxgk }]', '“xxgk”不对'],
    ],
    [
      'an address without a password',
      'channels: { website: { kind: website } }\nsite: { publicUrl: tjj.example.gov.cn }\n',
      ['“tjj.example.gov.cn”不对', '    site: { publicUrl: tjj.example.gov.cn }'],
    ],
    [
      'the name of a line that cannot be parsed',
      withMail('  password: "hunter2secret'),
      ['banli.yaml:15:1'],
    ],
    [
      'a wide colon after a name that is known',
      withMail('  password：hunter2secret'),
      ['banli.yaml:14:11', '      password：…\n              ^'],
    ],
    [
      'a colour',
      'channels: { website: { kind: website } }\nsite: { theme: { color: "#0b3a6" } }\n',
      ['“#0b3a6”不对', 'theme: { color: "#0b3a6" }'],
    ],
  ])('%s', (_, yaml, expected) => {
    const message = said(yaml);
    for (const one of expected) expect(message).toContain(one);
    expect(message).not.toContain('hunter2');
  });
});

test('the parser says nothing by itself', () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const printed = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  said(withMail('  password: {{ hunter2secret }}'));
  said(withMore('redis: { ? { hunter2secret: x } : !x y }'));
  expect(warned).not.toHaveBeenCalled();
  expect(printed).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});
