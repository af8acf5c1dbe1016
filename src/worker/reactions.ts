import { collectDebts, collectInvoices } from '#domain/dunning/collection.ts';
import { liftSettled } from '#domain/dunning/lift.ts';
import type { Reaction } from '#domain/events/reaction.ts';
import type { EventType } from '#domain/events/types.ts';
import { createLetterWriter } from '#domain/letters/write.ts';
import { syncSettlementOrders, withdrawStaleSettlements } from '#domain/orders/sync-settlement.ts';
import { judgeAgain } from '#domain/renewals/judge-methods.ts';
import { lookAgainAfter } from '#domain/renewals/looks.ts';

/** What letters and links are made with. */
export type ReactionSettings = { secret: string; publicUrl: string };

/**
 * Everything that follows from something, in one place: the only way upwards on the ladder of modules. The reactions of
 * a fact run in the order written, in one transaction that also strikes the fact off the list.
 */
export function listReactions({ secret, publicUrl }: ReactionSettings): ReadonlyMap<EventType, readonly Reaction[]> {
  const write = createLetterWriter({ secret, publicUrl });
  const placeSettlements: Reaction = async (tx, act, events) => {
    // A term that simply ended is no debt, and what was invoiced on the same day is collected first.
    const owing = events.filter((event) => event.data['reason'] !== 'expiry');
    const customerIds = [...new Set(owing.map((event) => event.customerId))];
    await syncSettlementOrders(tx, act, { customerIds, linkSecret: secret, place: true });
  };
  const follow: { [type in EventType]?: readonly Reaction[] } = {
    'invoices.issued': [collectInvoices, withdrawStaleSettlements, write],
    'invoices.settled': [liftSettled, withdrawStaleSettlements],
    'credit_notes.issued': [withdrawStaleSettlements, write],
    'debts.reopened': [collectDebts, withdrawStaleSettlements],
    'debts.reminded': [placeSettlements, write],
    'collections.refused': [placeSettlements, write],
    'collections.action_required': [placeSettlements, write],

    'payments.received': [withdrawStaleSettlements, write],
    'payments.refunded': [write],
    'payments.reversed': [write],
    'methods.registered': [collectDebts, write],
    'methods.failed': [judgeAgain, write],
    'methods.found_unfit': [write],
    'methods.expiring': [write],
    'methods.removed': [write],
    'balances.fell_below_threshold': [write],

    'orders.placed': [write],
    'orders.paid': [write],

    'platforms.terminated': [write],
    'platforms.termination_revoked': [lookAgainAfter, write],
    'mailboxes.registered': [lookAgainAfter],
    'mailboxes.started': [lookAgainAfter],
    'mailboxes.modes_changed': [lookAgainAfter, write],
    'mailboxes.renewal_announced': [write],
    'mailboxes.suspended': [placeSettlements, write],
    'mailboxes.resumed': [lookAgainAfter, write],
    'mailboxes.deletion_announced': [placeSettlements, write],
    'mailboxes.ended': [write],
    'customers.released': [lookAgainAfter],
    'prices.announced': [write],
  };
  return new Map(Object.entries(follow) as [EventType, readonly Reaction[]][]);
}
