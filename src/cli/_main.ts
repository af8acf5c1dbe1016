import { parseArgs } from 'node:util';
import { type Described, explain, overview } from '#cli/_help.ts';
import { type Context, createContext } from '#cli/context.ts';
import { Refusal, StartError, UsageError } from '#kit/errors.ts';
import { readSettings } from '#kit/settings.ts';

/** The words after the command, checked against its options: a switch is `true`, an option its text. */
export type Arguments = {
  positionals: readonly string[];
  has(name: string): boolean;
  text(name: string): string | undefined;
};

/** One command, in a file of its own that exports it as `command`. */
export type Command = Described & {
  /** How many words it takes besides options; [0, 0] when absent. */
  positionals?: readonly [least: number, most: number];
  /** Whether it ends by itself, in order, when told to stop (`start`); any other is given a moment and then left. */
  stopsItself?: true;
  /** Whether its commits need not wait for the disk, because what it does can be done again (the sandbox's clock). */
  repeatable?: true;
  /** Answers the exit code; nothing means 0. */
  run(context: Context, args: Arguments): Promise<number | undefined> | Promise<void>;
};

type Loader = () => Promise<{ command: Command }>;

/**
 * Runs one command line and answers its exit code: 0 done · 1 refused, or the world is not as needed · 2 used wrongly ·
 * 70 a bug, with its stack.
 */
export async function main(commands: Readonly<Record<string, Loader>>, words: readonly string[]): Promise<number> {
  const stopping = stopSignal();
  // `bin/rinnovo export … | head`: the reader has seen enough.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 70));
  try {
    return await dispatch(commands, words, stopping);
  } catch (error) {
    return report(error);
  }
}

async function dispatch(
  commands: Readonly<Record<string, Loader>>,
  [name, ...words]: readonly string[],
  stopping: AbortSignal,
): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const all = await Promise.all(Object.values(commands).map((each) => each()));
    return overview(all.map(({ command }) => command));
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) throw new UsageError(`There is no command ${name}; see bin/rinnovo --help.`);
  const { command } = await load();
  if (words.includes('--help') || words.includes('-h')) return explain(command);
  const args = parse(name, command, words);
  const context = createContext(readSettings(process.env), stopping, command.repeatable !== true);
  let code: number | undefined;
  try {
    const done = command.run(context, args).then((answer) => answer ?? 0);
    code = await (command.stopsItself ? done : Promise.race([done, interruption(stopping)]));
    return code;
  } finally {
    await context.close({ abandonWork: code === interrupted });
  }
}

// Stopping is safe at any moment: what is not committed did not happen. A command gets a moment to end by itself.
const interrupted = 130;

function interruption(stopping: AbortSignal): Promise<number> {
  return new Promise((resolve) => {
    const soon = () => void setTimeout(() => resolve(interrupted), 2_000).unref();
    stopping.addEventListener('abort', soon, { once: true });
  });
}

function parse(name: string, command: Command, words: readonly string[]): Arguments {
  const options = command.options ?? {};
  const spec = Object.entries(options).map(
    ([key, { value }]) => [key, { type: value ? 'string' : 'boolean' }] as const,
  );
  const { values, positionals } = parseWords(Object.fromEntries(spec), words);
  for (const [key, { value, required }] of Object.entries(options)) {
    if (required && values[key] === undefined) throw new UsageError(`rinnovo ${name} needs --${key} ${value}.`);
    if (value && values[key] === '') throw new UsageError(`--${key} needs a ${value}.`);
  }
  const [least, most] = command.positionals ?? [0, 0];
  if (positionals.length > most) throw new UsageError(`Unexpected ${positionals[most]}; see rinnovo ${name} --help.`);
  if (positionals.length < least) throw new UsageError(`Usage: ${command.usage.join(' · ')}`);
  return {
    positionals,
    has: (key) => values[key] === true,
    text: (key) => (typeof values[key] === 'string' ? values[key] : undefined),
  };
}

type Parsed = { values: Record<string, string | boolean | undefined>; positionals: string[] };

function parseWords(options: Record<string, { type: 'string' | 'boolean' }>, words: readonly string[]): Parsed {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (!code?.startsWith('ERR_PARSE_ARGS')) throw error;
    throw new UsageError(`${message.split('. ')[0]?.replaceAll("'", '').replaceAll('\n', ' ').replace(/\.$/, '')}.`);
  }
}

function report(error: unknown): number {
  if (error instanceof UsageError || error instanceof StartError) {
    process.stderr.write(`${error.message}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
  if (error instanceof Refusal) {
    process.stderr.write(`${error.message}\n`);
    for (const { name, rule } of error.fields) process.stderr.write(`  ${name}: ${rule}\n`);
    return 1;
  }
  process.stderr.write(
    `This is a bug in Rinnovo:\n${error instanceof Error ? (error.stack ?? error) : String(error)}\n`,
  );
  return 70;
}

function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = () => controller.abort();
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // bin/rinnovo holds the other end of a channel: when it dies, even by kill -9, the channel closes and we stop too.
  process.on('disconnect', stop);
  process.channel?.unref();
  return controller.signal;
}
