import { sql } from 'kysely';
import type { Db } from '#kit/db.ts';

/**
 * All that came of a storm, by customer and without anything that may differ between two runs of the same days: ids,
 * document numbers, instants.
 */
export async function readBooks(db: Db): Promise<Record<string, string[]>> {
  const { rows } = await sql<{ book: string; lines: string[] }>`
    select book, array_agg(line order by line) as lines from (
      select 'terms' as book, concat_ws(' ', m.address, t.starts_on, t.ends_on, t.mode, t.net, i.issued_on, i.gross) as line
        from terms t join mailboxes m using (customer_id, mailbox_id)
        left join invoices i on i.customer_id = t.customer_id and i.invoice_id = t.invoice_id
       union all
      select 'debts', concat_ws(' ', c.code, i.issued_on, i.gross, d.state, d.due, d.suspended_at is not null)
        from debts d join invoices i using (customer_id, invoice_id) join customers c on c.customer_id = d.customer_id
       union all
      select 'movements', concat_ws(' ', c.code, m.number, m.cause, m.amount, m.balance_after)
        from movements m join customers c using (customer_id)
       union all
      select 'charges', concat_ws(' ', c.code, h.collection_on, h.round, h.amount, h.state, h.decline_code)
        from charges h join customers c using (customer_id)
       union all
      select 'taken', concat_ws(' ', c.code, x.amount, x.state)
        from sandbox.charges x join customers c on c.customer_id::text = x.owner
       union all
      select 'letters', concat_ws(' ', l.recipient, l.kind, l.state, l.subject)
        from letters l
       union all
      select 'mailboxes', concat_ws(' ', m.address, m.state, m.suspended_for, m.mode, m.expires_on, m.delete_on, r.sign_in, r.inbound)
        from mailboxes m left join sandbox.remote_mailboxes r using (mailbox_id)
       union all
      select 'events', concat_ws(' ', c.code, e.type, count(*))
        from events e join customers c using (customer_id)
        -- Whether a charge was in doubt on the way is decided by the moment of a kill, and changes nothing.
       where e.type <> 'charges.became_unknown' group by c.code, e.type) books
     group by book`.execute(db);
  return Object.fromEntries(rows.map(({ book, lines }) => [book, lines.map(withoutNumbers)]));
}

/** The letters that arrived more than once, and those whose copies have other words (P9). */
export async function readCopies(db: Db): Promise<{ arrived: number; sent: number; twice: number }> {
  const { rows } = await sql<{ arrived: number; sent: number; twice: number }>`
    select (select count(distinct message_id)::int from sandbox.caught_letters) as arrived,
           (select count(*)::int from letters where state = 'sent') as sent,
           (select count(*)::int - count(distinct message_id)::int from sandbox.caught_letters) as twice`.execute(db);
  return rows[0] ?? { arrived: 0, sent: 0, twice: 0 };
}

// Invoice numbers are given in another order when other batches come first.
function withoutNumbers(line: string): string {
  return line.replaceAll(/\b[FNO]\d{4}-\d+/g, '#');
}
