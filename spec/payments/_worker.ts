/**
 * A worker in a process of its own, which may be killed at any moment: whenever it is told to, it does all that is due on
 * the business clock of its database, as the real one does, with the real providers' libraries and no other mail.
 */
import { createSandboxPlatform } from '#adapters/provisioning/sandbox.ts';
import { readClock } from '#kit/clock.ts';
import { openDatabase } from '#kit/db.ts';
import { zone } from '#spec/build.ts';
import { testSecret } from '#spec/harness.ts';
import { assembleEngine } from '#worker/assemble.ts';
import { runDay } from '#worker/run.ts';
import { type Addresses, connectProviders } from './_wire.ts';

/** What a worker is started with, as one JSON argument. */
export type WorkerSettings = { ownerUrl: string; leaseSeconds: number; addresses: Addresses };

/** What a worker says: that it is there, or what came of a look at the day. */
export type WorkerWord =
  | { say: 'ready' }
  | { say: 'done'; state: 'done' | 'held'; ms: Record<string, number>; told: string[] }
  | { say: 'failed'; error: string };

if (import.meta.main) {
  process.on('disconnect', () => process.exit());
  const { ownerUrl, leaseSeconds, addresses } = JSON.parse(process.argv[2] ?? '') as WorkerSettings;
  const { system: db } = await openDatabase(ownerUrl, testSecret, { awaitDisk: false });
  let clock = await readClock(db, zone);
  const now = () => clock().at;
  let told: string[] = [];
  const engine = assembleEngine({
    ...{ db, leaseSeconds, workers: 2, secret: testSecret, publicUrl: 'https://portal.example' },
    providers: connectProviders(addresses, now),
    mailer: { send: async () => 'accepted', close: async () => {} },
    mailFrom: 'Storm <storm@example.com>',
    provisioning: createSandboxPlatform(db, { now }),
    tell: (message, details) => {
      const { error, ...rest } = details as { error?: unknown };
      told.push(
        `${message} ${String(error ?? '')} ${JSON.stringify(rest, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`,
      );
    },
  });
  const work = async (): Promise<WorkerWord> => {
    clock = await readClock(db, zone);
    told = [];
    const { state, stages } = await runDay(engine, () => clock());
    const ms = Object.fromEntries(Object.entries(stages).map(([name, stage]) => [name, stage.ms]));
    return { say: 'done', state, ms, told };
  };
  const say = (word: WorkerWord) => process.send?.(word);
  process.on('message', () => {
    work().then(say, (error: unknown) =>
      say({ say: 'failed', error: error instanceof Error ? String(error.stack) : String(error) }),
    );
  });
  say({ say: 'ready' });
}
