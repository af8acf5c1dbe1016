import { sql } from 'kysely';
import type { Act } from '#domain/events/record.ts';
import { chargeOrder } from '#domain/orders/charge.ts';
import { offerPayment } from '#domain/orders/offer.ts';
import { placeOrder } from '#domain/orders/place.ts';
import { orderSettlement } from '#domain/orders/sync-settlement.ts';
import { completeMethod } from '#domain/payments/complete-method.ts';
import type { PaymentDesk } from '#domain/payments/providers.ts';
import { startMethod } from '#domain/payments/start-method.ts';
import { withdrawCredit } from '#domain/payments/withdraw.ts';
import { today } from '#kit/dates.ts';
import { transaction } from '#kit/db.ts';
import { Refusal } from '#kit/errors.ts';
import { zone } from '#spec/build.ts';
import { testSecret } from '#spec/harness.ts';
import type { ProviderOf } from './_town.ts';
import { inLanes, type PaymentsWorld } from './_world.ts';

/** A customer, and the provider they use. */
type Payer = { customerId: bigint; provider: ProviderOf };

const returnUrl = 'https://portal.example/back';

/** Whoever owes something pays all of it on the provider's page, as the portal offers. Answers how many pages were paid. */
export async function payOnPages(world: PaymentsWorld, people: readonly Payer[]): Promise<number> {
  const { rows } = await sql<{ customerId: bigint }>`
    select distinct customer_id as "customerId" from debts where state = 'open'`.execute(world.db);
  const owing = new Set(rows.map(({ customerId }) => customerId));
  const paid = await inLanes(
    people.filter(({ customerId }) => owing.has(customerId)),
    async ({ customerId, provider }) => {
      const order = await unlessRefused(
        transaction(world.db, (tx) => orderSettlement(tx, actOf(world), { customerId, linkSecret: testSecret })),
      );
      if (order === null) return false;
      const kind = provider === 'stripe' ? ('card' as const) : ('paypal' as const);
      const { orderId } = order;
      const offer = await unlessRefused(
        offerPayment(deskOf(world), actOf(world), { customerId, orderId, kind, returnUrl }),
      );
      return offer !== null && (await visit(world, offer.url));
    },
  );
  return paid.filter(Boolean).length;
}

/** Customers without a method register one on the provider's page. Answers those who have none yet. */
export async function registerMethods<Each extends Payer>(
  world: PaymentsWorld,
  people: readonly Each[],
): Promise<Each[]> {
  const done = await inLanes(people, async ({ customerId, provider }) => {
    const pending = await findPending(world, customerId);
    if (pending === 'valid') return true;
    if (pending !== null) return completes(world, { customerId, methodId: pending });
    const kind = provider === 'stripe' ? ('card' as const) : ('paypal' as const);
    const start = { customerId, kind, returnUrl: () => returnUrl };
    const started = await unlessRefused(startMethod(deskOf(world), actOf(world), start));
    if (started === null || !(await visit(world, started.url))) return false;
    return completes(world, { customerId, methodId: started.methodId });
  });
  return people.filter((_, i) => !done[i]);
}

async function completes(world: PaymentsWorld, method: { customerId: bigint; methodId: bigint }): Promise<boolean> {
  return (await unlessRefused(completeMethod(deskOf(world), actOf(world), method))) === 'valid';
}

/** Customers register a method on the provider's page and never come back to us. */
export async function registerAndLeave(world: PaymentsWorld, people: readonly Payer[]): Promise<void> {
  await inLanes(people, async ({ customerId, provider }) => {
    const kind = provider === 'stripe' ? ('card' as const) : ('paypal' as const);
    const { url } = await startMethod(deskOf(world), actOf(world), { customerId, kind, returnUrl: () => returnUrl });
    await visit(world, url);
  });
}

/** Customers fill their accounts with their default method, unless a charge of theirs is under way. Answers how many did. */
export async function topUp(world: PaymentsWorld, people: readonly Payer[], amount: bigint): Promise<number> {
  const done = await inLanes(people, ({ customerId }) =>
    unlessRefused(
      transaction(world.db, async (tx) => {
        const order = await placeOrder(tx, actOf(world), {
          customerId,
          kind: 'top_up',
          amount,
          linkSecret: testSecret,
        });
        const { rows } = await sql<{ id: bigint }>`
          select method_id as id from payment_methods where customer_id = ${customerId} and is_default`.execute(tx);
        await chargeOrder(tx, actOf(world), { customerId, orderId: order.orderId, methodId: rows[0]?.id ?? 0n });
        return order;
      }),
    ),
  );
  return done.filter((order) => order !== null).length;
}

/** Customers take free credit back, where they have that much of it. Answers how many did. */
export async function withdraw(world: PaymentsWorld, people: readonly Payer[], amount: bigint): Promise<number> {
  const done = await inLanes(people, ({ customerId }) =>
    unlessRefused(
      transaction(world.db, (tx) => withdrawCredit(tx, actOf(world), { customerId, amount, reason: 'asked for' })),
    ),
  );
  return done.filter((each) => each !== null).length;
}

/** The payer goes to the page and pays or agrees; false when the page does not let them. */
async function visit({ stripe, paypal }: PaymentsWorld, url: string): Promise<boolean> {
  if (!url.startsWith(stripe.state.pagesUrl)) return paypal.visit(url, 'pays');
  const body = new URLSearchParams({ act: 'go', card: 'pm_card_visa' });
  return (await fetch(url, { method: 'POST', body, redirect: 'manual' })).status === 303;
}

async function findPending({ db }: PaymentsWorld, customerId: bigint): Promise<bigint | 'valid' | null> {
  const { rows } = await sql<{ methodId: bigint; state: string }>`
    select method_id as "methodId", state from payment_methods
     where customer_id = ${customerId} and provider_ref <> '' and state in ('pending', 'valid')
     order by state = 'valid' desc, method_id desc limit 1`.execute(db);
  const [method] = rows;
  return method ? (method.state === 'valid' ? 'valid' : method.methodId) : null;
}

// What a person is refused they try again another time.
async function unlessRefused<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

function deskOf({ db, providers }: PaymentsWorld): PaymentDesk {
  return { providers, transact: (work) => transaction(db, work) };
}

function actOf({ now }: PaymentsWorld): Act {
  return { actor: 'system', at: now(), on: today(now(), zone) };
}
