import { type Logger, pino } from 'pino';

export type Log = Logger;

// Never in a log, wherever they stand in an object (P10 and the secrets of people and of this installation).
const secret = ['password', 'secret', 'token', 'cookie', 'authorization', 'otp', 'databaseUrl', 'smtpUrl', 'card'];

/**
 * The log of this process: one JSON line per entry on standard error, so that a command's output stays clean. `secrets` are
 * this installation's own keys and passwords: they are struck out wherever they stand, also in the words of an error.
 */
export function createLog(level: string, secrets: readonly string[] = []): Log {
  const out = pino.destination({ dest: 2, sync: true });
  const strike = (line: string) => secrets.reduce((text, each) => text.replaceAll(each, '…'), line);
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      // Errors of libraries carry whole requests, with their headers: of an error we tell what it says and where.
      serializers: { err: plain, error: plain },
      redact: {
        paths: secret.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `req.headers.${name}`]),
        censor: '…',
      },
    },
    { write: (line: string) => out.write(strike(line)) },
  );
}

function plain(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, cause } = error;
  const code = 'code' in error ? error.code : undefined;
  return { type: name, message, code, stack, ...(cause === undefined ? {} : { cause: plain(cause) }) };
}
