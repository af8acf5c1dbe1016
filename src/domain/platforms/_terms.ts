import { sql } from 'kysely';
import type { Term } from '#domain/platforms/types.ts';
import { columns, type Tx } from '#kit/db.ts';

/**
 * Writes terms, which are the lines of their invoices. The keys of the table refuse a term that exists, overlaps or
 * leaves a hole (R14), whatever the caller believed.
 */
export async function insertTerms(tx: Tx, terms: readonly Term[]): Promise<void> {
  if (terms.length === 0) return;
  await sql`
    insert into terms (customer_id, mailbox_id, chain, starts_on, ends_on, previous_ends_on, plan_id, mode, invoice_id, line_no, net)
    select u.customer_id, u.mailbox_id, u.chain, u.starts_on, u.ends_on, u.previous_ends_on, u.plan_id, u.mode, u.invoice_id, u.line_no, u.net
      from ${columns(terms, {
        customer_id: ['bigint', (term) => term.customerId],
        mailbox_id: ['bigint', (term) => term.mailboxId],
        chain: ['integer', (term) => term.chain],
        starts_on: ['date', (term) => term.startsOn],
        ends_on: ['date', (term) => term.endsOn],
        previous_ends_on: ['date', (term) => term.previousEndsOn],
        plan_id: ['bigint', (term) => term.planId],
        mode: ['text', (term) => term.mode],
        invoice_id: ['bigint', (term) => term.invoiceId],
        line_no: ['integer', (term) => term.lineNo],
        net: ['bigint', (term) => term.net],
      })}`.execute(tx);
}
