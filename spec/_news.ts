import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { findCaughtLetter } from '#adapters/mail/caught-letters.ts';
import type { EventType } from '#domain/events/types.ts';
import type { Db } from '#kit/db.ts';

export type Fact = { eventId: bigint; customer: string; type: EventType };
export type Line = { address: string; mode: string; startsOn: string; endsOn: string; net: bigint };
export type Invoice = {
  number: string;
  customer: string;
  net: bigint;
  vat: bigint;
  vatRateBp: number;
  gross: bigint;
  due: bigint;
  deadlineAt: Temporal.Instant;
  lines: Line[];
};
export type Movement = {
  customer: string;
  number: bigint;
  cause: string;
  reference: string;
  before: bigint;
  after: bigint;
};
export type Letter = { id: bigint; kind: string; to: string; subject: string; text: string };
export type CreditNote = { number: string; customer: string; invoice: string; gross: bigint };
export type News = {
  facts: Fact[];
  invoices: Invoice[];
  movements: Movement[];
  creditNotes: CreditNote[];
  letters: Letter[];
};

const nothing: News = { facts: [], invoices: [], movements: [], creditNotes: [], letters: [] };

/** Reads what is new each time, in the order in which it came about. */
export function openReader(db: Db): () => Promise<News> {
  let eventId = 0n;
  let letterId = 0n;
  const read = new Set<string>();
  const fresh = <Row>(rows: readonly Row[], name: (row: Row) => string) =>
    rows.filter((row) => !read.has(name(row)) && read.add(name(row)));
  return async () => {
    const facts = await readFacts(db, eventId);
    const letters = await readLetters(db, letterId);
    for (const letter of letters) if (letter.id > letterId) letterId = letter.id;
    if (facts.length === 0) return { ...nothing, letters };
    const invoices = await readInvoices(db, eventId);
    eventId = facts.at(-1)?.eventId ?? eventId;
    return {
      facts,
      invoices,
      movements: fresh(await readMovements(db), (row) => `${row.customer} ${row.number}`),
      creditNotes: fresh(await readNotes(db), (row) => row.number),
      letters,
    };
  };
}

async function readFacts(db: Db, after: bigint): Promise<Fact[]> {
  const { rows } = await sql<Fact>`
    select e.event_id as "eventId", c.code as customer, e.type
      from events e join customers c on c.customer_id = e.customer_id
     where e.event_id > ${after} order by e.event_id`.execute(db);
  return rows;
}

// The due of the event is what credit left, whatever was paid since.
async function readInvoices(db: Db, after: bigint): Promise<Invoice[]> {
  const { rows } = await sql<Omit<Invoice, 'lines'> & { invoiceId: bigint }>`
    select i.invoice_id as "invoiceId", i.number, c.code as customer, i.net, i.vat, i.vat_rate_bp as "vatRateBp", i.gross,
           (e.data->>'due')::bigint as due, i.deadline_at as "deadlineAt"
      from events e
      join invoices i on i.customer_id = e.customer_id and i.invoice_id = (e.data->>'invoice_id')::bigint
      join customers c on c.customer_id = e.customer_id
     where e.event_id > ${after} and e.type = 'invoices.issued' order by i.number`.execute(db);
  const { rows: lines } = await sql<Line & { invoiceId: bigint }>`
    select t.invoice_id as "invoiceId", m.address, t.mode, t.starts_on::text as "startsOn", t.ends_on::text as "endsOn", t.net
      from terms t join mailboxes m on m.customer_id = t.customer_id and m.mailbox_id = t.mailbox_id
     where t.invoice_id = any(${rows.map((row) => row.invoiceId)}::bigint[]) order by t.line_no`.execute(db);
  return rows.map((row) => ({ ...row, lines: lines.filter((line) => line.invoiceId === row.invoiceId) }));
}

async function readMovements(db: Db): Promise<Movement[]> {
  const { rows } = await sql<Movement>`
    select c.code as customer, m.number, m.cause, m.reference, m.balance_before as before, m.balance_after as after
      from movements m join customers c on c.customer_id = m.customer_id
     order by m.at, m.customer_id, m.number`.execute(db);
  return rows;
}

async function readNotes(db: Db): Promise<CreditNote[]> {
  const { rows } = await sql<CreditNote>`
    select n.number, c.code as customer, i.number as invoice, n.gross
      from credit_notes n
      join invoices i on i.customer_id = n.customer_id and i.invoice_id = n.invoice_id
      join customers c on c.customer_id = n.customer_id
     order by n.credit_note_id`.execute(db);
  return rows;
}

// What the mail server really got, opened as its reader would.
async function readLetters(db: Db, after: bigint): Promise<Letter[]> {
  const { rows } = await sql<{ id: bigint; kind: string }>`
    select c.id, l.kind
      from sandbox.caught_letters c join letters l on l.message_id = c.message_id
     where c.id > ${after} order by l.letter_id, c.id`.execute(db);
  const letters: Letter[] = [];
  for (const { id, kind } of rows) {
    const opened = await findCaughtLetter(db, id);
    if (!opened) throw new Error(`letter ${id} was caught and is gone`);
    letters.push({ id, kind, to: opened.to.join(', '), subject: opened.subject, text: opened.text });
  }
  return letters;
}
