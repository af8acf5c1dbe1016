import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { startMailCatcher } from '#adapters/mail/catcher.ts';
import { createSmtpMailer } from '#adapters/mail/smtp.ts';
import { createSandboxProvider } from '#adapters/payments/sandbox.ts';
import { loadBenchData } from '#cli/bench-data.ts';
import { morningOf, standing } from '#kit/clock.ts';
import type { Db } from '#kit/db.ts';
import { assembleEngine } from '#worker/assemble.ts';
import type { Engine } from '#worker/engine.ts';
import { type DayReport, runDay } from '#worker/run.ts';

export type MoneySize = { customers: number; dueOn: Temporal.PlainDate; connections: number };

/** What the day after the renewals costs: invoices settled by a charge, letters written and sent; per second. */
export type MoneyFigures = {
  settled_invoices: number;
  settled_per_second: number;
  letters_written_per_second: number;
  letters_sent_per_second: number;
};

/**
 * Measures charges and letters apart from renewals: customers with one mailbox and one card each, the sandbox provider
 * answering at once. First the day without its letters, then the letters, through a real mail conversation.
 */
export async function measureMoney(db: Db, { customers, dueOn, connections }: MoneySize): Promise<MoneyFigures> {
  await loadBenchData(db, { customers, mailboxesEach: 1, dueOn });
  const clock = standing(morningOf(dueOn, timeZone));
  const now = () => clock().at;
  const provider = createSandboxProvider(db, { now, pagesUrl: 'http://localhost/pages' });
  await giveCards(db, provider);
  const catcher = await startMailCatcher(db, { now, port: 0 });
  const mailer = createSmtpMailer(catcher.url, { now, connections: 20 });
  const engine = assembleEngine({
    ...{ db, workers: connections, leaseSeconds: 60, secret: 'bench', publicUrl: 'http://localhost' },
    ...{ mailFrom: 'Bench <bench@example.com>', providers: { sandbox: provider }, mailer, provisioning: null },
    tell: (message) => {
      throw new Error(message);
    },
  });
  const money = await runDay(only(engine, 'charges'), clock);
  const letters = await runDay(only(engine, 'letters'), clock);
  await mailer.close();
  await catcher.close();
  return figures(money, letters, await countSettled(db));
}

const timeZone = 'Europe/Rome';

function only(engine: Engine, name: string): Engine {
  return { ...engine, effects: engine.effects.filter((effect) => effect.name === name) };
}

async function giveCards(db: Db, provider: ReturnType<typeof createSandboxProvider>): Promise<void> {
  const token = await provider.registerTestMethod('success');
  await sql`
    insert into payment_methods (customer_id, provider, kind, state, provider_ref, token, brand, last_four, is_default, registered_at)
    select customer_id, 'sandbox', 'card', 'valid', 'bench', ${token}, 'Visa', '4242', true, now() from customers`.execute(
    db,
  );
}

async function countSettled(db: Db): Promise<number> {
  const { rows } = await sql<{
    settled: number;
  }>`select count(*)::int as settled from debts where state = 'settled'`.execute(db);
  return rows[0]?.settled ?? 0;
}

function figures(money: DayReport, letters: DayReport, settled: number): MoneyFigures {
  const seconds = (report: DayReport, ...names: string[]) =>
    names.reduce((sum, name) => sum + (report.stages[name]?.ms ?? 0), 0) / 1000;
  const sent = letters.stages['letters']?.done ?? 0;
  return {
    settled_invoices: settled,
    settled_per_second: Math.round(settled / seconds(money, 'collections', 'charges')),
    letters_written_per_second: Math.round(sent / seconds(money, 'reactions')),
    letters_sent_per_second: Math.round(sent / seconds(letters, 'letters')),
  };
}
