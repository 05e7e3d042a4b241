// The `banli` command: which commands there are, and what an error looks like. Each command is a
// file of its own. Exit: 0 done, 1 something is wrong that it names, 2 usage.

import { Command, InvalidArgumentError, Option } from 'commander';
import { languageOfTerminal } from '../i18n/environment.ts';
import { messagesFor } from '../i18n/index.ts';
import { systemCode } from '../lib/errors.ts';
import { report } from './report-errors.ts';
import { spokenHelp } from './spoken-help.ts';
import { version } from './version.ts';

const { help } = messagesFor(languageOfTerminal(process.env));
const { place } = help;

const program = new Command('banli')
  .description(help.banli)
  .version(version(), '-V, --version', help['banli --version'])
  .helpOption('-h, --help', help['banli --help'])
  .helpCommand(`help [${place.command}]`, help['banli --help'])
  .configureHelp(spokenHelp(help))
  .option(`-c, --config <${place.folder}>`, help['banli --config'], 'config')
  .option(`--server <${place.url}>`, help['banli --server'])
  // What is wrong with a call is told below, in the operator's language.
  .configureOutput({ outputError: () => undefined })
  .exitOverride();

/** What is counted begins at one. */
function count(text: string): string {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError(text);
  return text;
}

type Run = (...args: never[]) => Promise<number>;
/** A command's work, loaded only when it is called; its number is the exit code. */
const lazy =
  <M extends Record<string, unknown>>(load: () => Promise<M>, name: keyof M) =>
  async (...args: unknown[]): Promise<void> => {
    const command = args.at(-1) as Command;
    const { server } = command.optsWithGlobals<{ server?: string }>();
    if (server !== undefined) {
      const { runRemote } = await import('./remote.ts');
      process.exitCode = await runRemote(
        server,
        nameOf(command),
        command.args,
        command.opts(),
        command,
      );
      return;
    }
    const run = (await load())[name] as unknown as Run;
    process.exitCode = await run(...(args as never[]));
  };

/** As it is typed, without the program: `plan show`. */
function nameOf(command: Command): string {
  const above = command.parent;
  return above === null || above === program
    ? command.name()
    : `${nameOf(above)} ${command.name()}`;
}

const serve = () => import('./serve.ts');
program
  .command('start')
  .description(help.start)
  .option('--no-watchdog', help['start --no-watchdog'])
  .action(lazy(() => import('./start.ts'), 'start'));
program.command('serve', { hidden: true }).argument('<part>').action(lazy(serve, 'serve'));
program.command('worker').description(help.worker).action(lazy(serve, 'worker'));
program.command('web').description(help.web).action(lazy(serve, 'web'));

program
  .command('watchdog')
  .description(help.watchdog)
  .option('--once', help['watchdog --once'])
  .action(lazy(() => import('./watchdog.ts'), 'watchdog'));
const incidents = () => import('./incidents.ts');
program
  .command('incidents')
  .description(help.incidents)
  .option('--json', help['--json'])
  .action(lazy(incidents, 'incidents'));
program
  .command('ack')
  .argument(`<${place.incident}>`)
  .option(`--as <${place.fullName}>`, help['ack --as'])
  .description(help.ack)
  .action(lazy(incidents, 'ack'));
program
  .command('alerts')
  .description(help.alerts)
  .helpCommand(`help [${place.command}]`, help['banli --help'])
  .command('test')
  .description(help['alerts test'])
  .action(lazy(incidents, 'alertsTest'));

/** One of a few words; the first where nothing is said. */
const oneOf = (name: string, say: string, words: readonly [string, ...string[]]): Option =>
  new Option(`${name} <${words.join('|')}>`, say).choices(words).default(words[0]);
program
  .command('sandbox')
  .description(help.sandbox)
  .option(`--port <${place.port}>`, help['sandbox --port'], '8041')
  .addOption(oneOf('--account', help['sandbox --account'], ['service', 'subscription']))
  .addOption(oneOf('--drafts', help['sandbox --drafts'], ['at-submit', 'at-completion']))
  .option('--generous', help['sandbox --generous'])
  .action(lazy(() => import('./sandbox.ts'), 'sandbox'));
program
  .command('demo')
  .description(help.demo)
  .option('--once', help['demo --once'])
  .action(lazy(() => import('./demo.ts'), 'demo'));
program
  .command('doctor')
  .description(help.doctor)
  .option('--json', help['--json'])
  .option(`--channel <${place.channel}>`, help['doctor --channel'])
  .option('--try', help['doctor --try'])
  .action(lazy(() => import('./doctor.ts'), 'doctor'));

program
  .command('rehearse')
  .description(help.rehearse)
  .option(`--year <${place.year}>`, help['rehearse --year'])
  .option('--as-is', help['rehearse --as-is'])
  .option('--json', help['--json'])
  .action(lazy(() => import('./rehearse.ts'), 'rehearse'));

