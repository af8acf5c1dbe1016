import type { Temporal } from 'temporal-polyfill';
import { startMailCatcher } from '#adapters/mail/catcher.ts';
import { createSmtpMailer } from '#adapters/mail/smtp.ts';
import { createSandboxProvider, type SandboxOptions } from '#adapters/payments/sandbox.ts';
import { createSandboxPages } from '#adapters/payments/sandbox-pages.ts';
import { createSandboxPlatform } from '#adapters/provisioning/sandbox.ts';
import type { WrittenPolicy } from '#domain/customers/policy.ts';
import type { Act } from '#domain/events/record.ts';
import type { Transact } from '#domain/payments/providers.ts';
import { type Moment, morningOf } from '#kit/clock.ts';
import { asCustomer, type Db, openDatabase, transaction } from '#kit/db.ts';
import { day, plan, seller, zone } from '#spec/build.ts';
import { freshDatabase, testSecret } from '#spec/harness.ts';
import { assembleEngine } from '#worker/assemble.ts';
import type { Notebook } from './_notebook.ts';

export type Owner = { after(done: () => Promise<void>): void };
export type WorldStart = { today: string; policy?: Partial<WrittenPolicy>; notebook: Notebook };
export type Core = Awaited<ReturnType<typeof openCore>>;

export const publicUrl = 'https://rinnovo.example';
const pagesUrl = 'https://provider.example';

/**
 * A company on a real PostgreSQL with the whole business day: the sandbox's payment provider, mail server (over real
 * SMTP) and mail platform. The clock stands still until somebody moves it.
 */
export async function openCore(owner: Owner, { today, policy, notebook }: WorldStart) {
  const database = await freshDatabase(owner);
  const { system: db, api } = database;
  let moment = morningOf(day(today), zone);
  const now = () => moment.at;
  const wire: { fault?: SandboxOptions['fault'] } = {};
  const fault: SandboxOptions['fault'] = (operation, subject) => wire.fault?.(operation, subject);
  const sandbox = createSandboxProvider(db, { now, pagesUrl, fault });
  const platform = createSandboxPlatform(db, { now });
  const catcher = await startMailCatcher(db, { now, port: 0 });
  const mailer = createSmtpMailer(catcher.url, { now, connections: 2 });
  owner.after(async () => {
    await mailer.close();
    await catcher.close();
  });
  const providers = { sandbox };
  const told: { message: string; details: object }[] = [];
  const assemble = (on: Db) =>
    assembleEngine({
      ...{ db: on, workers: 2, leaseSeconds: 30, secret: testSecret, publicUrl, providers, mailer },
      mailFrom: 'Posta Serena <posta@serena.example>',
      provisioning: platform,
      tell: (message, details) => told.push({ message, details }),
    });
  await transaction(db, async (tx) => {
    await seller(tx, policy ? { policy } : {});
    await plan(tx, 'exchange-2016');
  });
  const pages = createSandboxPages(db, { now });
  const act = (actor: string): Act => ({ actor, ...moment });
  const asPerson =
    (customerId: bigint): Transact =>
    (work) =>
      asCustomer(api, customerId, work);
  return {
    ...{ db, engine: assemble(db), providers, platform, wire, told, notebook, act, asPerson },
    /** Another machine with its own connections to the same database. */
    secondEngine: async () => {
      const second = await openDatabase(database.ownerUrl, testSecret);
      owner.after(second.close);
      return assemble(second.system);
    },
    moment: () => moment,
    setMoment: (to: Moment) => {
      moment = to;
    },
    /** Somebody fills in a form on one of the provider's pages. */
    visit: (url: string, form: Record<string, string>) =>
      pages({ method: 'POST', path: url.replace(pagesUrl, ''), language: 'en', form }),
  };
}

/** An instant of the world as a moment. */
export function momentAt(at: Temporal.Instant): Moment {
  return { at, on: at.toZonedDateTimeISO(zone).toPlainDate() };
}
