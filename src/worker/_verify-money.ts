import { sql } from 'kysely';
import type { Moment } from '#kit/clock.ts';
import type { Check } from '#worker/_check.ts';

/** What is true of charges, payments and refunds (P2, P12, R6, R23, R28). */
export function moneyChecks(moment: Moment): readonly Check[] {
  return [...chargeChecks(moment), ...paymentChecks];
}

function chargeChecks({ at }: Moment): Check[] {
  return [
    {
      name: 'one_open_charge_per_customer',
      sentence: 'A customer never has two open charges (R28).',
      examined: sql`(select 1 from charges where state in ('created', 'submitted', 'unknown')) c`,
      violations: sql`
        select customer_id, format('%s open charges', count(*)) as what
          from charges where state in ('created', 'submitted', 'unknown') group by customer_id having count(*) > 1`,
    },
    {
      name: 'no_charge_unknown_for_72_hours',
      sentence: 'No charge has been without an answer for more than 72 hours.',
      examined: sql`(select 1 from charges where state in ('created', 'submitted', 'unknown')) c`,
      violations: sql`
        select customer_id, format('charge %s is %s since %s', charge_id, state, created_at) as what
          from charges
         where state in ('created', 'submitted', 'unknown') and created_at < ${at}::timestamptz - interval '72 hours'`,
    },
    {
      name: 'charges_paid_once',
      sentence:
        'Every charge that succeeded brought exactly one payment, of its amount; no other charge brought any (P2).',
      examined: sql`(select 1 from charges where state = 'succeeded') c`,
      violations: sql`
        select c.customer_id, format('charge %s (%s) of %s: %s payments of %s', c.charge_id, c.state, c.amount, coalesce(p.count, 0), coalesce(p.amount, 0)) as what
          from charges c
          left join (select customer_id, charge_id, count(*) as count, sum(amount) as amount
                       from payments where charge_id is not null group by customer_id, charge_id) p
                 on p.customer_id = c.customer_id and p.charge_id = c.charge_id
         where case when c.state = 'succeeded' then p.count is distinct from 1 or p.amount is distinct from c.amount else p.count is not null end`,
    },
    {
      name: 'charges_agree_with_the_provider',
      sentence: 'What the sandbox provider took is what was received from it, and the other way round (P12).',
      examined: sql`(select 1 from payments where provider = 'sandbox') p`,
      violations: sql`
        select p.customer_id, format('payment %s of %s: the provider has %s, %s', p.payment_id, p.amount, coalesce(x.state, 'nothing'), x.amount) as what
          from payments p left join sandbox.charges x on x.ref = p.provider_ref
         where p.provider = 'sandbox' and (x.state is distinct from 'succeeded' or x.amount <> p.amount or x.currency <> p.currency)
         union all
        select c.customer_id, format('charge %s is %s, but the provider took %s', c.charge_id, c.state, x.amount)
          from charges c join sandbox.charges x on x.ref = c.provider_ref
         where c.provider = 'sandbox' and x.state = 'succeeded' and c.state in ('declined', 'withdrawn')`,
    },
  ];
}

const paymentChecks: readonly Check[] = [
  {
    name: 'payments_posted_once',
    sentence: 'Every payment stands on the account once, with its amount.',
    examined: sql`payments`,
    violations: sql`
      select coalesce(p.customer_id, m.customer_id) as customer_id,
             format('%s: received %s, posted %s', coalesce(m.reference, 'payment-' || p.payment_id), p.amount, m.amount) as what
        from payments p
        full join (select * from movements where cause = 'payment') m
               on m.customer_id = p.customer_id and m.reference = 'payment-' || p.payment_id
       where m.amount is distinct from p.amount`,
  },
  {
    name: 'refunds_within_payments',
    sentence: 'No more of a payment was given back than it was, and no more was taken back.',
    examined: sql`refunds`,
    violations: sql`
      select p.customer_id, format('payment %s of %s: %s back', p.payment_id, p.amount, r.amount) as what
        from payments p
        join (select customer_id, payment_id, sum(amount) as amount from refunds where state <> 'failed'
               group by customer_id, payment_id, reason = 'chargeback') r
          on r.customer_id = p.customer_id and r.payment_id = p.payment_id
       where r.amount > p.amount`,
  },
  {
    name: 'refunds_posted_once',
    sentence: 'Every refund and chargeback left the account once, and came back if it failed.',
    examined: sql`refunds`,
    violations: sql`
      select r.customer_id, format('refund %s (%s) of %s, posted %s', r.refund_id, r.state, r.amount, coalesce(m.amount, 0)) as what
        from refunds r
        left join (select customer_id, refund_id, sum(amount) as amount
                     from (select customer_id, amount, substring(reference from '^(?:refund|chargeback)-([0-9]+)(?:-failed)?$')::bigint as refund_id
                             from movements where cause in ('refund', 'chargeback', 'reversal')) back
                    where refund_id is not null group by customer_id, refund_id) m
               on m.customer_id = r.customer_id and m.refund_id = r.refund_id
       where coalesce(m.amount, 0) <> case r.state when 'failed' then 0 else -r.amount end`,
  },
  {
    name: 'clearing_holds_what_providers_hold',
    sentence: 'The clearing account of each provider, and the bank, hold what came in less what went back.',
    examined: sql`(select distinct provider from payments) p`,
    violations: sql`
      select null::bigint as customer_id, format('%s: ledger %s, payments less refunds %s', coalesce(l.account, p.account), l.amount, p.amount) as what
        from (select account, sum(amount) as amount
                from (select debit as account, amount from transfers union all select credit, -amount from transfers) sides
               where account = 'bank' or account like 'clearing:%' group by account) l
        full join (select case p.provider when 'bank' then 'bank' else 'clearing:' || p.provider end as account,
                          sum(p.amount - coalesce(r.amount, 0)) as amount
                     from payments p
                     left join (select customer_id, payment_id, sum(amount) as amount from refunds where state <> 'failed'
                                 group by customer_id, payment_id) r on r.customer_id = p.customer_id and r.payment_id = p.payment_id
                    group by p.provider) p on p.account = l.account
       where coalesce(l.amount, 0) <> coalesce(p.amount, 0)`,
  },
  {
    name: 'fees_and_payouts_posted_once',
    sentence:
      'Every fee, payout and deposit on a provider’s statement is posted once, to fees or bank, with its amount.',
    examined: sql`(select 1 from statement_lines where kind in ('fee', 'payout', 'deposit')) l`,
    violations: sql`
      select null::bigint as customer_id, format('%s: statement %s, posted %s', reference, s.amount, t.amount) as what
        from (select concat_ws(':', provider, kind, ref) as reference, sum(amount) as amount
                from statement_lines where kind in ('fee', 'payout', 'deposit') group by 1) s
        full join (select reference, case when debit like 'clearing:%' then amount else -amount end as amount
                     from provider_transfers) t using (reference)
       where t.amount is distinct from s.amount`,
  },
];
