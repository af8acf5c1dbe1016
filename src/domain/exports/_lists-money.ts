import { sql } from 'kysely';
import { type List, ownedBy } from '#domain/exports/_list.ts';

export const invoices: List = {
  columns: [
    ['number', 'text'],
    ['issued_on', 'day'],
    ['deadline_at', 'instant'],
    ['customer', 'text'],
    ['net', 'money'],
    ['vat', 'money'],
    ['gross', 'money'],
    ['due', 'money'],
    ['currency', 'text'],
    ['state', 'text'],
  ],
  // An invoice that credit covered when it was issued never had a debt: it is settled like one whose debt was paid.
  query: (customerId) => sql`
    select i.number, i.issued_on, i.deadline_at, c.code as customer, i.net, i.vat, i.gross,
           coalesce(d.due, 0) as due, i.currency, coalesce(d.state, 'settled') as state
      from invoices i
      join customers c on c.customer_id = i.customer_id
      left join debts d on d.customer_id = i.customer_id and d.invoice_id = i.invoice_id
     where ${ownedBy(customerId, 'i')}
     order by i.year, i.series, i.seq`,
};

export const creditNotes: List = {
  columns: [
    ['number', 'text'],
    ['issued_on', 'day'],
    ['customer', 'text'],
    ['invoice', 'text'],
    ['net', 'money'],
    ['vat', 'money'],
    ['gross', 'money'],
    ['currency', 'text'],
    ['reason', 'text'],
  ],
  query: (customerId) => sql`
    select n.number, n.issued_on, c.code as customer, i.number as invoice, n.net, n.vat, n.gross, n.currency, n.reason
      from credit_notes n
      join customers c on c.customer_id = n.customer_id
      join invoices i on i.customer_id = n.customer_id and i.invoice_id = n.invoice_id
     where ${ownedBy(customerId, 'n')}
     order by n.year, n.series, n.seq`,
};

export const movements: List = {
  columns: [
    ['customer', 'text'],
    ['at', 'instant'],
    ['cause', 'text'],
    ['reference', 'text'],
    ['amount', 'money'],
    ['balance_before', 'money'],
    ['balance_after', 'money'],
    ['currency', 'text'],
  ],
  // Opening credit is known by the reference it was imported with.
  query: (customerId) => sql`
    select c.code as customer, v.at, v.cause,
           case v.cause when 'opening' then regexp_replace(v.reference, '^opening:', '') else v.reference end as reference,
           v.amount, v.balance_before, v.balance_after, a.currency
      from movements v
      join accounts a on a.customer_id = v.customer_id
      join customers c on c.customer_id = v.customer_id
     where ${ownedBy(customerId, 'v')}
     order by c.code collate "C", v.number`,
};

export const transfers: List = {
  columns: [
    ['posted_at', 'instant'],
    ['reference', 'text'],
    ['debit', 'text'],
    ['credit', 'text'],
    ['amount', 'money'],
    ['currency', 'text'],
  ],
  // Each prepaid account is an account of its own, so that anyone can add up a balance from this list alone. Providers'
  // fees and payouts are nobody's and stand in the whole list only.
  query: (customerId) => sql`
    select posted_at, reference, debit, credit, amount, currency
      from (select t.posted_at, t.reference, c.code, t.movement_number,
                   case t.debit when 'customer' then 'customer:' || c.code else t.debit end as debit,
                   case t.credit when 'customer' then 'customer:' || c.code else t.credit end as credit,
                   t.amount, t.currency
              from transfers t join customers c on c.customer_id = t.customer_id
             where ${ownedBy(customerId, 't')}
             ${customerId === null ? ownersTransfers : sql``}) t
     order by posted_at, code collate "C", movement_number, reference collate "C"`,
};

const ownersTransfers = sql`
  union all select posted_at, reference, '', null, debit, credit, amount, currency from provider_transfers`;

export const orders: List = {
  columns: [
    ['number', 'text'],
    ['kind', 'text'],
    ['state', 'text'],
    ['customer', 'text'],
    ['placed_at', 'instant'],
    ['expires_at', 'instant'],
    ['closed_at', 'instant'],
    ['net', 'money'],
    ['vat_rate', 'rate'],
    ['vat', 'money'],
    ['gross', 'money'],
    ['currency', 'text'],
  ],
  query: (customerId) => sql`
    select o.number, o.kind, o.state, c.code as customer, o.placed_at, o.expires_at, o.closed_at,
           o.net, o.vat_rate_bp as vat_rate, o.vat, o.gross, o.currency
      from orders o join customers c on c.customer_id = o.customer_id
     where ${ownedBy(customerId, 'o')}
     order by o.placed_at, o.order_id`,
};

export const payments: List = {
  columns: [
    ['received_at', 'instant'],
    ['customer', 'text'],
    ['provider', 'text'],
    ['reference', 'text'],
    ['order_number', 'text'],
    ['amount', 'money'],
    ['currency', 'text'],
    ['recorded_by', 'text'],
    ['note', 'text'],
  ],
  query: (customerId) => sql`
    select p.received_at, c.code as customer, p.provider, p.provider_ref as reference, o.number as order_number,
           p.amount, p.currency, p.recorded_by, p.note
      from payments p
      join customers c on c.customer_id = p.customer_id
      left join orders o on o.customer_id = p.customer_id and o.order_id = p.order_id
     where ${ownedBy(customerId, 'p')}
     order by p.received_at, p.payment_id`,
};
