import { readFileSync } from 'node:fs';
import { test } from 'vitest';
import { readPlans } from '../src/plan/read.ts';
import { calendarOf } from '../src/plan/calendar.ts';
import { workdaysOfChina } from '../src/plan/workdays.ts';
import { showProblem } from '../src/plan/problems.ts';
import { wordsOf } from '../src/words/index.ts';
import { isoIn } from '../src/plan/time.ts';
test('x', {timeout:60000}, () => {
  const ch=['website','catalogue','wechat','weibo'];
  const go=(text:string)=>{const r = readPlans([{name:'p.yaml',text}], ch);
  const d = calendarOf(r.plans, workdaysOfChina(), r.files);
  for(const p of [...r.problems,...d.problems]) console.log(showProblem(p, wordsOf('zh').plan));
  return d;}
  const d=go(readFileSync('config/plan/2026.yaml','utf8'));
  console.log(d.calendar.releases.length, d.calendar.releases.slice(0,200).map(x=>x.id+' '+isoIn(x.due,x.timezone).slice(0,16)+' '+x.status).join('\n'));
  const ex=readFileSync('/work/shared/plan-language.md','utf8').split('```yaml')[1]!.split('```')[0]!;
  const e=go(ex); console.log(e.calendar.releases.map(x=>x.id+' '+isoIn(x.due,x.timezone)+' '+x.status).join('\n'));
  go(ex.replace('frequency: M','frequenzy: M').replace('month: +1','month: 99').replace('website, wechat, weibo','website, wechta').replace('lead: 24h','lead: 1 day').replace("days: 12",'dayz: 12').replace('2026-04-17','2026-02-30').replace('reason: 国庆','raeson: 国庆').replace('- ','-'));
  const many='plan: x\ntimezone: Asia/Shanghai\nyear: 2026\nannounced: 2026-01-01\nindicators:\n';
  const files=[];for(let f=0;f<5;f++){let t=f?'indicators:\n':many;for(let i=0;i<2000;i++)t+=`  i${f}-${i}:\n    name: { zh: 指标${i} }\n    frequency: M\n    due: { day: ${1+i%28}, month: +1, if-closed: next }\n`;files.push({name:`f${f}.yaml`,text:t})}
  const t0=performance.now();const r=readPlans(files,ch);const t1=performance.now();const dd=calendarOf(r.plans,workdaysOfChina(),r.files);console.log('read',t1-t0,'expand',performance.now()-t1,dd.calendar.releases.length,process.memoryUsage().rss/1e6);
});