const plan = program
  .command('plan')
  .description(help.plan)
  .helpCommand(`help [${place.command}]`, help['banli --help']);
const plans = () => import('./plan.ts');
plan
  .command('check')
  .description(help['plan check'])
  .option('--json', help['--json'])
  .action(lazy(plans, 'check'));
plan
  .command('show')
  .description(help['plan show'])
  .option(`--year <${place.year}>`, help['--year'])
  .option(`--from <${place.date}>`, help['--from'])
  .option(`--to <${place.date}>`, help['--to'])
  .option(`--channel <${place.channel}>`, help['--channel'])
  .option('--json', help['--json'])
  .action(lazy(plans, 'show'));
plan
  .command('diff')
  .description(help['plan diff'])
  .option('--json', help['--json'])
  .action(lazy(plans, 'diff'));
plan.command('schema').description(help['plan schema']).action(lazy(plans, 'schema'));
plan
  .command('why')
  .argument(`<${place.release}>`)
  .description(help['plan why'])
  .option('--json', help['--json'])
  .action(lazy(plans, 'why'));
const tables = () => import('./plan-tables.ts');
const fromTable = (command: Command): Command =>
  command
    .option(`-o, --out <${place.path}>`, help['table --out'])
    .option(`--year <${place.year}>`, help['table --year'])
    .option(`--at <${place.time}>`, help['table --at'], '10:00')
    .option(`--timezone <${place.timezone}>`, help['table --timezone'], 'Asia/Shanghai');
fromTable(
  plan
    .command('new')
    .requiredOption(`--from-calendar <${place.file}>`, help['plan new --from-calendar']),
)
  .description(help['plan new'])
  .action(lazy(tables, 'planNew'));
fromTable(plan.command('import').argument(`<${place.file}>`))
  .description(help['plan import'])
  .action(lazy(tables, 'planImport'));
plan
  .command('export')
  .description(help['plan export'])
  .option('--csv', help.as('CSV'))
  .option('--xlsx', help.as('XLSX'))
  .option('--docx', help.as('DOCX'))
  .option('--ics', help.as('ICS'))
  .option('--md', help.as('MD'))
  .option(`-o, --out <${place.file}>`, help['plan export --out'])
  .option(`--year <${place.year}>`, help['plan export --year'])
  .action(lazy(tables, 'planExport'));

plan
  .command('year')
  .argument(`<${place.year}>`)
  .description(help['plan year'])
  .option(`--most <${place.count}>`, help['plan year --most'], count, '6')
  .option(`-o, --out <${place.path}>`, help['table --out'])
  .option('--print', help['plan year --print'])
  .action(lazy(() => import('./plan-year.ts'), 'planYear'));

plan
  .command('announce')
  .argument(`<${place.year}>`)
  .description(help['plan announce'])
  .option(`--on <${place.date}>`, help['plan announce --on'])
  .option(`--at <${place.time}>`, help['plan announce --at'], '10:00')
  .option(`-o, --out <${place.folder}>`, help['plan announce --out'])
  .option('--print', help['plan close --print'])
  .action(lazy(() => import('./plan-announce.ts'), 'planAnnounce'));

plan
  .command('close')
  .argument(`<${place.year}>`)
  .description(help['plan close'])
  .option('--print', help['plan close --print'])
  .action(lazy(() => import('./plan-close.ts'), 'planClose'));

const acts = () => import('./operations.ts');
program
  .command('status')
  .argument(`[${place.release}]`)
  .description(help.status)
  .option('--json', help['--json'])
  .action(lazy(() => import('./status.ts'), 'status'));
program
  .command('publish')
  .argument(`<${place.release}>`)
  .description(help.publish)
  .option(`--channel <${place.channel}>`, help['--channel'])
  .action(lazy(acts, 'publish'));
program
  .command('retry')
  .argument(`<${place.release}>`)
  .description(help.retry)
  .option(`--channel <${place.channel}>`, help['--channel'])
  .action(lazy(acts, 'retry'));
program
  .command('hold')
  .argument(`<${place.release}>`)
  .description(help.hold)
  .option(`--channel <${place.channel}>`, help['--channel'])
  .option(`--reason <${place.reason}>`, help['hold --reason'])
  .action(lazy(acts, 'hold'));
program
  .command('settle')
  .argument(`<${place.release}>`)
  .description(help.settle)
  .option(`--channel <${place.channel}>`, help['settle --channel'])
  .option('--public', help['settle --public'])
  .option('--not-public', help['settle --not-public'])
  .action(lazy(acts, 'settle'));
