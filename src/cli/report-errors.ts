// How an error is told at the terminal: what is wrong and what to do, and a stack for faults of
// ours alone. Not for what each command does: main.ts.
import { type Command, CommanderError } from 'commander';
import { languageOfTerminal } from '../i18n/environment.ts';
import { type Messages, messagesFor } from '../i18n/index.ts';
import { BanliError, systemCode } from '../lib/errors.ts';

/** The command that was called, and its name as it is typed: `plan show`; empty without one. */
export interface FailedCall {
  readonly command: Command;
  readonly name: string;
}

/** What was typed cannot be meant, whatever the state of things: exit 2, as for a wrong option. */
const USAGE: ReadonlySet<string> = new Set([
  'usage',
  'bad-year',
  'bad-date',
  'bad-time',
  'bad-count',
  'bad-roles',
  'bad-name',
  'format',
  'out',
]);

/**
 * An operator's own mistake is told in a line or two; only a fault of the program shows where in
 * the program it is.
 */
export function report(error: unknown, call: FailedCall): number {
  const words = messagesFor(languageOfTerminal(process.env));
  if (error instanceof CommanderError) {
    if (error.exitCode === 0 || error.code === 'commander.help')
      return error.exitCode === 0 ? 0 : 2;
    const near = /\(Did you mean (?:one of )?([^?]+)\?\)/.exec(error.message)?.[1];
    const { said, how = words.cli.usageHow(near) } = wrongCall(error, call, words);
    process.stderr.write(`${said}\n${how === '' ? '' : `${words.cli.hint}${how}\n`}`);
    return 2;
  }
  if (error instanceof BanliError) {
    process.stderr.write(
      `${error.message}\n${error.hint ? `${words.cli.hint}${error.hint}\n` : ''}`,
    );
    if (USAGE.has(error.code)) return 2;
  } else if (
    systemCode(error) === 'ENOSPC' ||
    systemCode(error) === 'EACCES' ||
    systemCode(error) === 'EROFS'
  ) {
    process.stderr.write(`${(error as Error).message}\n`);
  } else {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  }
  return 1;
}

/** What is wrong with a call, and what to do about it; empty where that has been said. */
function wrongCall(
  { code, message }: CommanderError,
  { name, command }: FailedCall,
  { cli, help: { examples } }: Messages,
): { said: string; how?: string } {
  const what = /'([^']+)'/.exec(message)?.[1] ?? message.replace(/^error: /, '');
  const example = examples[name];
  const call = `${name} ${example ?? ''}`.trim();
  switch (code) {
    case 'commander.excessArguments': {
      const surplus = command.args.slice(command.registeredArguments.length).join(' ');
      return {
        said: cli.usage(code, surplus),
        how:
          command.registeredArguments.length === 0 ? cli.usageAlone(call) : cli.usageExample(call),
      };
    }
    case 'commander.missingArgument':
    case 'commander.missingMandatoryOptionValue':
      return example === undefined
        ? { said: cli.usage(code, what) }
        : { said: cli.missing(cli.usage(code, what), call), how: '' };
    case 'commander.invalidArgument': {
      const [option = what] = what.split(/[ ,]/);
      return {
        said: cli.notCount(option, / argument '([^']*)' is invalid/.exec(message)?.[1] ?? ''),
        how: '',
      };
    }
    default:
      return { said: cli.usage(code, what) };
  }
}
