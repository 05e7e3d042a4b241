// What invitations and their page say, in Chinese.

export const zhInvitation = {
  title: '欢迎使用颁历工作台',
  lead: (display: string, name: string): string =>
    `${display === name ? '' : `${display}，`}您好。您的用户名是 ${name}，请设一个只有您自己知道的密码。`,
  rule: '不要只用名字、日期或常见的词。',
  display: '您的姓名（信和页面上这样称呼您）',
  submit: '设好密码，进入工作台',
  twice: '再输入一遍',
  differs: '两次输入的密码不一样',
  over: '这个链接已经用过、过期（24 小时）或者被新的代替了',
  overHow:
    '已经设好密码的，请直接登录（/desk/）；否则请管理员在“人员”里重新发一个邀请链接；没有管理员能登录时，在服务器上运行 npx banli people invite 用户名（如 wangmin）',
  withFactor: '新密码已设好。请用它和您的动态码登录。',
  send: '重发邀请链接',
  sendLead:
    '忘了密码，或换了人：本人用链接自己设新密码。链接 24 小时内有效，只能用一次；原来的密码在用过链接以后才作废。',
  made: (name: string): string =>
    `请把下面的链接交给 ${name}（24 小时内有效，只能用一次；这里只显示这一次）：`,
  noPassword: '不填密码，就生成一个邀请链接，由本人自己设密码',
};
export type InvitationWords = typeof zhInvitation;
