import { getSeller } from '#domain/customers/sellers.ts';
import { markSuspended, planSuspensions, readMailboxesBehind, readStandings } from '#domain/dunning/_debts.ts';
import { decideDeadline } from '#domain/dunning/decide-deadline.ts';
import type { Process } from '#domain/events/process.ts';
import { lockAccounts } from '#domain/ledger/lock.ts';
import { suspendMailboxes } from '#domain/platforms/suspend.ts';

/**
 * Deadlines (R29): a debt still open when its deadline passes suspends the mailboxes on its invoice, or all of its customer
 * as the policy says. They stay off until the debt is paid, and end after the retention for debts (R30).
 */
export const suspensions: Process = {
  name: 'suspensions',
  plan: (db, moment) => planSuspensions(db, moment.at),
  run: async (tx, act, customerIds) => {
    const accounts = await lockAccounts(tx, customerIds);
    const debts = await readStandings(tx, [...accounts.keys()]);
    const overdue = debts.filter((debt) => decideDeadline(debt, act.at, []).do === 'suspend');
    if (overdue.length === 0) return 0;
    const { policy } = await getSeller(tx);
    const behind = await readMailboxesBehind(tx, overdue, policy.suspension_scope);
    const deleteOn = act.on.add({ days: policy.debt_retention_days });
    await suspendMailboxes(
      tx,
      act,
      [...behind].map(([customerId, mailboxIds]) => ({ customerId, mailboxIds, reason: 'debt' as const, deleteOn })),
    );
    await markSuspended(tx, act.at, overdue);
    return overdue.length;
  },
};
