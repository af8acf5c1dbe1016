import { sql } from 'kysely';
import type { Check } from '#worker/_check.ts';

/** What is true of accounts, movements and transfers (P3, R2–R5). */
export const ledgerChecks: readonly Check[] = [
  {
    name: 'balances_equal_transfers',
    sentence: 'Every balance is the sum of the transfers of its account.',
    examined: sql`accounts`,
    violations: sql`
      select a.customer_id, format('balance %s, transfers %s', a.balance, coalesce(t.sum, 0)) as what
        from accounts a
        left join (select customer_id,
                          sum(case credit when 'customer' then amount else 0 end - case debit when 'customer' then amount else 0 end) as sum
                     from transfers group by customer_id) t on t.customer_id = a.customer_id
       where a.balance <> coalesce(t.sum, 0)`,
  },
  {
    name: 'ledger_sums_to_zero',
    sentence: 'All accounts of a currency sum to zero, and every transfer is in the currency of its customer.',
    examined: sql`transfers`,
    violations: sql`
      select null::bigint as customer_id, format('%s: %s', currency, sum(amount)) as what
        from (select currency, amount from transfers union all select currency, -amount from transfers) both_sides
       group by currency having sum(amount) <> 0
       union all
      select t.customer_id, format('%s is in %s, the account in %s', t.reference, t.currency, a.currency)
        from transfers t join accounts a on a.customer_id = t.customer_id where t.currency <> a.currency`,
  },
  {
    name: 'movements_equal_transfers',
    sentence: 'Every movement is the sum of its transfers.',
    examined: sql`movements`,
    violations: sql`
      select m.customer_id, format('movement %s is %s, its transfers %s', m.reference, m.amount, coalesce(t.sum, 0)) as what
        from movements m
        left join (select customer_id, movement_number,
                          sum(case credit when 'customer' then amount else -amount end) as sum
                     from transfers where movement_number is not null group by customer_id, movement_number) t
               on t.customer_id = m.customer_id and t.movement_number = m.number
       where m.amount is distinct from t.sum`,
  },
  {
    name: 'statements_end_at_balance',
    sentence: 'Every statement has movements 1 to n and ends at the balance of its account.',
    examined: sql`accounts`,
    violations: sql`
      select a.customer_id, format('balance %s, %s movements, last %s with %s', a.balance, a.movements, m.number, m.balance_after) as what
        from accounts a
        left join lateral (select number, balance_after from movements m
                            where m.customer_id = a.customer_id order by number desc limit 1) m on true
       where a.movements <> coalesce(m.number, 0) or a.balance <> coalesce(m.balance_after, 0)`,
  },
  {
    name: 'credit_or_debt_never_both',
    sentence: 'An account below zero has open debts of exactly what is missing; any other has none.',
    examined: sql`accounts`,
    violations: sql`
      select a.customer_id, format('balance %s, open debts %s', a.balance, coalesce(d.due, 0)) as what
        from accounts a
        left join (select customer_id, sum(due) as due from debts where state = 'open' group by customer_id) d
               on d.customer_id = a.customer_id
       where greatest(-a.balance, 0) <> coalesce(d.due, 0)`,
  },
  {
    name: 'only_invoices_and_reversals_owe',
    sentence: 'Only an invoice, or money taken back, has brought an account below zero (R2).',
    examined: sql`movements`,
    violations: sql`
      select customer_id, format('movement %s (%s) left %s', reference, cause, balance_after) as what
        from movements
       where amount < 0 and balance_after < 0 and cause not in ('invoice', 'refund', 'chargeback', 'reversal')`,
  },
  {
    name: 'written_for_ever',
    sentence: 'Nobody may change or delete transfers, documents, terms, payments and events (R5, R36, P8).',
    examined: sql`(values ${neverChanged()}) as t(name)`,
    violations: sql`
      select null::bigint as customer_id, format('%s may change %s', r.name, t.name) as what
        from (values ${neverChanged()}) as t(name), (values ('rinnovo_system'), ('rinnovo_api')) as r(name)
       where has_any_column_privilege(r.name, t.name, 'update') or has_table_privilege(r.name, t.name, 'delete, truncate')`,
  },
];

function neverChanged() {
  const tables = [
    'movements',
    'transfers',
    'terms',
    'invoices',
    'credit_notes',
    'settlements',
    'payments',
    'events',
    'order_lines',
  ];
  return sql.join(tables.map((table) => sql`(${sql.lit(table)})`));
}
