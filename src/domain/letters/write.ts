import { getSeller } from '#domain/customers/sellers.ts';
import type { Reaction } from '#domain/events/reaction.ts';
import type { EventType } from '#domain/events/types.ts';
import { linksAt } from './_links.ts';
import { tellActions, tellDebts, tellReminders } from './_tell-debts.ts';
import { tellCreditNotes, tellInvoices, tellPayments, tellRefunds } from './_tell-invoices.ts';
import { tellDeletions, tellEnded, tellResumed, tellSuspended } from './_tell-mailboxes.ts';
import { tellAdded, tellExpiring, tellRemoved, tellUnfit } from './_tell-methods.ts';
import { tellPaid, tellPlaced } from './_tell-orders.ts';
import { tellModes, tellRevocations, tellTerminations } from './_tell-platforms.ts';
import { tellLowBalances, tellNotices, tellPrices } from './_tell-renewals.ts';
import type { Teller } from './_telling.ts';
import { writeToAll } from './_write.ts';

/** `secret` makes the links of orders (R8); `publicUrl` is where people reach us, without a slash at the end. */
export type LetterWriting = { secret: string; publicUrl: string };

/** Which fact is told in which letter (R33). A fact that is not here is told by what follows from it. */
const tellers: Partial<Record<EventType, Teller>> = {
  'orders.placed': tellPlaced, // order_placed
  'orders.paid': tellPaid, // order_paid
  'invoices.issued': tellInvoices, // invoice, when nothing is left to pay
  'payments.received': tellPayments, // collected; order_paid again for an order paid twice
  'collections.refused': tellDebts, // debt
  'collections.action_required': tellActions, // payment_failed_action
  'debts.reminded': tellReminders, // reminder
  'credit_notes.issued': tellCreditNotes, // credit_note
  'payments.refunded': tellRefunds, // refund
  'mailboxes.suspended': tellSuspended, // suspended (for debt), ended (at expiry, content kept)
  'mailboxes.resumed': tellResumed, // resumed
  'mailboxes.deletion_announced': tellDeletions, // ending_soon (for debt), deletion_warning
  'mailboxes.ended': tellEnded, // ended, content gone
  'mailboxes.modes_changed': tellModes, // mode_changed
  'mailboxes.renewal_announced': tellNotices, // renewal_notice
  'platforms.terminated': tellTerminations, // termination_recorded
  'platforms.termination_revoked': tellRevocations, // termination_revoked
  'methods.registered': tellAdded, // method_added
  'methods.expiring': tellExpiring, // method_expiring
  'methods.found_unfit': tellUnfit, // method_unfit
  'methods.removed': tellRemoved, // method_removed
  'balances.fell_below_threshold': tellLowBalances, // balance_low
  'prices.announced': tellPrices, // price_announced
};

/**
 * The reaction that writes letters, for facts of any type, in the transaction that takes those facts off the list (R34):
 * to the customer's address and to the people whose role it concerns, each in their language; once per customer, step and
 * address; none about a debt that is paid by now. Facts that no letter tells of are passed over. Debt letters need the
 * customer's settlement order (R9): it must be in place before.
 */
export function createLetterWriter({ secret, publicUrl }: LetterWriting): Reaction {
  const links = linksAt(publicUrl, secret);
  const { host } = new URL(publicUrl);
  return async (tx, act, events) => {
    const seller = await getSeller(tx);
    for (const [type, happened] of Map.groupBy(events, (event) => event.type)) {
      const plans = (await tellers[type]?.({ tx, act, seller, links }, happened)) ?? [];
      await writeToAll({ tx, act, seller, links }, host, plans);
    }
  };
}
