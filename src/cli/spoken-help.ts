// What commander says by itself in a command's help, in the operator's language. Not for what the
// commands say: i18n/.
import { type Command, Help, type Option } from 'commander';
import type { Messages } from '../i18n/index.ts';
import { width, wrapped } from './print.ts';

/** How commander is to write its help. */
export function spokenHelp(help: Messages['help']): Partial<Help> {
  const { place } = help;
  const spokenTerm = (term: string): string =>
    term.replace('[options]', `[${place.options}]`).replace('[command]', `[${place.command}]`);
  return {
    styleTitle: (title: string): string => help.titles[title] ?? title,
    displayWidth: width,
    boxWrap: wrapped,
    commandUsage: (command: Command): string => spokenTerm(new Help().commandUsage(command)),
    subcommandTerm: (command: Command): string => spokenTerm(new Help().subcommandTerm(command)),
    optionDescription: ({ description, defaultValue }: Option): string =>
      defaultValue === undefined || typeof defaultValue === 'boolean'
        ? description
        : `${description}${help.byDefault(String(defaultValue))}`,
  };
}
