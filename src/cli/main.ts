// The `banli` command: which commands there are, and what an error looks like. Each command is a file of its own.
// Exit: 0 done, 1 something is wrong that it names, 2 usage.
import { Command, CommanderError } from 'commander';
import { languageOf } from '../words/environment.ts';
import { BanliError, systemCode } from '../words/error.ts';
import { wordsOf } from '../words/index.ts';

const program = new Command('banli')
  .description('颁历：统计发布日历 / release calendar of a statistics bureau')
  .option('-c, --config <dir>', '配置目录 / configuration folder', 'config')
  .option('--server <url>', '在别处的工作台上执行，令牌在 BANLI_TOKEN / on a desk elsewhere, with the token in BANLI_TOKEN')
  // What is wrong with a call is told below, in the operator's language.
  .configureOutput({ outputError: () => undefined })
  .exitOverride();

type Run = (...args: never[]) => Promise<number>;
/** A command's work, loaded only when it is called; its number is the exit code. */
const lazy =
  <M extends Record<string, unknown>>(load: () => Promise<M>, name: keyof M) =>
  async (...args: unknown[]): Promise<void> => {
    const command = args.at(-1) as Command;
    const { server } = command.optsWithGlobals<{ server?: string }>();
    if (server !== undefined) {
      const { runRemote } = await import('./remote.ts');
      process.exitCode = await runRemote(server, nameOf(command), command.args, command.opts(), command);
      return;
    }
    const run = (await load())[name] as unknown as Run;
    process.exitCode = await run(...(args as never[]));
  };

/** As it is typed, without the program: `plan show`. */
function nameOf(command: Command): string {
  const above = command.parent;
  return above === null || above === program ? command.name() : `${nameOf(above)} ${command.name()}`;
}

const serve = () => import('./serve.ts');
program
  .command('start')
  .description('启动全部 / run everything')
  .option('--no-watchdog', '不带看门狗：它另外运行时用 / when the watchdog runs elsewhere')
  .action(lazy(() => import('./start.ts'), 'start'));
program.command('serve', { hidden: true }).argument('<part>').action(lazy(serve, 'serve'));
program.command('worker').description('只运行发布进程 / run one more worker').action(lazy(serve, 'worker'));
program.command('web').description('只运行公开网站 / serve the public site only').action(lazy(serve, 'web'));

program
  .command('watchdog')
  .description('从外面看着的看门狗 / the watchdog that looks from outside')
  .option('--once', '只看一次，不写信 / one look, no letters')
  .action(lazy(() => import('./watchdog.ts'), 'watchdog'));
const incidents = () => import('./incidents.ts');
program.command('incidents').description('未解决的事件 / what is wrong now').option('--json').action(lazy(incidents, 'incidents'));
program
  .command('ack')
  .argument('<incident>')
  .option('--as <name>', '谁在处理 / who looks after it')
  .description('由我处理，不再催问 / I look after it')
  .action(lazy(incidents, 'ack'));
program
  .command('alerts')
  .description('通知 / notifications')
  .command('test')
  .description('给每个人、每种方式各发一封试信 / a letter to each person by each way')
  .action(lazy(incidents, 'alertsTest'));

program
  .command('sandbox')
  .description('各渠道的替身 / stand-ins for the channels')
  .option('--port <n>', '页面端口 / port of the page', '8041')
  .option('--generous', '没有次数限制 / without quotas')
  .action(lazy(() => import('./sandbox.ts'), 'sandbox'));
program
  .command('demo')
  .description("一分钟演示 / a minute's demonstration")
  .option('--once', '演示完就结束 / end by itself')
  .action(lazy(() => import('./demo.ts'), 'demo'));
program
  .command('doctor')
  .description('全面检查 / check everything')
  .option('--json')
  .option('--channel <name>', '只查一个渠道 / one channel only')
  .action(lazy(() => import('./doctor.ts'), 'doctor'));

