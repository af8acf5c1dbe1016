import Type from 'typebox';
import { type AboutOne, customerOf, read } from '#http/act.ts';
import {
  getCreditNoteLine,
  getInvoiceLine,
  listCreditNotes,
  listInvoices,
  listReceipts,
} from '#http/api/_document-lists.ts';
import { sendCreditNotePdf, sendInvoicePdf, sendReceiptPdf } from '#http/api/_documents.ts';
import type { App } from '#http/context.ts';
import { sendList } from '#http/lists.ts';
import { Amount, Day, Id, IdParams, Instant, Maybe, Page, PageQuery, Strict, Word } from '#http/schemas.ts';

const Invoice = Type.Object({
  invoice_id: Id,
  number: Type.String(),
  issued_on: Day,
  deadline_at: Instant,
  order_id: Maybe(Id),
  currency: Type.String(),
  net: Amount,
  vat_rate_bp: Type.Integer(),
  vat: Amount,
  gross: Amount,
  due: Amount,
  state: Word('open', 'settled', 'written_off'),
});
const Line = Type.Object({
  line_no: Type.Integer(),
  mailbox_id: Id,
  address: Type.String(),
  platform: Type.String(),
  plan: Type.String(),
  mode: Word('monthly', 'yearly'),
  starts_on: Day,
  ends_on: Day,
  net: Amount,
});
const InvoiceView = Type.Object({ ...Invoice.properties, vat_note: Type.String(), lines: Type.Array(Line) });
const CreditNote = Type.Object({
  credit_note_id: Id,
  number: Type.String(),
  invoice_id: Id,
  invoice: Type.String(),
  issued_on: Day,
  currency: Type.String(),
  net: Amount,
  vat: Amount,
  gross: Amount,
  reason: Type.String(),
});
const Receipt = Type.Object({
  payment_id: Id,
  provider: Type.String(),
  amount: Amount,
  currency: Type.String(),
  received_on: Day,
  received_at: Instant,
  order_id: Maybe(Id),
  order: Maybe(Type.String()),
});
const Issued = { from: Type.Optional(Day), until: Type.Optional(Day) };
const Query = { ...PageQuery, ...Issued, format: Type.Optional(Word('json', 'csv')) };

const config = { access: { customer: 'money:read' } } as const;
const keyOf = (request: AboutOne) => ({
  customerId: customerOf(request),
  id: BigInt(request.params.id),
});

/** Invoices, credit notes and receipts: listed, as CSV and as PDF; never changed (R36). */
export function documentRoutes(app: App): void {
  getInvoices(app);
  getInvoicesId(app);
  getInvoicesIdPdf(app);
  getInvoiceLines(app);
  getCreditNotes(app);
  getCreditNotesId(app);
  getCreditNotesIdPdf(app);
  getReceipts(app);
  getReceiptsIdPdf(app);
}

function getInvoices(app: App): void {
  app.get(
    '/v1/invoices',
    {
      config,
      schema: {
        summary: 'Invoices, newest first',
        description:
          '`from` and `until`, both included, are days of issue. The CSV holds all of them and takes no filter.',
        querystring: Strict({ ...Query, state: Type.Optional(Word('open', 'settled', 'written_off')) }),
        response: { 200: Page(Invoice) },
      },
    },
    (request, reply) =>
      request.query.format === 'csv'
        ? sendList(request, reply, 'invoices')
        : read(request, (tx) => listInvoices(tx, customerOf(request), request.query)),
  );
}

function getInvoicesId(app: App): void {
  app.get(
    '/v1/invoices/:id',
    { config, schema: { summary: 'One invoice with its lines', params: IdParams, response: { 200: InvoiceView } } },
    (request) => read(request, (tx) => getInvoiceLine(tx, keyOf(request))),
  );
}

function getInvoicesIdPdf(app: App): void {
  app.get(
    '/v1/invoices/:id/pdf',
    { config, schema: { summary: 'An invoice as PDF', params: IdParams } },
    (request, reply) => sendInvoicePdf(request, reply, keyOf(request)),
  );
}

function getInvoiceLines(app: App): void {
  app.get('/v1/invoice-lines', { config, schema: { summary: 'The lines of all invoices as CSV' } }, (request, reply) =>
    sendList(request, reply, 'lines'),
  );
}

function getCreditNotes(app: App): void {
  app.get(
    '/v1/credit-notes',
    {
      config,
      schema: {
        summary: 'Credit notes, newest first',
        description: 'The CSV holds all of them and takes no filter.',
        querystring: Strict(Query),
        response: { 200: Page(CreditNote) },
      },
    },
    (request, reply) =>
      request.query.format === 'csv'
        ? sendList(request, reply, 'credit-notes')
        : read(request, (tx) => listCreditNotes(tx, customerOf(request), request.query)),
  );
}

function getCreditNotesId(app: App): void {
  app.get(
    '/v1/credit-notes/:id',
    { config, schema: { summary: 'One credit note', params: IdParams, response: { 200: CreditNote } } },
    (request) => read(request, (tx) => getCreditNoteLine(tx, keyOf(request))),
  );
}

function getCreditNotesIdPdf(app: App): void {
  app.get(
    '/v1/credit-notes/:id/pdf',
    { config, schema: { summary: 'A credit note as PDF', params: IdParams } },
    (request, reply) => sendCreditNotePdf(request, reply, keyOf(request)),
  );
}

function getReceipts(app: App): void {
  app.get(
    '/v1/receipts',
    {
      config,
      schema: {
        summary: 'Receipts, newest first',
        description: 'The CSV holds all of them and takes no filter.',
        querystring: Strict(Query),
        response: { 200: Page(Receipt) },
      },
    },
    (request, reply) =>
      request.query.format === 'csv'
        ? sendList(request, reply, 'payments')
        : read(request, (tx) => listReceipts(tx, customerOf(request), request.query)),
  );
}

function getReceiptsIdPdf(app: App): void {
  app.get(
    '/v1/receipts/:id/pdf',
    { config, schema: { summary: 'A receipt as PDF', params: IdParams } },
    (request, reply) => sendReceiptPdf(request, reply, keyOf(request)),
  );
}
