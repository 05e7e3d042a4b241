// The first hour at an empty desk, step by step, in Chinese.

export const zhFirstHour = {
  title: '开始使用',
  lead: (left: number): string =>
    left === 0
      ? '都准备好了：到点就会发布。'
      : `还有 ${left} 步。每办好一步，这里就打上勾；第一次发布以后，这一栏不再出现。`,
  done: '已办',
  todo: '待办',
  steps: {
    bureau: ['单位名称和网址', '管理员到“设置”里填；徽标、颜色和备案号也在那里'],
    mail: [
      '误期时给谁写信',
      '管理员到“设置”里填邮件服务器、密码和收信的人；重新启动后到“渠道”发一封试信',
    ],
    restart: ['重新启动，让新的设置生效', '管理员到“设置”里点“现在重新启动”'],
    channels: ['渠道能不能用', '到“渠道”逐个点“现在检查”；没有的渠道从 config/banli.yaml 里删去'],
    plan: [
      '一年的计划',
      '把公布的日程表传上来，看过再生效，换掉样例；也可以在“计划”里直接写，写完删去写着“样例”的那一行（sample: true）',
    ],
    people: ['同事', '到“人员”新增，把邀请链接交给本人'],
    text: ['第一篇稿件', '到“稿件”写最近要发布的一篇，预览一下'],
  },
} as const satisfies {
  title: string;
  lead(left: number): string;
  done: string;
  todo: string;
  steps: Readonly<Record<string, readonly [what: string, how: string]>>;
};
type Step = keyof typeof zhFirstHour.steps;
export interface FirstHourWords {
  readonly title: string;
  lead(left: number): string;
  readonly done: string;
  readonly todo: string;
  readonly steps: Readonly<Record<Step, readonly [what: string, how: string]>>;
}
