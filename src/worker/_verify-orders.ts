import { sql } from 'kysely';
import type { Check } from '#worker/_check.ts';

/** What is true of orders (R7–R11). */
export const orderChecks: readonly Check[] = [
  {
    name: 'orders_paid_once',
    sentence: 'Every paid order was paid once, and no other was (R7, R11).',
    examined: sql`orders`,
    violations: sql`
      select o.customer_id, format('order %s is %s, told paid %s times', o.number, o.state, coalesce(e.count, 0)) as what
        from orders o
        left join (select customer_id, (data->>'order_id')::bigint as order_id, count(*) as count
                     from events where type = 'orders.paid' group by 1, 2) e
               on e.customer_id = o.customer_id and e.order_id = o.order_id
       where coalesce(e.count, 0) <> case o.state when 'paid' then 1 else 0 end`,
  },
  {
    name: 'top_ups_only_when_paid',
    sentence: 'A top-up is paid only by money that came in for it (R7).',
    examined: sql`(select 1 from orders where kind = 'top_up' and state = 'paid') o`,
    violations: sql`
      select o.customer_id, format('order %s of %s, received %s', o.number, o.gross, coalesce(p.amount, 0)) as what
        from orders o
        left join (select customer_id, order_id, sum(amount) as amount from payments where order_id is not null group by customer_id, order_id) p
               on p.customer_id = o.customer_id and p.order_id = o.order_id
       where o.kind = 'top_up' and o.state = 'paid' and coalesce(p.amount, 0) < o.gross`,
  },
  {
    name: 'orders_equal_lines',
    sentence: 'An order of mailboxes is the sum of its lines, and its invoice is the same.',
    examined: sql`(select 1 from orders where kind = 'mailboxes') o`,
    violations: sql`
      select o.customer_id, format('order %s: net %s, lines %s, invoice %s', o.number, o.net, coalesce(l.net, 0), i.net) as what
        from orders o
        left join (select customer_id, order_id, sum(net) as net from order_lines group by customer_id, order_id) l
               on l.customer_id = o.customer_id and l.order_id = o.order_id
        left join invoices i on i.customer_id = o.customer_id and i.order_id = o.order_id
       where o.kind = 'mailboxes' and (l.net is distinct from o.net or (i.net is not null and i.net <> o.net))`,
  },
  {
    name: 'settlement_orders_equal_debts',
    sentence: 'The open settlement order of a customer is for exactly the open debt (R9).',
    examined: sql`(select 1 from orders where kind = 'settlement' and state = 'open') o`,
    violations: sql`
      select o.customer_id, format('order %s of %s, open debts %s', o.number, o.gross, coalesce(d.due, 0)) as what
        from orders o
        left join (select customer_id, sum(due) as due from debts where state = 'open' group by customer_id) d on d.customer_id = o.customer_id
       where o.kind = 'settlement' and o.state = 'open' and o.gross <> coalesce(d.due, 0)
         and not exists (select from reactions r where r.customer_id = o.customer_id)`,
  },
];
