import path from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { getCustomer } from '#domain/customers/get.ts';
import { getSeller } from '#domain/customers/sellers.ts';
import type { Customer, Seller } from '#domain/customers/types.ts';
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

const languages = loadLanguages(path.join(import.meta.dirname, '..', 'locales'));

async function send(request: FastifyRequest, reply: FastifyReply, { key, facts }: Wanted): Promise<never> {
  const { data, language } = await transactOf(request)(async (tx) => {
    const customer = await getCustomer(tx, key.customerId);
    const seller = await getSeller(tx);
    const words = pickLanguage(languages, customer.language);
    const say: Saying['say'] = (name, values = {}) => messageText(messageOf(words, `line.${name}`), values);
    const found = await facts(tx, key, { say, timeZone: seller.timeZone });
    return { data: complete(found, seller, customer), language: found.buyer?.language ?? customer.language };
  });
  const pdf = await writeDocument(data, language);
  const name = `${data.kind}-${data.number.replace(/[^A-Za-z0-9-]+/g, '-')}.pdf`;
  reply
    .header('content-disposition', `inline; filename="${name}"`)
    .type('application/pdf')
    .serializer((body) => body as never);
  return reply.send(pdf) as never;
}

function complete({ buyer, ...facts }: Facts, seller: Seller, customer: Customer): DocumentData {
  const { name, street, postalCode, city, country, vatNumber, email, iban, bic, timeZone } = seller;
  const { code } = customer;
  return {
    ...facts,
    seller: { name, street, postalCode, city, country, vatNumber, email, iban, bic, timeZone },
    buyer: buyer ? { ...partyOf(buyer), code } : { ...partyOf(customer), code },
  };
}

function partyOf({ name, street, postalCode, city, country, vatNumber }: DocumentParty): DocumentParty {
  return { name, street, postalCode, city, country, vatNumber };
}
