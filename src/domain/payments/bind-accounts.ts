import { sql } from 'kysely';
import type { Act } from '#domain/events/record.ts';
import { recordSellerEvent } from '#domain/events/record-seller.ts';
import { refusePayment } from '#domain/payments/_refusals.ts';
import { type PaymentProvider, type ProviderName, ProviderUnavailable } from '#domain/payments/provider.ts';
import type { Providers } from '#domain/payments/providers.ts';
import { type Db, transaction } from '#kit/db.ts';

/** The keys belong to another account at the provider: of what was charged before, nothing can be said with them. */
export class ForeignAccount extends ProviderUnavailable {
  constructor(provider: ProviderName) {
    super(
      `The keys of ${provider} belong to another account than the one charged with so far: put keys of that one back (docs/payments.md says how to move to another)`,
    );
  }
}

/**
 * `say` hears once, in a sentence, that keys are another account's. `trustMilliseconds`: for how long nobody looks whether an
 * operator has moved to another account meanwhile (10,000).
 */
export type BindingDesk = { db: Db; say(sentence: string): void; trustMilliseconds?: number };

/**
 * The same providers, each bound for good to the account it was first used with: with the keys of another one nobody is
 * asked anything, since that account has never heard of our open charges and would take them for new ones (P2). It then
 * counts as silent, and what is open stays open. The provider is asked once per process, because keys change with a new one.
 */
export function bindAccounts(providers: Providers, desk: BindingDesk): Providers {
  const bound = Object.values(providers).map((provider) => [provider.name, bind(provider, desk)]);
  return Object.fromEntries(bound) as Providers;
}

/** Throws ForeignAccount when the keys are another account's than before; remembers the account where none is known yet. */
export async function checkAccount(db: Db, provider: PaymentProvider): Promise<void> {
  const mark = (await readMark(db, provider.name)) ?? (await writeMark(db, provider));
  if (!(await provider.hasMark(mark))) throw new ForeignAccount(provider.name);
}

/**
 * An operator's word that from now on another account is charged with: the one behind the keys. What was registered or paid
 * with the one before can neither be charged nor given back any more. Refuses `charge_under_way` while anything is open
 * there, because with these keys nobody would ever learn what became of it (P2).
 */
export async function moveToAccount(
  db: Db,
  act: Act,
  move: { provider: PaymentProvider; reason: string },
): Promise<void> {
  const { name } = move.provider;
  const mark = await move.provider.markAccount();
  await transaction(db, async (tx) => {
    const { rows } = await sql<{ open: number }>`
      select (select count(*) from charges where provider = ${name} and next_check_at is not null)::int
           + (select count(*) from refunds r join payments p on p.customer_id = r.customer_id and p.payment_id = r.payment_id
               where p.provider = ${name} and r.next_check_at is not null)::int as open`.execute(tx);
    const open = rows[0]?.open ?? 0;
    if (open > 0)
      throw refusePayment('charge_under_way', {
        detail: `${open} charges or refunds are open at ${name}: first let their outcome be asked for with keys of the account they were made with.`,
      });
    await sql`
      insert into provider_accounts (provider, mark) values (${name}, ${mark})
      on conflict (provider) do update set mark = excluded.mark`.execute(tx);
    await recordSellerEvent(tx, act, {
      type: 'provider_accounts.changed',
      data: { provider: name, reason: move.reason },
    });
  });
}

function bind(provider: PaymentProvider, desk: BindingDesk): PaymentProvider {
  const check = watchAccount(provider, desk);
  const once =
    <Asked extends unknown[], Answer>(ask: (...asked: Asked) => Promise<Answer>) =>
    async (...asked: Asked) => {
      await check();
      return ask(...asked);
    };
  return {
    ...provider,
    startMethod: once(provider.startMethod),
    getMethod: once(provider.getMethod),
    removeMethod: once(provider.removeMethod),
    createCharge: once(provider.createCharge),
    confirmCharge: once(provider.confirmCharge),
    cancelCharge: once(provider.cancelCharge),
    getCharge: once(provider.getCharge),
    findCharge: once(provider.findCharge),
    refund: once(provider.refund),
    getRefund: once(provider.getRefund),
    ...(provider.getDispute ? { getDispute: once(provider.getDispute) } : {}),
    ...(provider.chargeOfCapture ? { chargeOfCapture: once(provider.chargeOfCapture) } : {}),
    listMovements: async function* (from, to) {
      await check();
      yield* provider.listMovements(from, to);
    },
  };
}

/** Checks the account once, and again only when another is charged with by now. */
function watchAccount(provider: PaymentProvider, { db, say, trustMilliseconds = 10_000 }: BindingDesk) {
  const ours = new Map<string, boolean>();
  let looking: Promise<void> = Promise.resolve();
  let trustedUntil = Number.NEGATIVE_INFINITY;
  const look = async () => {
    const mark = (await readMark(db, provider.name)) ?? (await writeMark(db, provider));
    const isOurs = ours.get(mark) ?? (await provider.hasMark(mark));
    const isNew = !ours.has(mark);
    ours.set(mark, isOurs);
    if (isOurs) return;
    const foreign = new ForeignAccount(provider.name);
    if (isNew) say(foreign.message);
    throw foreign;
  };
  return () => {
    if (performance.now() < trustedUntil) return looking;
    trustedUntil = performance.now() + trustMilliseconds;
    looking = look().catch((error: unknown) => {
      if (!(error instanceof ForeignAccount)) trustedUntil = Number.NEGATIVE_INFINITY;
      throw error;
    });
    return looking;
  };
}

async function readMark(db: Db, provider: ProviderName): Promise<string | null> {
  const { rows } = await sql<{ mark: string }>`
    select mark from provider_accounts where provider = ${provider}`.execute(db);
  return rows[0]?.mark ?? null;
}

// Of two processes that start at once the second takes the first one's mark.
async function writeMark(db: Db, provider: PaymentProvider): Promise<string> {
  const mark = await provider.markAccount();
  await sql`
    insert into provider_accounts (provider, mark) values (${provider.name}, ${mark}) on conflict do nothing`.execute(
    db,
  );
  return (await readMark(db, provider.name)) ?? mark;
}
