import Type from 'typebox';
import { creditInvoice } from '#domain/invoices/credit.ts';
import { writeOffDebt } from '#domain/invoices/write-off.ts';
import { recordTransfer } from '#domain/orders/record-transfer.ts';
import { withdrawCredit } from '#domain/payments/withdraw.ts';
import { change } from '#http/act.ts';
import { customerByCode, invoiceByNumber, orderByNumber } from '#http/api/_by-code.ts';
import type { App } from '#http/context.ts';
import { Amount, DryRun, Id, Maybe, PositiveAmount, Reason, Strict, Text } from '#http/schemas.ts';

const Code = Text(64);
const Note = Type.Object({ credit_note_id: Id, number: Type.String(), net: Amount, vat: Amount, gross: Amount });

const config = { access: { operator: 'ledger:write' } } as const;
const Recorded = Type.Object({
  recorded: Type.Boolean({ description: 'False when this reference was recorded before.' }),
});
const WrittenOff = Type.Object({ amount: Amount });
const Refunds = Type.Object({ refund_ids: Type.Array(Id) });

/** What our staff does on money by hand; each with a reason that stands in the audit trail (R37). */
export function staffMoneyRoutes(app: App): void {
  postBankTransfers(app);
  postWriteOffs(app);
  postCreditNotes(app);
  postRefunds(app);
}

function postBankTransfers(app: App): void {
  app.post(
    '/v1/bank-transfers',
    {
      config,
      schema: {
        summary: 'Record a bank transfer',
        description: 'It pays its order when it covers it, else the oldest debt; the rest is free credit.',
        body: Strict({
          customer: Code,
          order: Type.Optional(Maybe(Text(40))),
          amount: PositiveAmount,
          reference: Text(140),
          reason: Reason,
          dry_run: DryRun,
        }),
        response: { 200: Recorded, 201: Recorded },
      },
    },
    (request, reply) =>
      change(request, reply, async (tx, act) => {
        const { customer, order, amount, reference, reason } = request.body;
        const customerId = await customerByCode(tx, customer);
        const orderId = order ? await orderByNumber(tx, customerId, order) : null;
        return recordTransfer(tx, act, { customerId, orderId, amount: BigInt(amount), reference, reason });
      }),
  );
}

function postWriteOffs(app: App): void {
  app.post(
    '/v1/write-offs',
    {
      config,
      schema: {
        summary: 'Give up the open debt of an invoice',
        body: Strict({ customer: Code, invoice: Text(40), reason: Reason, dry_run: DryRun }),
        response: { 200: WrittenOff, 201: WrittenOff },
      },
    },
    (request, reply) =>
      change(request, reply, async (tx, act) => {
        const customerId = await customerByCode(tx, request.body.customer);
        const invoiceId = await invoiceByNumber(tx, customerId, request.body.invoice);
        return writeOffDebt(tx, act, { customerId, invoiceId, reason: request.body.reason });
      }),
  );
}

function postCreditNotes(app: App): void {
  app.post(
    '/v1/credit-notes',
    {
      config,
      schema: {
        summary: 'Issue a credit note',
        description: '`net` is what is given back before VAT; without it all that is left of the invoice.',
        body: Strict({
          customer: Code,
          invoice: Text(40),
          net: Type.Optional(Maybe(PositiveAmount)),
          reason: Reason,
          dry_run: DryRun,
        }),
        response: { 200: Note, 201: Note },
      },
    },
    (request, reply) =>
      change(request, reply, async (tx, act) => {
        const { customer, invoice, net, reason } = request.body;
        const customerId = await customerByCode(tx, customer);
        const invoiceId = await invoiceByNumber(tx, customerId, invoice);
        const draft = { customerId, invoiceId, net: net ? BigInt(net) : null, reason };
        const { creditNoteId, ...note } = await creditInvoice(tx, act, draft);
        return { credit_note_id: creditNoteId, ...note };
      }),
  );
}

function postRefunds(app: App): void {
  app.post(
    '/v1/refunds',
    {
      config: { ...config, fresh: true },
      schema: {
        summary: 'Give free credit back to where it came from',
        body: Strict({ customer: Code, amount: PositiveAmount, reason: Reason, dry_run: DryRun }),
        response: { 200: Refunds, 201: Refunds },
      },
    },
    (request, reply) =>
      change(request, reply, async (tx, act) => {
        const customerId = await customerByCode(tx, request.body.customer);
        const { amount, reason } = request.body;
        const { refundIds } = await withdrawCredit(tx, act, { customerId, amount: BigInt(amount), reason });
        return { refund_ids: refundIds };
      }),
  );
}
