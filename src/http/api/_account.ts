import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { getSeller } from '#domain/customers/sellers.ts';
import { mostWithdrawable } from '#domain/payments/withdraw.ts';
import { readCursor, toPage } from '#http/schemas.ts';
import type { Tx } from '#kit/db.ts';

type AccountLine = {
  customer: string;
  currency: string;
  balance: bigint;
  debt: bigint;
  deadline_at: Temporal.Instant | null;
  alert_threshold: bigint | null;
  parked: boolean;
};

export async function readAccount(tx: Tx, customerId: bigint) {
  const { rows } = await sql<AccountLine>`
    select c.code as customer, a.currency, a.balance, a.alert_threshold, a.parked,
           coalesce((select sum(due) from debts d where d.customer_id = a.customer_id and state = 'open'), 0)::bigint as debt,
           (select min(deadline_at) from debts d where d.customer_id = a.customer_id and state = 'open') as deadline_at
      from accounts a join customers c on c.customer_id = a.customer_id
     where a.customer_id = ${customerId}`.execute(tx);
  const [account] = rows;
  if (!account) throw new Error(`customer ${customerId} has no prepaid account`);
  const { policy } = await getSeller(tx);
  const withdrawable = await mostWithdrawable(tx, { customerId, balance: account.balance });
  return { ...account, top_up_minimum: policy.topup_minimum, withdrawable };
}

type DayLine = { on: Temporal.PlainDate; balance: bigint };

/** The balance at the end of each day on which it moved, and what it was before. */
export async function listBalances(tx: Tx, customerId: bigint, { from }: { from: Temporal.PlainDate }) {
  const { timeZone } = await getSeller(tx);
  const { rows } = await sql<DayLine>`
    select distinct on (1) (at at time zone ${timeZone})::date as on, balance_after as balance from movements
     where customer_id = ${customerId} and at >= ${from}::timestamp at time zone ${timeZone}
     order by 1, number desc`.execute(tx);
  const earlier = await sql<{ balance: bigint }>`
    select balance_after as balance from movements
     where customer_id = ${customerId} and at < ${from}::timestamp at time zone ${timeZone}
     order by number desc limit 1`.execute(tx);
  return { before: earlier.rows[0]?.balance ?? 0n, days: rows };
}

type MovementLine = {
  number: bigint;
  at: Temporal.Instant;
  cause: string;
  reference: string;
  amount: bigint;
  balance_before: bigint;
  balance_after: bigint;
};

export async function listMovements(tx: Tx, customerId: bigint, { cursor, limit }: { cursor?: string; limit: number }) {
  const before = readCursor(cursor, ['number'])?.[0] ?? null;
  const { rows } = await sql<MovementLine>`
    select number, at, cause, reference, amount, balance_before, balance_after from movements
     where customer_id = ${customerId} and (${before}::bigint is null or number < ${before}::bigint)
     order by number desc limit ${limit + 1}`.execute(tx);
  return toPage(rows, limit, (row) => [row.number]);
}

type RefundLine = {
  refund_id: bigint;
  payment_id: bigint;
  amount: bigint;
  currency: string;
  state: 'created' | 'succeeded' | 'failed';
  reason: string;
  created_at: Temporal.Instant;
  finished_at: Temporal.Instant | null;
};

export async function listRefunds(tx: Tx, customerId: bigint): Promise<RefundLine[]> {
  const { rows } = await sql<RefundLine>`
    select refund_id, payment_id, amount, currency, state, reason, created_at, finished_at from refunds
     where customer_id = ${customerId} order by refund_id desc limit 200`.execute(tx);
  return rows;
}
