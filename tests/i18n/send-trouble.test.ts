// What a mail server said, in words that say what to do.
import { expect, test } from 'vitest';
import { messagesFor } from '../../src/i18n/index.ts';

const { acts } = messagesFor('zh');

test.each([
  ['Error upgrading connection with STARTTLS: 500 Error: command not recognized', '换一种“加密”'],
  ['Invalid login: 535 Error: authentication failed', '登录名或密码不对'],
  ['getaddrinfo ENOTFOUND smtp.example.gov.cn', '找不到这台邮件服务器'],
  ['connect ECONNREFUSED 127.0.0.1:25', '邮件服务器不应答'],
  ['Connection timeout', '邮件服务器没有回音'],
  ['refused: nobody@example.cn', '邮件服务器不收这个地址'],
])('%s', (said, meaning) => {
  expect(acts.sendTrouble(said)).toContain(meaning);
  // Whoever looks after the server reads what it said itself.
  expect(acts.testFailed('王敏', 'wang@example.cn', said)).toContain(`（原话：${said}）`);
});

test('what is not known stands as it was said', () => {
  expect(acts.sendTrouble('something odd')).toBe('something odd');
});
