import assert from 'node:assert/strict';
import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { columns, type Tx, transaction } from '#kit/db.ts';
import { crowd, plan, seller } from '#spec/build.ts';
import type { Payer } from '#spec/fakes/paypal/payers.ts';
import type { FakeStripe } from '#spec/fakes/stripe/server.ts';
import type { PaymentsWorld } from './_world.ts';

/**
 * Customers by what happens when they are charged: `good` pays; `saved_by_backup` has a dead method and a good one behind
 * it, at the other provider; `slow` pays a day or two later; `recovers` has no money until the last time they are tried;
 * `wanted` must be asked and pays on the page, `unseen` never comes to it; `registers` has no method for two weeks; `broke`
 * and `bare` never pay.
 */
export const kinds = [
  ...(['good', 'good', 'good', 'good', 'saved_by_backup', 'slow'] as const),
  ...(['recovers', 'wanted', 'unseen', 'registers', 'broke', 'bare'] as const),
];
export type Kind = (typeof kinds)[number];
export type ProviderOf = 'stripe' | 'paypal';

/** `dueDay`: the day of the storm on which their mailbox expires, counted from 0. */
export type Person = { customerId: bigint; kind: Kind; provider: ProviderOf; methods: Saved[]; dueDay: number };
export type Saved = { provider: ProviderOf; ref: string; token: string };

type Behaviour = { stripe: Parameters<FakeStripe['behave']>[1]; paypal: Payer };

const declined = (declineCode: string) => ({ declines: { code: 'card_declined', declineCode } });

const behaviours: { [name in 'pays' | 'broke' | 'dead' | 'slow' | 'asks']: Behaviour } = {
  pays: { stripe: {}, paypal: 'pays' },
  broke: { stripe: declined('insufficient_funds'), paypal: 'lacks_funds' },
  dead: { stripe: declined('stolen_card'), paypal: 'is_locked' },
  slow: { stripe: { clearsAfter: 30 * 3600 }, paypal: 'pays_by_echeck' },
  asks: { stripe: { asks: true }, paypal: 'must_be_asked' },
};

const methodsOf: Record<Kind, readonly (keyof typeof behaviours)[]> = {
  good: ['pays'],
  saved_by_backup: ['dead', 'pays'],
  slow: ['slow'],
  recovers: ['broke'],
  wanted: ['asks'],
  unseen: ['asks'],
  registers: [],
  broke: ['broke'],
  bare: [],
};

/** Half of the customers at each provider; each has one mailbox that expires on one of the first `days` days. */
export async function buildTown(
  world: PaymentsWorld,
  { customers, days, firstDay }: { customers: number; days: number; firstDay: Temporal.PlainDate },
): Promise<Person[]> {
  const { db } = world;
  const planId = await transaction(db, async (tx) => {
    await seller(tx, { policy: { brake_amount: null, brake_reach_days: 366 } });
    return plan(tx, 'exchange-2016');
  });
  const people: Person[] = [];
  for (let day = 0; day < days; day++) {
    const count = Math.floor((customers * (day + 1)) / days) - Math.floor((customers * day) / days);
    if (count === 0) continue;
    const expiresOn = firstDay.add({ days: day });
    // Yearly, so that each renews once however long the storm lasts.
    const term = { mode: 'yearly', anchorOn: expiresOn.subtract({ years: 1 }), expiresOn } as const;
    const mailboxes = [{ plan: planId, ...term }];
    await transaction(db, async (tx) => {
      const ids = await crowd(tx, count, { mailboxes });
      const born = ids.map((customerId, i) => ({ ...bear(world, customerId, people.length + i), dueDay: day }));
      await insertMethods(tx, born, firstDay);
      people.push(...born);
    });
  }
  assert.equal(people.length, customers);
  return people;
}

/** From now on this customer's methods pay. */
export function recover({ stripe, paypal }: PaymentsWorld, { methods }: Person): void {
  for (const { provider, token } of methods) {
    if (provider === 'stripe') stripe.behave(token.split(':')[1] ?? '', {});
    else Object.assign(paypal.state.saved.get(token) ?? {}, { payer: 'pays' satisfies Payer });
  }
}

function bear(world: PaymentsWorld, customerId: bigint, n: number): Omit<Person, 'dueDay'> {
  const provider = n % 2 === 0 ? 'stripe' : 'paypal';
  const kind = kinds[Math.floor(n / 2) % kinds.length] as Kind;
  const other = provider === 'stripe' ? 'paypal' : 'stripe';
  const methods = methodsOf[kind].map((behaviour, rank) =>
    save(world, { customerId, provider: rank === 0 ? provider : other, behaviour: behaviours[behaviour] }),
  );
  return { customerId, kind, provider, methods };
}

type Saving = { customerId: bigint; provider: ProviderOf; behaviour: Behaviour };

function save({ stripe, paypal }: PaymentsWorld, { customerId, provider, behaviour }: Saving): Saved {
  if (provider === 'stripe') return { provider, ...stripe.save(customerId, behaviour.stripe) };
  const token = paypal.save(behaviour.paypal);
  const saved = paypal.state.saved.get(token);
  return { provider, ref: `REGISTERED0000000.${saved?.customerId}`, token };
}

async function insertMethods(tx: Tx, people: readonly Person[], on: Temporal.PlainDate): Promise<void> {
  const rows = people.flatMap(({ customerId, methods }) =>
    methods.map((method, rank) => ({ customerId, ...method, rank })),
  );
  await sql`
    insert into payment_methods (customer_id, provider, kind, state, provider_ref, token, is_default, backup_rank,
                                 expires_on, registered_at)
    select u.customer_id, u.provider, case u.provider when 'stripe' then 'card' else 'paypal' end, 'valid', u.ref, u.token,
           u.rank = 0, nullif(u.rank, 0), case u.provider when 'stripe' then date '2034-12-31' end, ${on}::date
      from ${columns(rows, {
        customer_id: ['bigint', (row) => row.customerId],
        provider: ['text', (row) => row.provider],
        ref: ['text', (row) => row.ref],
        token: ['text', (row) => row.token],
        rank: ['integer', (row) => row.rank],
      })}`.execute(tx);
}
