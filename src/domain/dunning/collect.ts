import { getSeller } from '#domain/customers/sellers.ts';
import { readStandings } from '#domain/dunning/_debts.ts';
import { type Collection, planCollections, readDueCollections, updateCollections } from '#domain/dunning/_store.ts';
import { type CollectionDecision, decideCollection } from '#domain/dunning/decide-collection.ts';
import type { Process } from '#domain/events/process.ts';
import { type Act, recordEvents } from '#domain/events/record.ts';
import { type Account, lockAccounts } from '#domain/ledger/lock.ts';
import {
  type CollectionCharges,
  chargeMethods,
  listUsableMethods,
  readCollectionCharges,
} from '#domain/payments/charge.ts';
import type { Method } from '#domain/payments/types.ts';
import { withdrawDebtOffers } from '#domain/payments/withdraw-charges.ts';
import type { Tx } from '#kit/db.ts';

/**
 * The collection of debts (R23–R28): for every customer whose next step is due, one charge of the whole open debt is
 * written down, or the next day to try, or that nothing is left to try; a round without success is told, with the ways out.
 */
export const collections: Process = {
  name: 'collections',
  plan: (db, moment) => planCollections(db, moment.on),
  run: async (tx, act, customerIds) => {
    const accounts = await lockAccounts(tx, customerIds);
    const due = await readDueCollections(tx, [...accounts.keys()], act.on);
    if (due.length === 0) return 0;
    const decided = await decideAll(tx, act, { accounts, due });
    await applyAll(tx, act, decided);
    return decided.length;
  },
};

type Day = Collection['dueOn'];

type Decided = { collection: Collection; account: Account; methods: readonly Method[]; decision: CollectionDecision };

async function decideAll(
  tx: Tx,
  act: Act,
  { accounts, due }: { accounts: ReadonlyMap<bigint, Account>; due: readonly Collection[] },
): Promise<Decided[]> {
  const { policy } = await getSeller(tx);
  const usable = await listUsableMethods(
    tx,
    act.on,
    due.map((collection) => collection.customerId),
  );
  const charges = await readCollectionCharges(tx, due);
  return due.flatMap((collection) => {
    const { customerId } = collection;
    const account = accounts.get(customerId);
    if (!account) return [];
    // Only what the customer named: money never falls on a method that was kept for something else.
    const methods = (usable.get(customerId) ?? []).filter((method) => method.isDefault || method.backupRank !== null);
    const known = charges.get(customerId) as CollectionCharges;
    const decision = decideCollection({
      debt: -account.balance,
      on: act.on,
      startedOn: collection.startedOn,
      round: collection.round,
      retryDays: policy.retry_days,
      candidates: methods,
      attempts: known.attempts,
      offered: known.offers.length > 0,
    });
    return [{ collection, account, methods, decision }];
  });
}

async function applyAll(tx: Tx, act: Act, decided: readonly Decided[]): Promise<void> {
  const withdrawing = decided.filter(({ decision }) => decision.do === 'withdraw_offers');
  await withdrawDebtOffers(
    tx,
    act,
    withdrawing.map(({ collection }) => collection.customerId),
  );
  await chargeMethods(tx, act, decided.flatMap(chargeOf));
  await updateCollections(tx, decided.flatMap(standingOf));
  await tellRefused(
    tx,
    act,
    decided.filter(({ decision }) => decision.do === 'retry' || decision.do === 'give_up'),
  );
}

function chargeOf({ collection, account, methods, decision }: Decided) {
  if (decision.do !== 'charge') return [];
  const { methodId, round } = decision;
  const method = methods.find((each) => each.methodId === methodId);
  if (!method) return [];
  const { customerId, startedOn } = collection;
  const { provider } = method;
  return [
    {
      customerId,
      methodId,
      provider,
      amount: -account.balance,
      currency: account.currency,
      orderId: null,
      collection: { on: startedOn, round },
    },
  ];
}

// After a charge the collection stays due: it goes on as soon as the outcome is known, whatever that is.
function standingOf({ collection, decision }: Decided): { customerId: bigint; round: number; dueOn: Day | null }[] {
  const { customerId, round } = collection;
  if (decision.do === 'close' || decision.do === 'give_up') return [{ customerId, round, dueOn: null }];
  if (decision.do === 'retry') return [{ customerId, round: decision.round, dueOn: decision.on }];
  return [];
}

async function tellRefused(tx: Tx, act: Act, refused: readonly Decided[]): Promise<void> {
  if (refused.length === 0) return;
  const customerIds = refused.map(({ collection }) => collection.customerId);
  const debts = Map.groupBy(await readStandings(tx, customerIds), (debt) => debt.customerId);
  await recordEvents(
    tx,
    act,
    refused.flatMap(({ collection, account, decision }) => {
      if (decision.do !== 'retry' && decision.do !== 'give_up') return [];
      const { customerId } = collection;
      const type =
        decision.why === 'action_required'
          ? ('collections.action_required' as const)
          : ('collections.refused' as const);
      const data = {
        why: decision.why,
        started_on: collection.startedOn,
        round: collection.round,
        retry_on: decision.do === 'retry' ? decision.on : null,
        debt: -account.balance,
        currency: account.currency,
        invoice_ids: (debts.get(customerId) ?? []).map((debt) => debt.invoiceId),
      };
      return [{ customerId, type, data }];
    }),
  );
}
