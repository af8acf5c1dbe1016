import assert from 'node:assert/strict';
import { type SandboxCard, sandboxCards } from '#adapters/payments/sandbox-cards.ts';
import { changeThreshold } from '#domain/ledger/change-threshold.ts';
import { getLinkedOrder, orderLink } from '#domain/orders/link.ts';
import { offerPayment } from '#domain/orders/offer.ts';
import { payFromAccount } from '#domain/orders/pay.ts';
import { placeOrder } from '#domain/orders/place.ts';
import { previewOrder } from '#domain/orders/preview.ts';
import { recordTransfer } from '#domain/orders/record-transfer.ts';
import type { LineRequest, Order } from '#domain/orders/types.ts';
import { changeMethods } from '#domain/payments/change-methods.ts';
import { completeMethod } from '#domain/payments/complete-method.ts';
import { hintCharges } from '#domain/payments/hint.ts';
import { removeMethod } from '#domain/payments/remove-method.ts';
import { startMethod } from '#domain/payments/start-method.ts';
import { withdrawCredit } from '#domain/payments/withdraw.ts';
import { transaction } from '#kit/db.ts';
import { testSecret } from '#spec/harness.ts';
import type { Place } from './_person.ts';
import { euro } from './_tell-news.ts';
import { type Core, publicUrl } from './_world-core.ts';

/** What a person does with money. Amounts are minor units; money reaches us only as the provider says it does. */
export function moneyActs(core: Core, { customerId, userId, name }: Place) {
  const { notebook, moment, providers, db } = core;
  const transact = core.asPerson(customerId);
  const desk = { transact, providers };
  const say = (line: string) => notebook.write(moment().on, `*${name} ${line}*`);
  const act = () => core.act(`user:${userId}`);
  let transfers = 0;
  return {
    /** Registers a card or a PayPal account on the provider's page (R31); answers its id. */
    registerMethod: async (card: SandboxCard, expiry = '12/40'): Promise<bigint> => {
      const { kind, brand, lastFour } = sandboxCards[card];
      say(`registers ${kind === 'card' ? `a ${brand} ending in ${lastFour}` : 'a PayPal account'}.`);
      const returnUrl = (id: bigint) => `${publicUrl}/payment-methods/${id}`;
      const { methodId, url } = await startMethod(desk, act(), { customerId, kind, returnUrl });
      const answer = await core.visit(url, { card, expiry });
      assert.equal(answer.status, 303);
      await completeMethod(desk, act(), { customerId, methodId });
      return methodId;
    },
    /** Names the methods that stand in when the default is refused (R26). */
    nameBackups: async (...backupIds: bigint[]): Promise<void> => {
      say('names a backup method.');
      await transact((tx) => changeMethods(tx, act(), { customerId, backupIds }));
    },
    removeMethod: async (methodId: bigint, confirmed: boolean, renewing: readonly string[] = []): Promise<void> => {
      say(`removes a payment method${confirmed ? ', and confirms it' : ''}.`);
      await removeMethod(desk, act(), { customerId, methodId, confirmed, renewing });
    },
    /** Asks to be told when the balance falls below this (R6). */
    setThreshold: async (threshold: bigint): Promise<void> => {
      say(`wants to be told when the balance falls below ${euro(threshold)}.`);
      await transact((tx) => changeThreshold(tx, act(), { customerId, threshold }));
    },
    topUp: async (amount: bigint): Promise<Order> => {
      say(`asks to top up ${euro(amount)}.`);
      return transact((tx) => placeOrder(tx, act(), { customerId, kind: 'top_up', amount, linkSecret: testSecret }));
    },
    /** What an order for mailboxes would cost today (R10). */
    preview: (lines: readonly LineRequest[]) => transact((tx) => previewOrder(tx, act(), { customerId, lines })),
    order: async (lines: readonly LineRequest[]): Promise<Order> => {
      say(`orders ${lines.map((line) => ('address' in line ? line.address : 'a mailbox back')).join(', ')}.`);
      return transact((tx) => placeOrder(tx, act(), { customerId, kind: 'mailboxes', lines, linkSecret: testSecret }));
    },
    /** Follows an order's link, as it stands in a letter, and finds the order; refused once it is dead (R8). */
    openLink: (orderId: bigint): Promise<Order> =>
      transact((tx) => getLinkedOrder(tx, orderLink(testSecret, { customerId, orderId }), moment().at)),
    /** Opens the provider's page of an order; answers its address. */
    openPage: async (orderId: bigint): Promise<string> => {
      const offer = { customerId, orderId, kind: 'card' as const, returnUrl: `${publicUrl}/o` };
      const { url } = await offerPayment(desk, act(), offer);
      say('opens the provider’s page of the order.');
      return url;
    },
    /** Pays on a page that was opened before; no hint comes, the worker finds out by asking. */
    payPage: async (url: string): Promise<void> => {
      say('pays on the page that is still open.');
      assert.equal((await core.visit(url, { card: 'success' })).status, 303);
    },
    /** Pays an order on the provider's page; the provider then hints that something has changed (P12). */
    payOnPage: async (orderId: bigint, card: SandboxCard = 'success'): Promise<void> => {
      say(`pays the order on the provider’s page.`);
      const offer = { customerId, orderId, kind: 'card' as const, returnUrl: `${publicUrl}/o` };
      const { url } = await offerPayment(desk, act(), offer);
      const answer = await core.visit(url, { card });
      assert.equal(answer.status, 303);
      await hintCharges(db, moment().at, { customerId, orderId });
    },
    payFromAccount: async (orderId: bigint): Promise<void> => {
      say('pays the order from the prepaid account.');
      await transact((tx) => payFromAccount(tx, act(), { customerId, orderId }));
    },
    /** A bank transfer that an operator finds on the bank's statement (R11). */
    bankTransfer: async (amount: bigint, orderId: bigint | null = null): Promise<void> => {
      say(`sends ${euro(amount)} by bank transfer${orderId ? ' for the order' : ''}; an operator records it.`);
      const transfer = {
        customerId,
        orderId,
        amount,
        reference: `TRN-${name}-${++transfers}`,
        reason: 'bank statement',
      };
      await transaction(db, (tx) => recordTransfer(tx, core.act('operator:1'), transfer));
    },
    /** Wants free credit back where it came from (R6). */
    withdraw: async (amount: bigint): Promise<void> => {
      say(`wants ${euro(amount)} of free credit back.`);
      await transact((tx) => withdrawCredit(tx, act(), { customerId, amount, reason: 'asked for' }));
    },
    /** The open settlement order, as the debt letter links it (R9). */
    settlementOrder: async (): Promise<bigint> => {
      const row = await db
        .selectFrom('orders')
        .select('order_id')
        .where('customer_id', '=', customerId)
        .where('kind', '=', 'settlement')
        .where('state', '=', 'open')
        .executeTakeFirstOrThrow();
      return row.order_id;
    },
  };
}