program
  .command('rehearse')
  .description('预演一年 / a whole year in simulated time')
  .option('--year <year>', '哪一年 / which year')
  .option('--as-is', '只用已有的稿件 / only the content that is there')
  .option('--json')
  .action(lazy(() => import('./rehearse.ts'), 'rehearse'));

const plan = program.command('plan').description('发布计划 / the release plan');
const plans = () => import('./plan.ts');
plan.command('check').description('检查计划 / errors and notes').option('--json').action(lazy(plans, 'check'));
plan
  .command('show')
  .description('日历 / the calendar')
  .option('--from <date>')
  .option('--to <date>')
  .option('--channel <name>')
  .option('--json')
  .action(lazy(plans, 'show'));
plan.command('diff').description('与执行中的计划比较 / against the plan in force').option('--json').action(lazy(plans, 'diff'));
plan.command('schema').description('计划文件的 JSON Schema / for editors').action(lazy(plans, 'schema'));
plan.command('why').argument('<release>').description('日期是怎么来的 / how a date came about').option('--json').action(lazy(plans, 'why'));
const tables = () => import('./tables.ts');
const fromTable = (command: Command): Command =>
  command
    .option('-o, --out <path>', '写入的文件或目录 / file or folder to write')
    .option('--year <year>', '只取一年；表里没写年份时用 / this year only; for tables that do not say theirs')
    .option('--at <time>', '表里没写时间时用 / for dates without a time', '10:00')
    .option('--timezone <zone>', '表里没写时区时用 / for tables that name none', 'Asia/Shanghai');
fromTable(plan.command('new').requiredOption('--from-calendar <file>', '现有的日程表 / the table that you have: csv, xlsx, ics, md'))
  .description('从日程表推出计划 / infer a plan from a table of dates')
  .action(lazy(tables, 'planNew'));
fromTable(plan.command('import').argument('<file>'))
  .description('从导出的文件读回计划 / the way back from an exported file')
  .action(lazy(tables, 'planImport'));
plan
  .command('export')
  .description('导出日历 / the calendar as a file')
  .option('--csv')
  .option('--xlsx')
  .option('--ics')
  .option('--md')
  .option('-o, --out <file>', '写入的文件 / file to write')
  .option('--year <year>', '哪一年 / which year')
  .action(lazy(tables, 'planExport'));

plan
  .command('year')
  .argument('<year>')
  .description("按今年的规则编明年的计划 / next year's plan by this year's rules")
  .option('--most <n>', '一天超过几次算太多 / more releases on a day are many', '6')
  .option('--print', '只显示，不写文件 / show it, write nothing')
  .action(lazy(() => import('./plan-year.ts'), 'planYear'));

const acts = () => import('./act.ts');
program
  .command('status')
  .argument('[release]')
  .description('台账 / where publications stand')
  .option('--json')
  .action(lazy(() => import('./status.ts'), 'status'));
program
  .command('publish')
  .argument('<release>')
  .description('立即补发已到期的 / publish what is due')
  .option('--channel <name>')
  .action(lazy(acts, 'publish'));
program
  .command('retry')
  .argument('<release>')
  .description('重试已暂停的 / try again what is held')
  .option('--channel <name>')
  .action(lazy(acts, 'retry'));
program.command('hold').argument('<release>').description('暂停 / hold').option('--channel <name>').action(lazy(acts, 'hold'));
program
  .command('settle')
  .argument('<release>')
  .description('看过渠道后说明：是否已公开 / say, having looked, whether it is public')
  .option('--channel <name>', '哪个渠道 / which channel')
  .option('--public', '已公开 / it is')
  .option('--not-public', '没有公开 / it is not')
  .action(lazy(acts, 'settle'));
program
  .command('approve')
  .argument('<release>')
  .option('--as <name>', '审批人 / who approves')
  .option('--digest <digest>', '看过的那份稿件的摘要码 / digest of what was looked at')
  .description('审批稿件 / approve the content as it is now')
  .action(lazy(acts, 'approve'));
