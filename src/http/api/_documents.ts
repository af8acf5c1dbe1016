import path from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { getCustomer } from '#domain/customers/get.ts';
import { getSeller } from '#domain/customers/sellers.ts';
import type { Customer, Seller } from '#domain/customers/types.ts';
import { printedVatNumber } from '#domain/customers/vat-number.ts';
import type { DocumentData, DocumentParty } from '#domain/exports/document.ts';
import { writeDocument } from '#domain/exports/pdf.ts';
import { transactOf } from '#http/act.ts';
import { creditNoteFacts, invoiceFacts } from '#http/api/_document-facts.ts';
import type { Facts, Key, Saying } from '#http/api/_document-parts.ts';
import { orderFacts, receiptFacts } from '#http/api/_document-payments.ts';
import type { Tx } from '#kit/db.ts';
import { loadLanguages, messageOf, pickLanguage } from '#kit/languages.ts';
import { messageText } from '#kit/messages.ts';

/** Sends an order as PDF (R36). Refuses `not_found`. */
export function sendOrderPdf(
  request: FastifyRequest,
  reply: FastifyReply,
  key: { customerId: bigint; orderId: bigint },
) {
  return send(request, reply, { key: { customerId: key.customerId, id: key.orderId }, facts: orderFacts });
}

/** Sends an invoice as PDF. Refuses `not_found`. */
export function sendInvoicePdf(request: FastifyRequest, reply: FastifyReply, key: Key) {
  return send(request, reply, { key, facts: invoiceFacts });
}

/** Sends a credit note as PDF. Refuses `not_found`. */
export function sendCreditNotePdf(request: FastifyRequest, reply: FastifyReply, key: Key) {
  return send(request, reply, { key, facts: creditNoteFacts });
}

/** Sends the receipt of a payment as PDF. Refuses `not_found`. */
export function sendReceiptPdf(request: FastifyRequest, reply: FastifyReply, key: Key) {
  return send(request, reply, { key, facts: receiptFacts });
}

type Wanted = { key: Key; facts(tx: Tx, key: Key, saying: Saying): Promise<Facts> };

/** Everything a document says, and in which language. */
export type ReadDocument = { data: DocumentData; language: string };

const languages = loadLanguages(path.join(import.meta.dirname, '..', 'locales'));

async function send(request: FastifyRequest, reply: FastifyReply, { key, facts }: Wanted): Promise<never> {
  const [document] = await transactOf(request)((tx) => readDocuments(tx, key.customerId, [{ key, facts }]));
  if (!document) throw new Error('one document was asked for');
  const { data, language } = document;
  const pdf = await writeDocument(data, language);
  const name = `${data.kind}-${fileNumber(data)}.pdf`;
  reply
    .header('content-disposition', `inline; filename="${name}"`)
    .type('application/pdf')
    .serializer((body) => body as never);
  return reply.send(pdf) as never;
}

/** Reads documents of one customer, in the order in which they are asked for. Refuses `not_found`. */
export async function readDocuments(tx: Tx, customerId: bigint, wanted: readonly Wanted[]): Promise<ReadDocument[]> {
  const customer = await getCustomer(tx, customerId);
  const seller = await getSeller(tx);
  const words = pickLanguage(languages, customer.language);
  const say: Saying['say'] = (name, values = {}) => messageText(messageOf(words, `line.${name}`), values);
  const found: ReadDocument[] = [];
  for (const { key, facts } of wanted) {
    const document = await facts(tx, key, { say, timeZone: seller.timeZone });
    const language = document.buyer?.language ?? customer.language;
    found.push({ data: complete(document, seller, customer), language });
  }
  return found;
}

/** The number of a document as a file may be called. */
export function fileNumber({ number }: DocumentData): string {
  return number.replace(/[^A-Za-z0-9-]+/g, '-');
}

function complete({ buyer, ...facts }: Facts, seller: Seller, customer: Customer): DocumentData {
  const { name, street, postalCode, city, country, vatNumber, email, iban, bic, timeZone } = seller;
  const { code } = customer;
  return {
    ...facts,
    seller: { name, street, postalCode, city, country, vatNumber, email, iban, bic, timeZone },
    buyer: buyer ? { ...partyOf(buyer), code } : { ...partyOf(customer), vatNumber: printedVatNumber(customer), code },
  };
}

function partyOf({ name, street, postalCode, city, country, vatNumber }: DocumentParty): DocumentParty {
  return { name, street, postalCode, city, country, vatNumber };
}
