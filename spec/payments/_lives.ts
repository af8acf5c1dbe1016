import assert from 'node:assert/strict';
import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { columns, transaction } from '#kit/db.ts';
import { crowd, plan, seller } from '#spec/build.ts';
import { payOnPages, registerAndLeave, topUp, withdraw } from './_acts.ts';
import type { ProviderOf, Saved } from './_town.ts';
import { inLanes, type PaymentsWorld } from './_world.ts';

/**
 * What happens at the providers to customers of one kind, told by messages or found out by asking. `slow`: the money comes
 * later. `page`: paid on the provider's page. `refunds`: two refunds of one payment. `won`, `lost`: a dispute.
 * `renewed`, `removed`: the bank renews the card, the payer takes their consent back. `leaves`: registers a method and never
 * comes back to us.
 */
export const lives = ['slow', 'page', 'refunds', 'won', 'lost', 'renewed', 'removed', 'leaves'] as const;
export type Life = (typeof lives)[number];

export type Living = { customerId: bigint; life: Life; provider: ProviderOf; saved: Saved | null };

/** Half of them at each provider, each with a mailbox that is due on the first day. */
export async function beginLives(
  world: PaymentsWorld,
  { count, firstDay }: { count: number; firstDay: Temporal.PlainDate },
): Promise<Living[]> {
  const { db } = world;
  return transaction(db, async (tx) => {
    await seller(tx, { policy: { brake_amount: null, brake_reach_days: 366 } });
    const planId = await plan(tx, 'exchange-2016');
    const mailboxes = [{ plan: planId, anchorOn: firstDay.subtract({ months: 1 }), expiresOn: firstDay }];
    const ids = await crowd(tx, count, { mailboxes });
    const people = ids.map((customerId, n) => {
      const provider = n % 2 === 0 ? ('stripe' as const) : ('paypal' as const);
      const life = lives[Math.floor(n / 2) % lives.length] as Life;
      return { customerId, life, provider, saved: save(world, { customerId, life, provider }) };
    });
    const rows = people.flatMap(({ customerId, saved }) => (saved ? [{ customerId, ...saved }] : []));
    await sql`
      insert into payment_methods (customer_id, provider, kind, state, provider_ref, token, is_default, expires_on,
                                   last_four, registered_at)
      select u.customer_id, u.provider, case u.provider when 'stripe' then 'card' else 'paypal' end, 'valid', u.ref, u.token,
             true, case u.provider when 'stripe' then date '2034-12-31' end,
             case u.provider when 'stripe' then '4242' else '' end, ${firstDay}::date
        from ${columns(rows, {
          customer_id: ['bigint', (row) => row.customerId],
          provider: ['text', (row) => row.provider],
          ref: ['text', (row) => row.ref],
          token: ['text', (row) => row.token],
        })}`.execute(tx);
    return people;
  });
}

/** What happens at each step of half a day, after the renewals of the first; the last ones only let time pass. */
export function stepsOf(world: PaymentsWorld, people: readonly Living[]): (() => Promise<unknown>)[] {
  const of = (...wanted: Life[]) => people.filter(({ life }) => wanted.includes(life));
  const disputes = new Map<Living, string>();
  return [
    () => Promise.all([topUp(world, of('refunds'), 40_00n), registerAndLeave(world, of('leaves'))]),
    async () => {
      await payOnPages(world, of('page'));
      await withdraw(world, of('refunds'), 7_50n);
      for (const person of of('won', 'lost')) disputes.set(person, openDispute(world, person));
      for (const { provider, saved } of of('renewed')) {
        if (provider === 'stripe')
          world.stripe.renewCard(saved?.token.split(':')[1] ?? '', { expYear: 2036, expMonth: 6, last4: '1881' });
      }
    },
    async () => {
      world.paypal.settle();
      await withdraw(world, of('refunds'), 5_00n);
      // Through the provider alone: our side hears of it by message, or when it next charges.
      await inLanes(of('removed'), ({ provider, saved }) => world.providers[provider].removeMethod(saved?.token ?? ''));
    },
    async () => {
      for (const [{ life, provider }, id] of disputes) {
        if (provider === 'stripe') world.stripe.closeDispute(id, life === 'won' ? 'won' : 'lost');
        else world.paypal.resolve(id, life === 'won');
      }
    },
    ...Array.from({ length: 7 }, () => async () => {}),
  ];
}

function save({ stripe, paypal }: PaymentsWorld, { customerId, life, provider }: Omit<Living, 'saved'>): Saved | null {
  if (life === 'page' || life === 'leaves') return null;
  if (provider === 'stripe') {
    return { provider, ...stripe.save(customerId, life === 'slow' ? { clearsAfter: 20 * 3600 } : {}) };
  }
  const token = paypal.save(life === 'slow' ? 'pays_by_echeck' : 'pays');
  return { provider, ref: `REGISTERED0000000.${paypal.state.saved.get(token)?.customerId}`, token };
}

function openDispute({ stripe, paypal }: PaymentsWorld, { customerId, provider }: Living): string {
  const owner = String(customerId);
  if (provider === 'stripe') {
    const paid = stripe
      .intents()
      .find((each) => each.status === 'succeeded' && each.metadata['rinnovo_owner'] === owner);
    assert(paid);
    return stripe.openDispute(paid.id);
  }
  const paid = [...paypal.state.captures.values()].find(
    (each) => each.status === 'COMPLETED' && each.customId === owner,
  );
  assert(paid);
  return paypal.dispute(paid.id);
}