program
  .command('done')
  .argument(`<${place.release}>`)
  .description(help.done)
  .option(`--channel <${place.channel}>`, help['done --channel'])
  .option(`--url <${place.url}>`, help['done --url'])
  .option(`--note <${place.note}>`, help['done --note'])
  .action(lazy(acts, 'done'));
program
  .command('approve')
  .argument(`<${place.release}>`)
  .option(`--as <${place.user}>`, help['approve --as'])
  .option(`--digest <${place.digest}>`, help['approve --digest'])
  .description(help.approve)
  .action(lazy(acts, 'approve'));
program
  .command('journal')
  .argument(`[${place.subject}]`)
  .description(help.journal)
  .option('--json', help['--json'])
  .option(`-n, --limit <${place.count}>`, help['journal --limit'], count, '50')
  .action(lazy(() => import('./journal.ts'), 'journal'));

program
  .command('log')
  .description(help.log)
  .option('-f, --follow', help['log --follow'])
  .option('--json', help['--json'])
  .option(`-n, --limit <${place.count}>`, help['journal --limit'], count, '50')
  .action(lazy(() => import('./log.ts'), 'log'));

const site = () => import('./site.ts');
program
  .command('correct')
  .argument(`<${place.release}>`)
  .requiredOption(`--reason <${place.reason}>`, help['correct --reason'])
  .description(help.correct)
  .action(lazy(site, 'correct'));
program
  .command('withdraw')
  .argument(`<${place.release}>`)
  .requiredOption(`--reason <${place.reason}>`, help['withdraw --reason'])
  .option(`--channel <${place.channel}>`, help['--channel'])
  .description(help.withdraw)
  .action(lazy(site, 'withdraw'));
const sites = program
  .command('site')
  .description(help.site)
  .helpCommand(`help [${place.command}]`, help['banli --help']);
sites
  .command('editions')
  .description(help['site editions'])
  .option('--json', help['--json'])
  .action(lazy(site, 'editions'));
sites
  .command('rollback')
  .argument(`<${place.edition}>`)
  .description(help['site rollback'])
  .action(lazy(site, 'rollback'));

const people = program
  .command('people')
  .description(help.people)
  .helpCommand(`help [${place.command}]`, help['banli --help']);
const persons = () => import('./people.ts');
const newPerson = (name: 'add' | 'invite'): Command =>
  people
    .command(name)
    .argument(`<${place.user}>`)
    .option(`--roles <${place.roles}>`, help['people add --roles'], 'admin,operator,editor')
    .option(`--display <${place.fullName}>`, help['people add --display'])
    .option(`--mail <${place.mail}>`, help['people add --mail']);
newPerson('add')
  .option('--oidc', help['people add --oidc'])
  .option('--given', help['people add --given'])
  .description(help['people add'])
  .action(lazy(persons, 'add'));
newPerson('invite').description(help['people invite']).action(lazy(persons, 'invite'));
people
  .command('list')
  .description(help['people list'])
  .option('--json', help['--json'])
  .action(lazy(persons, 'list'));
people
  .command('password')
  .argument(`<${place.user}>`)
  .option('--reset-totp', help['people password --reset-totp'])
  .description(help['people password'])
  .action(lazy(persons, 'password'));
people
  .command('disable')
  .argument(`<${place.user}>`)
  .description(help['people disable'])
  .action(lazy(persons, 'disable'));

const weibo = program
  .command('weibo')
  .description(help.weibo)
  .helpCommand(`help [${place.command}]`, help['banli --help']);
weibo
  .command('login')
  .description(help['weibo login'])
  .option(`--channel <${place.channel}>`, help['weibo login --channel'])
  .option(`--redirect <${place.url}>`, help['weibo login --redirect'])
  .option('--other-account', help['weibo login --other-account'])
  .action(lazy(() => import('./weibo.ts'), 'login'));

const archive = () => import('./archive.ts');
program
  .command('backup')
  .description(help.backup)
  .option(`-o, --out <${place.file}>`, help['backup --out'])
  .action(lazy(archive, 'backup'));
program
  .command('restore')
  .argument(`<${place.file}>`)
  .description(help.restore)
  .action(lazy(archive, 'restore'));
program.command('rebuild').description(help.rebuild).action(lazy(archive, 'rebuild'));

// Whoever reads our output may have seen enough (`| head`).
process.stdout.on('error', (error) => {
  if (systemCode(error) === 'EPIPE') process.exit(0);
  throw error;
});

/** A wrong call of a command, of which commander tells the message alone. */
let called: Command = program;
for (const command of everyCommand(program))
  command.exitOverride((error) => {
    called = command;
    throw error;
  });

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

try {
  await program.parseAsync();
} catch (error) {
  // It ends here, whatever it left open: who starts it (systemd, a script) waits for its end and
  // not for its sentence.
  process.exit(report(error, { command: called, name: called === program ? '' : nameOf(called) }));
}
