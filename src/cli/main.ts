// The `banli` command: which commands there are, and what an error looks like. Each command is a file of its own.
// Exit: 0 done, 1 something is wrong that it names, 2 usage.
import { Command, CommanderError } from 'commander';
import type { Option } from 'commander';
import { languageOf } from '../words/environment.ts';
import { BanliError, systemCode } from '../words/error.ts';
import { readFileSync } from 'node:fs';
import { wordsOf } from '../words/index.ts';

const { help } = wordsOf(languageOf(process.env));
/** What commander says by itself, in the operator's language. */
const spoken = {
  styleTitle: (title: string): string => help.titles[title] ?? title,
  optionDescription: ({ description, defaultValue }: Option): string =>
    defaultValue === undefined || typeof defaultValue === 'boolean' ? description : `${description}${help.byDefault(String(defaultValue))}`,
};

const program = new Command('banli')
  .description(help.banli)
  .version(version(), '-V, --version', help['banli --version'])
  .helpOption('-h, --help', help['banli --help'])
  .helpCommand('help [command]', help['banli --help'])
  .configureHelp(spoken)
  .option('-c, --config <dir>', help['banli --config'], 'config')
  .option('--server <url>', help['banli --server'])
  // What is wrong with a call is told below, in the operator's language.
  .configureOutput({ outputError: () => undefined })
  .exitOverride();

/** Of the package that this was built from. */
function version(): string {
  const about = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(about) as { version: string }).version;
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
program.command('incidents').description(help.incidents).option('--json', help['--json']).action(lazy(incidents, 'incidents'));
program.command('ack').argument('<incident>').option('--as <name>', help['ack --as']).description(help.ack).action(lazy(incidents, 'ack'));
program
  .command('alerts')
  .description(help.alerts)
  .helpCommand('help [command]', help['banli --help'])
  .command('test')
  .description(help['alerts test'])
  .action(lazy(incidents, 'alertsTest'));

program
  .command('sandbox')
  .description(help.sandbox)
  .option('--port <n>', help['sandbox --port'], '8041')
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
  .option('--channel <name>', help['doctor --channel'])
  .action(lazy(() => import('./doctor.ts'), 'doctor'));

program
  .command('rehearse')
  .description(help.rehearse)
  .option('--year <year>', help['rehearse --year'])
  .option('--as-is', help['rehearse --as-is'])
  .option('--json', help['--json'])
  .action(lazy(() => import('./rehearse.ts'), 'rehearse'));

const plan = program.command('plan').description(help.plan).helpCommand('help [command]', help['banli --help']);
const plans = () => import('./plan.ts');
plan.command('check').description(help['plan check']).option('--json', help['--json']).action(lazy(plans, 'check'));
plan
  .command('show')
  .description(help['plan show'])
  .option('--year <year>', help['--year'])
  .option('--from <date>', help['--from'])
  .option('--to <date>', help['--to'])
  .option('--channel <name>', help['--channel'])
  .option('--json', help['--json'])
  .action(lazy(plans, 'show'));
plan.command('diff').description(help['plan diff']).option('--json', help['--json']).action(lazy(plans, 'diff'));
plan.command('schema').description(help['plan schema']).action(lazy(plans, 'schema'));
plan.command('why').argument('<release>').description(help['plan why']).option('--json', help['--json']).action(lazy(plans, 'why'));
const tables = () => import('./tables.ts');
const fromTable = (command: Command): Command =>
  command
    .option('-o, --out <path>', help['table --out'])
    .option('--year <year>', help['table --year'])
    .option('--at <time>', help['table --at'], '10:00')
    .option('--timezone <zone>', help['table --timezone'], 'Asia/Shanghai');
fromTable(plan.command('new').requiredOption('--from-calendar <file>', help['plan new --from-calendar']))
  .description(help['plan new'])
  .action(lazy(tables, 'planNew'));
fromTable(plan.command('import').argument('<file>')).description(help['plan import']).action(lazy(tables, 'planImport'));
plan
  .command('export')
  .description(help['plan export'])
  .option('--csv', help.as('CSV'))
  .option('--xlsx', help.as('XLSX'))
  .option('--docx', help.as('DOCX'))
  .option('--ics', help.as('ICS'))
  .option('--md', help.as('MD'))
  .option('-o, --out <file>', help['plan export --out'])
  .option('--year <year>', help['plan export --year'])
  .action(lazy(tables, 'planExport'));

plan
  .command('year')
  .argument('<year>')
  .description(help['plan year'])
  .option('--most <n>', help['plan year --most'], '6')
  .option('-o, --out <path>', help['table --out'])
  .option('--print', help['plan year --print'])
  .action(lazy(() => import('./plan-year.ts'), 'planYear'));

