import { sql } from 'kysely';
import type { Check } from '#worker/_check.ts';

/** What is true of invoices, credit notes and what is owed on them (P1, P7, R1, R3, R25, R36). */
export const documentChecks: readonly Check[] = [
  {
    name: 'invoices_equal_lines',
    sentence:
      'Every invoice is the sum of its lines, one for each term; every term is on one invoice, or was granted before Rinnovo.',
    examined: sql`invoices`,
    violations: sql`
      select i.customer_id, format('%s is %s net, its %s lines %s', i.number, i.net, coalesce(t.lines, 0), coalesce(t.net, 0)) as what
        from invoices i
        left join (select customer_id, invoice_id, count(*) as lines, sum(net) as net
                     from terms where invoice_id is not null group by customer_id, invoice_id) t
               on t.customer_id = i.customer_id and t.invoice_id = i.invoice_id
       where t.net is distinct from i.net
       union all
      select customer_id, format('mailbox %s has a term from %s without an invoice', mailbox_id, starts_on)
        from terms where invoice_id is null and previous_ends_on is not null`,
  },
  {
    name: 'invoices_equal_transfers',
    sentence: 'Every invoice took exactly its total from the prepaid account: net to revenue, VAT to VAT.',
    examined: sql`invoices`,
    violations: sql`
      select coalesce(i.customer_id, m.customer_id) as customer_id,
             format('%s: gross %s, taken %s', coalesce(i.number, m.reference), i.gross, -m.amount) as what
        from (select * from invoices where gross > 0) i
        full join (select * from movements where cause = 'invoice') m
               on m.customer_id = i.customer_id and m.reference = i.number
       where -m.amount is distinct from i.gross
       union all
      select i.customer_id, format('%s: net %s, VAT %s, transfers %s and %s', i.number, i.net, i.vat, n.amount, v.amount)
        from invoices i
        left join transfers n on n.customer_id = i.customer_id and n.reference = i.number || ':net' and n.credit = 'revenue'
        left join transfers v on v.customer_id = i.customer_id and v.reference = i.number || ':vat' and v.credit = 'vat'
       where coalesce(n.amount, 0) <> i.net or coalesce(v.amount, 0) <> i.vat`,
  },
  {
    name: 'credit_notes_equal_transfers',
    sentence: 'Every credit note gave back exactly its total, and all of an invoice together no more than the invoice.',
    examined: sql`credit_notes`,
    violations: sql`
      select coalesce(n.customer_id, m.customer_id) as customer_id,
             format('%s: gross %s, given back %s', coalesce(n.number, m.reference), n.gross, m.amount) as what
        from credit_notes n
        full join (select * from movements where cause = 'credit_note') m
               on m.customer_id = n.customer_id and m.reference = n.number
       where m.amount is distinct from n.gross
       union all
      select i.customer_id, format('%s: %s credited of %s', i.number, n.gross, i.gross)
        from invoices i
        join (select customer_id, invoice_id, sum(net) as net, sum(vat) as vat, sum(gross) as gross
                from credit_notes group by customer_id, invoice_id) n
          on n.customer_id = i.customer_id and n.invoice_id = i.invoice_id
       where n.net > i.net or n.vat > i.vat`,
  },
  {
    name: 'numbers_without_gaps',
    sentence:
      'Document numbers are 1 to n in each series and year, none missing, none twice, and the counter stands at the last.',
    examined: sql`(${numbered()}) d`,
    violations: sql`
      select null::bigint as customer_id,
             format('%s%s: %s documents, %s numbers, last %s, counter %s', coalesce(d.series, k.series), coalesce(d.year, k.year),
                    d.documents, d.numbers, d.last, k.last) as what
        from (select seller_id, series, year, count(*) as documents, count(distinct seq) as numbers, max(seq) as last
                from (${numbered()}) d group by seller_id, series, year) d
        full join counters k on k.seller_id = d.seller_id and k.series = d.series and k.year = d.year
       where coalesce(d.documents, 0) <> coalesce(d.last, 0) or coalesce(d.numbers, 0) <> coalesce(d.last, 0)
          or coalesce(d.last, 0) <> coalesce(k.last, 0)`,
  },
  {
    name: 'numbers_in_date_order',
    sentence: 'A higher number never has an earlier date.',
    examined: sql`(${numbered()}) d`,
    violations: sql`
      select customer_id, format('%s%s-%s of %s follows one of %s', series, year, seq, issued_on, before) as what
        from (select d.*, lag(issued_on) over (partition by seller_id, series, year order by seq) as before from (${numbered()}) d) d
       where before > issued_on`,
  },
  {
    name: 'vat_rounded_once',
    sentence: 'The VAT of an invoice is its rate on its net total, rounded half up once (R1).',
    examined: sql`invoices`,
    violations: sql`
      select customer_id, format('%s: %s at %s basis points is not %s', number, net, vat_rate_bp, vat) as what
        from invoices where vat <> (net * vat_rate_bp * 2 + 10000) / 20000`,
  },
  {
    name: 'deadlines_leave_168_hours',
    sentence: 'No deadline is nearer than 168 hours after the debt arose (R25, P6).',
    examined: sql`invoices`,
    violations: sql`
      select customer_id, format('%s of %s is due at %s', number, issued_at, deadline_at) as what
        from invoices where deadline_at < issued_at + interval '168 hours'
       union all
      select customer_id, format('the debt of invoice %s, owed since %s, is due at %s', invoice_id, opened_at, deadline_at)
        from debts where deadline_at < opened_at + interval '168 hours'`,
  },
  {
    name: 'settlements_add_up',
    sentence: 'What was settled of an invoice and what is still due on it are together its total.',
    examined: sql`invoices`,
    violations: sql`
      select i.customer_id, format('%s: %s settled, %s due, of %s', i.number, coalesce(s.amount, 0), coalesce(d.due, 0), i.gross) as what
        from invoices i
        left join (select customer_id, invoice_id, sum(amount) as amount from settlements group by customer_id, invoice_id) s
               on s.customer_id = i.customer_id and s.invoice_id = i.invoice_id
        left join debts d on d.customer_id = i.customer_id and d.invoice_id = i.invoice_id
       where coalesce(s.amount, 0) + coalesce(d.due, 0) <> i.gross`,
  },
];

function numbered() {
  return sql`
    select seller_id, series, year, seq, issued_on, customer_id from invoices
     union all
    select seller_id, series, year, seq, issued_on, customer_id from credit_notes`;
}
