import { sql } from 'kysely';
import { type List, ownedBy } from '#domain/exports/_list.ts';

export const prices: List = {
  columns: [
    ['product', 'text'],
    ['plan', 'text'],
    ['currency', 'text'],
    ['monthly', 'money'],
    ['yearly', 'money'],
    ['valid_from', 'day'],
  ],
  // Prices belong to nobody in particular: for one customer, those of the currency it is invoiced in.
  query: (customerId) => sql`
    select r.code as product, p.code as plan, x.currency, x.monthly, x.yearly, x.valid_from
      from prices x join plans p using (plan_id) join products r using (product_id)
     where ${customerId}::bigint is null
        or x.currency = (select c.currency from customers c where c.customer_id = ${customerId}::bigint)
     order by r.code collate "C", p.code collate "C", x.currency, x.valid_from`,
};

export const mailboxes: List = {
  columns: [
    ['customer', 'text'],
    ['name', 'text'],
    ['email', 'text'],
    ['country', 'text'],
    ['vat_number', 'text'],
    ['language', 'text'],
    ['platform', 'text'],
    ['product', 'text'],
    ['mailbox', 'text'],
    ['plan', 'text'],
    ['mode', 'text'],
    ['starts_on', 'day'],
    ['expires_on', 'day'],
    ['state', 'text'],
  ],
  query: (customerId) => sql`
    select c.code as customer, c.name, c.email, c.country, c.vat_number, c.language, f.name as platform,
           r.code as product, m.address as mailbox, p.code as plan, m.mode, m.anchor_on as starts_on, m.expires_on, m.state
      from mailboxes m
      join customers c on c.customer_id = m.customer_id
      join platforms f on f.customer_id = m.customer_id and f.platform_id = m.platform_id
      join products r on r.product_id = f.product_id
      join plans p on p.plan_id = m.plan_id
     where ${ownedBy(customerId, 'm')}
     order by c.code collate "C", f.name collate "C", m.address collate "C", m.mailbox_id`,
};

export const lines: List = {
  columns: [
    ['invoice_number', 'text'],
    ['issued_on', 'day'],
    ['customer', 'text'],
    ['platform', 'text'],
    ['mailbox', 'text'],
    ['plan', 'text'],
    ['starts_on', 'day'],
    ['ends_on', 'day'],
    ['net', 'money'],
    ['vat_rate', 'rate'],
    ['currency', 'text'],
  ],
  query: (customerId) => sql`
    select i.number as invoice_number, i.issued_on, c.code as customer, f.name as platform, m.address as mailbox,
           p.code as plan, t.starts_on, t.ends_on, t.net, i.vat_rate_bp as vat_rate, i.currency
      from terms t
      join invoices i on i.customer_id = t.customer_id and i.invoice_id = t.invoice_id
      join customers c on c.customer_id = t.customer_id
      join mailboxes m on m.customer_id = t.customer_id and m.mailbox_id = t.mailbox_id
      join platforms f on f.customer_id = m.customer_id and f.platform_id = m.platform_id
      join plans p on p.plan_id = t.plan_id
     where ${ownedBy(customerId, 't')}
     order by i.year, i.series, i.seq, t.line_no`,
};
