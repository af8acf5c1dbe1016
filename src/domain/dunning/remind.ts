import { getSeller } from '#domain/customers/sellers.ts';
import { markReminded, planReminders, readStandings } from '#domain/dunning/_debts.ts';
import { decideDeadline } from '#domain/dunning/decide-deadline.ts';
import type { Process } from '#domain/events/process.ts';
import { recordEvents } from '#domain/events/record.ts';
import { lockAccounts } from '#domain/ledger/lock.ts';

/** Reminders of open debts, 3 days and 1 day before their deadlines (R33): once per debt and step, told per customer and step. */
export const reminders: Process = {
  name: 'reminders',
  plan: async (db, moment) => planReminders(db, moment.at, (await getSeller(db)).policy.reminder_days),
  run: async (tx, act, customerIds) => {
    const accounts = await lockAccounts(tx, customerIds);
    const days = (await getSeller(tx)).policy.reminder_days;
    const due = (await readStandings(tx, [...accounts.keys()])).flatMap((debt) => {
      const decision = decideDeadline(debt, act.at, days);
      return decision.do === 'remind'
        ? [{ ...debt, daysBefore: decision.daysBefore, reminders: decision.reminders }]
        : [];
    });
    if (due.length === 0) return 0;
    await markReminded(tx, due);
    const steps = Map.groupBy(due, (debt) => `${debt.customerId} ${debt.daysBefore}`);
    await recordEvents(
      tx,
      act,
      [...steps.values()].flatMap((debts) => {
        const [first] = debts;
        if (!first) return [];
        const data = { step: first.daysBefore, invoice_ids: debts.map((debt) => debt.invoiceId) };
        return [{ customerId: first.customerId, type: 'debts.reminded' as const, data }];
      }),
    );
    return due.length;
  },
};
