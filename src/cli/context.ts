import { ensureSeller } from '#cli/_setup.ts';
import { type Database, openDatabase } from '#kit/db.ts';
import { bootEmbedded, type Embedded } from '#kit/embedded.ts';
import { createLog, type Log } from '#kit/log.ts';
import { migrate } from '#kit/migrate.ts';
import { type Settings, secretsIn } from '#kit/settings.ts';

/** An open, migrated database, and its owner's address. */
export type OpenDatabase = Database & { ownerUrl: string };

/** What a command runs with. Nothing is booted before a command asks for it. */
export type Context = {
  settings: Settings;
  log: Log;
  /** Boots or joins the embedded PostgreSQL (or uses DATABASE_URL), migrates it, and opens it; the same one every time. */
  database(): Promise<OpenDatabase>;
  /** Aborted by Ctrl-C, SIGTERM or the death of the process that started us. Long work looks at it between two steps. */
  stopping: AbortSignal;
  /**
   * Closes what was opened; the embedded server stops when no other command uses it. Abandoned work is not waited for:
   * what it has not committed will not have happened.
   */
  close(how?: { abandonWork: boolean }): Promise<void>;
};

/** Makes the context of one command. */
export function createContext(settings: Settings, stopping: AbortSignal, awaitDisk = true): Context {
  let embedded: Embedded | undefined;
  let opened: Promise<OpenDatabase> | undefined;

  async function open(): Promise<OpenDatabase> {
    const ownerUrl = settings.databaseUrl ?? (await boot());
    await migrate(ownerUrl, settings.secret);
    const database = await openDatabase(ownerUrl, settings.secret, {
      poolSize: Math.max(10, settings.workers + 4),
      awaitDisk,
    });
    await ensureSeller(database.system);
    return { ...database, ownerUrl };
  }

  async function boot(): Promise<string> {
    embedded = await bootEmbedded(settings.home, settings.secret);
    return embedded.url;
  }

  return {
    settings,
    log: createLog(settings.logLevel, secretsIn(settings)),
    stopping,
    database: () => {
      opened ??= open();
      return opened;
    },
    close: async (how = { abandonWork: false }) => {
      const database = await opened?.catch(() => undefined);
      if (!how.abandonWork) await database?.close();
      await embedded?.leave();
    },
  };
}