plan
  .command('announce')
  .argument('<year>')
  .description(help['plan announce'])
  .option('--on <date>', help['plan announce --on'])
  .option('--at <time>', help['plan announce --at'], '10:00')
  .option('-o, --out <folder>', help['plan announce --out'])
  .option('--print', help['plan close --print'])
  .action(lazy(() => import('./plan-announce.ts'), 'planAnnounce'));

plan
  .command('close')
  .argument('<year>')
  .description(help['plan close'])
  .option('--print', help['plan close --print'])
  .action(lazy(() => import('./plan-close.ts'), 'planClose'));

const acts = () => import('./act.ts');
program
  .command('status')
  .argument('[release]')
  .description(help.status)
  .option('--json', help['--json'])
  .action(lazy(() => import('./status.ts'), 'status'));
program
  .command('publish')
  .argument('<release>')
  .description(help.publish)
  .option('--channel <name>', help['--channel'])
  .action(lazy(acts, 'publish'));
program.command('retry').argument('<release>').description(help.retry).option('--channel <name>', help['--channel']).action(lazy(acts, 'retry'));
program
  .command('hold')
  .argument('<release>')
  .description(help.hold)
  .option('--channel <name>', help['--channel'])
  .option('--reason <text>', help['hold --reason'])
  .action(lazy(acts, 'hold'));
program
  .command('settle')
  .argument('<release>')
  .description(help.settle)
  .option('--channel <name>', help['settle --channel'])
  .option('--public', help['settle --public'])
  .option('--not-public', help['settle --not-public'])
  .action(lazy(acts, 'settle'));
program
  .command('approve')
  .argument('<release>')
  .option('--as <name>', help['approve --as'])
  .option('--digest <digest>', help['approve --digest'])
  .description(help.approve)
  .action(lazy(acts, 'approve'));
program
  .command('journal')
  .argument('[subject]')
  .description(help.journal)
  .option('--json', help['--json'])
  .option('-n, --limit <n>', help['journal --limit'], '50')
  .action(lazy(() => import('./journal.ts'), 'journal'));

program
  .command('log')
  .description(help.log)
  .option('-f, --follow', help['log --follow'])
  .option('--json', help['--json'])
  .option('-n, --limit <n>', help['journal --limit'], '50')
  .action(lazy(() => import('./log.ts'), 'log'));

const site = () => import('./site.ts');
program
  .command('correct')
  .argument('<release>')
  .requiredOption('--reason <text>', help['correct --reason'])
  .description(help.correct)
  .action(lazy(site, 'correct'));
program
  .command('withdraw')
  .argument('<release>')
  .requiredOption('--reason <text>', help['withdraw --reason'])
  .option('--channel <name>', help['--channel'])
  .description(help.withdraw)
  .action(lazy(site, 'withdraw'));
const sites = program.command('site').description(help.site).helpCommand('help [command]', help['banli --help']);
sites.command('editions').description(help['site editions']).option('--json', help['--json']).action(lazy(site, 'editions'));
sites.command('rollback').argument('<edition>').description(help['site rollback']).action(lazy(site, 'rollback'));

const people = program.command('people').description(help.people).helpCommand('help [command]', help['banli --help']);
const persons = () => import('./people.ts');
const newPerson = (name: 'add' | 'invite'): Command =>
  people
    .command(name)
    .argument('<name>')
    .option('--roles <roles>', help['people add --roles'], 'admin,operator,editor')
    .option('--display <name>', help['people add --display'])
    .option('--mail <address>', help['people add --mail']);
newPerson('add')
  .option('--oidc', help['people add --oidc'])
  .option('--given', help['people add --given'])
  .description(help['people add'])
  .action(lazy(persons, 'add'));
newPerson('invite').description(help['people invite']).action(lazy(persons, 'invite'));
people.command('list').description(help['people list']).option('--json', help['--json']).action(lazy(persons, 'list'));
people
  .command('password')
  .argument('<name>')
  .option('--reset-totp', help['people password --reset-totp'])
  .description(help['people password'])
  .action(lazy(persons, 'password'));
people.command('disable').argument('<name>').description(help['people disable']).action(lazy(persons, 'disable'));

const archive = () => import('./archive.ts');
program.command('backup').description(help.backup).option('-o, --out <file>', help['backup --out']).action(lazy(archive, 'backup'));
program.command('restore').argument('<file>').description(help.restore).action(lazy(archive, 'restore'));
program.command('rebuild').description(help.rebuild).action(lazy(archive, 'rebuild'));

// Whoever reads our output may have seen enough (`| head`).
process.stdout.on('error', (error) => {
  if (systemCode(error) === 'EPIPE') process.exit(0);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  // It ends here, whatever it left open: who starts it (systemd, a script) waits for its end and not for its sentence.
  process.exit(report(error));
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
