/** One option of a command: `value` names what follows it (absent for a switch). */
type Option = { describe: string; value?: string; required?: boolean };

/** What a command says of itself. */
export type Described = {
  summary: string;
  /** Its form, one line per variant, without `bin/rinnovo`. */
  usage: readonly string[];
  options?: Readonly<Record<string, Option>>;
};

/** Tells every command, each with its form and what it does. Answers the exit code. */
export function overview(commands: readonly Described[]): number {
  const rows = commands.flatMap((command) =>
    command.usage.map((usage, line) => [usage, line === 0 ? command.summary : ''] as const),
  );
  print('Rinnovo renews, bills and collects hosted mailboxes.\n');
  for (const [usage, summary] of rows) print(`  bin/rinnovo ${usage}${summary && `\n      ${summary}`}`);
  print('\nDates are written 2027-01-31. Every command explains itself with --help.');
  return 0;
}

/** Tells one command with its options. Answers the exit code. */
export function explain(command: Described): number {
  print(`${command.summary}\n`);
  for (const usage of command.usage) print(`  bin/rinnovo ${usage}`);
  const options = Object.entries(command.options ?? {});
  if (options.length > 0) print('');
  for (const [name, { value, describe }] of options) {
    print(`  ${`--${name}${value ? ` ${value}` : ''}`.padEnd(22)} ${describe}`);
  }
  return 0;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