program
  .command('journal')
  .argument('[subject]')
  .description('经过 / what happened')
  .option('--json')
  .option('-n, --limit <n>', '', '50')
  .action(lazy(() => import('./journal.ts'), 'journal'));

const site = () => import('./site.ts');
program
  .command('correct')
  .argument('<release>')
  .requiredOption('--reason <text>', '原因，公众会看到 / why, as the public reads it')
  .description('用现在的稿件更正已公开的 / correct what is public')
  .action(lazy(site, 'correct'));
program
  .command('withdraw')
  .argument('<release>')
  .requiredOption('--reason <text>', '原因，公众会看到 / why, as the public reads it')
  .option('--channel <name>')
  .description('撤回已公开的 / withdraw what is public')
  .action(lazy(site, 'withdraw'));
const sites = program.command('site').description('公开网站的各个版本 / editions of the public site');
sites.command('editions').description('留着的版本 / those that are kept').option('--json').action(lazy(site, 'editions'));
sites.command('rollback').argument('<edition>').description('退回某个版本 / show an earlier one again').action(lazy(site, 'rollback'));

const people = program.command('people').description('谁可以登录工作台 / who may sign in at the desk');
const persons = () => import('./people.ts');
people
  .command('add')
  .argument('<name>')
  .option('--roles <roles>', 'reader,editor,reviewer,chief,operator,admin', 'admin,operator,editor')
  .option('--display <name>', '姓名 / full name')
  .option('--mail <address>', '邮箱 / mail')
  .option('--oidc', '只用单位账号登录，不设密码 / signs in by the bureau’s account alone')
  .option('--given', '密码是替别人设的，首次登录须更换 / the password is set for somebody else, who has to choose another')
  .description('添加人员，密码从终端或管道读入 / add a person; the password is read from the terminal or a pipe')
  .action(lazy(persons, 'add'));
people.command('list').description('全部人员 / everybody').option('--json').action(lazy(persons, 'list'));
people
  .command('password')
  .argument('<name>')
  .option('--reset-totp', '同时重置动态码 / also reset the second factor')
  .description('换一个密码 / another password')
  .action(lazy(persons, 'password'));
people.command('disable').argument('<name>').description('停用 / can sign in no more').action(lazy(persons, 'disable'));

const archive = () => import('./archive.ts');
program
  .command('backup')
  .description('备份台账 / the ledger to a file')
  .option('-o, --out <file>', '写入的文件 / file to write')
  .action(lazy(archive, 'backup'));
program.command('restore').argument('<file>').description('从备份恢复 / the ledger from a backup').action(lazy(archive, 'restore'));
program.command('rebuild').description('按计划、稿件和渠道重建台账 / the ledger from plan, content and channels').action(lazy(archive, 'rebuild'));

// Whoever reads our output may have seen enough (`| head`).
process.stdout.on('error', (error) => {
  if (systemCode(error) === 'EPIPE') process.exit(0);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** An operator's own mistake is told in a line or two; only a fault of the program shows where in the program it is. */
function report(error: unknown): number {
  const words = wordsOf(languageOf(process.env)).cli;
  if (error instanceof CommanderError) {
    if (error.exitCode === 0 || error.code === 'commander.help') return error.exitCode === 0 ? 0 : 2;
    const what = /'([^']+)'/.exec(error.message)?.[1] ?? error.message.replace(/^error: /, '');
    const near = /\(Did you mean (?:one of )?([^?]+)\?\)/.exec(error.message)?.[1];
    process.stderr.write(`${words.usage(error.code, what)}\n${words.hint}${words.usageHow(near)}\n`);
    return 2;
  }
  if (error instanceof BanliError) {
    process.stderr.write(`${error.message}\n${error.hint ? `${words.hint}${error.hint}\n` : ''}`);
  } else if (systemCode(error) === 'ENOSPC' || systemCode(error) === 'EACCES' || systemCode(error) === 'EROFS') {
    process.stderr.write(`${(error as Error).message}\n`);
  } else {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  }
  return 1;
}
