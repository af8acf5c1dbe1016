import { type Logger, pino } from 'pino';

export type Log = Logger;

// Never in a log, wherever they stand in an object (P10 and the secrets of people and of this installation).
const secret = ['password', 'secret', 'token', 'cookie', 'authorization', 'otp', 'databaseUrl', 'smtpUrl', 'card'];

/** The log of this process: one JSON line per entry on standard error, so that a command's output stays clean. */
export function createLog(level: string): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: secret.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `req.headers.${name}`]),
        censor: '…',
      },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
