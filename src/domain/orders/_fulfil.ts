import { sql } from 'kysely';
import type { Act } from '#domain/events/record.ts';
import { issueInvoices } from '#domain/invoices/issue.ts';
import type { Order, OrderLine } from '#domain/orders/types.ts';
import { findTaken } from '#domain/platforms/addresses.ts';
import { firstTerm } from '#domain/platforms/calendar.ts';
import { type MailboxStart, startMailboxes } from '#domain/platforms/start.ts';
import { sameMailbox } from '#kit/address.ts';
import { columns, type Tx } from '#kit/db.ts';
import { nextIds } from '#kit/ids.ts';

/** A paid order for mailboxes; `earmarked` minor units were posted for it just now, 0 when free credit pays. */
export type Fulfilment = { order: Order; earmarked: bigint };

/**
 * Starts the mailboxes of paid orders and issues one invoice for each order (R10), for the prices the orders were placed
 * at. Answers how much of the earmarked money is left, by order id.
 */
export async function fulfilOrders(tx: Tx, act: Act, fulfilments: readonly Fulfilment[]): Promise<Map<bigint, bigint>> {
  if (fulfilments.length === 0) return new Map();
  const invoiceIds = await nextIds(tx, fulfilments.length);
  const drafts = fulfilments.map(({ order, earmarked }, i) => {
    const { customerId, orderId, net } = order;
    return { customerId, orderId, net, earmarked, invoiceId: invoiceIds[i] as bigint };
  });
  const starts = fulfilments.flatMap(({ order }, i) =>
    order.lines.map((line) => startOf(act, { order, line, invoiceId: invoiceIds[i] as bigint })),
  );
  await startMailboxes(tx, act, starts);
  const invoices = await issueInvoices(tx, act, drafts);
  const spent = new Map(invoices.map((invoice) => [invoice.invoiceId, invoice.gross - invoice.due]));
  return new Map(
    drafts.map(({ orderId, invoiceId, earmarked }) => {
      const covered = spent.get(invoiceId) ?? 0n;
      return [orderId, earmarked > covered ? earmarked - covered : 0n];
    }),
  );
}

/**
 * The orders that can no longer be fulfilled, though they were when placed: an address has a mailbox by now, at whichever
 * customer, the mailbox to buy back is gone or back, the platform ends. Also the later one of two that ask for the same.
 */
export async function findObstacles(tx: Tx, orders: readonly Order[]): Promise<Set<bigint>> {
  const lines = orders.flatMap((order) =>
    order.lines.map((line) => ({ ...line, customerId: order.customerId, orderId: order.orderId })),
  );
  if (lines.length === 0) return new Set();
  const { rows } = await sql<{ orderId: bigint }>`
    select distinct u.order_id as "orderId"
      from ${columns(lines, {
        customer_id: ['bigint', (line) => line.customerId],
        order_id: ['bigint', (line) => line.orderId],
        platform_id: ['bigint', (line) => line.platformId],
        mailbox_id: ['bigint', (line) => line.mailboxId],
      })}
      join platforms p on p.customer_id = u.customer_id and p.platform_id = u.platform_id
      left join mailboxes m on m.customer_id = u.customer_id and m.mailbox_id = u.mailbox_id
     where p.state <> 'open' or p.terminated_at is not null
        or (u.mailbox_id is not null and m.suspended_for is distinct from 'expiry')`.execute(tx);
  const obstacles = new Set(rows.map((row) => row.orderId));
  const fresh = lines.filter((line) => line.mailboxId === null);
  const taken = await findTaken(
    tx,
    fresh.map((line) => line.address),
  );
  for (const { orderId, address } of fresh) if (taken.has(sameMailbox(address))) obstacles.add(orderId);
  const asked = new Set<string>();
  for (const { orderId, lines: own } of orders) {
    const wanted = own.map((line) => sameMailbox(line.address));
    if (wanted.some((address) => asked.has(address))) obstacles.add(orderId);
    if (!obstacles.has(orderId)) for (const address of wanted) asked.add(address);
  }
  return obstacles;
}

type Starting = { order: Order; line: OrderLine; invoiceId: bigint };

function startOf(act: Act, { order, line, invoiceId }: Starting): MailboxStart {
  const { mailboxId, platformId, planId, address, mode, lineNo, net } = line;
  // The price was fixed when the order was placed; the calendar is asked for the end alone.
  const { endsOn } = firstTerm(act.on, mode, { monthly: net, yearly: net });
  return { customerId: order.customerId, mailboxId, platformId, planId, address, mode, endsOn, invoiceId, lineNo, net };
}
