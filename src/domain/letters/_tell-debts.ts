import type { Temporal } from 'temporal-polyfill';
import type { Happened } from '#domain/events/reaction.ts';
import { decideAccess } from '#domain/platforms/decide-access.ts';
import { debtStep, type OpenDebt, type Owed, readLastAttempts, readOwed, readRetries } from './_facts-debts.ts';
import { readMailboxes } from './_facts-mailboxes.ts';
import { readMethodFacts } from './_facts-money.ts';
import { countOf, customersOf, dayOf, idsOf, type LetterPlan, listed, type Teller, type Telling } from './_telling.ts';

// Nobody hears of a debt that is paid by now: who owes nothing is missing from what `readOwed` answers (R34).

/** Not collected, for want of a method or refused: the three ways out (R24), once per debt and method. */
export const tellDebts: Teller = async (telling, events) => {
  const customerIds = customersOf(events);
  const owed = await readOwed(telling, customerIds);
  const attempts = await readLastAttempts(telling.tx, customerIds, 'declined');
  const methods = await readMethodFacts(telling.tx, [...attempts.values()]);
  const retries = await readRetries(telling, customerIds);
  return [...owed].map(([customerId, { newest, facts }]): LetterPlan => {
    const attempt = attempts.get(customerId);
    const ours = attempt && !isBefore(attempt.finishedAt, newest.openedAt) ? attempt : undefined;
    const method = (ours && methods.get(ours.methodId)) ?? null;
    const step = `debt:${debtStep(newest)}:${ours?.methodId ?? 'no-method'}`;
    const retryOn = retries.get(customerId) ?? null;
    return { kind: 'debt', customerId, step, invoiceId: newest.invoiceId, facts: { ...facts, method, retryOn } };
  });
};

/** The bank wants the payer's own confirmation: a link to give it, no loop (R26). */
export const tellActions: Teller = async (telling, events) => {
  const customerIds = customersOf(events);
  const owed = await readOwed(telling, customerIds);
  const attempts = await readLastAttempts(telling.tx, customerIds, 'action_required');
  const methods = await readMethodFacts(telling.tx, [...attempts.values()]);
  return [...owed].flatMap(([customerId, { newest, facts }]): LetterPlan[] => {
    const methodId = attempts.get(customerId)?.methodId;
    const method = methodId === undefined ? undefined : methods.get(methodId);
    if (!method) return [];
    const step = `action:${debtStep(newest)}:${methodId}`;
    const { debt: amount, currency, deadlineAt, settlement } = facts;
    const invoices = facts.invoices.map((invoice) => invoice.number);
    const told = { amount, currency, invoices, method, link: settlement.link, deadlineAt };
    return [{ kind: 'payment_failed_action', customerId, step, invoiceId: newest.invoiceId, facts: told }];
  });
};

/** A deadline comes near (R33). */
export const tellReminders: Teller = async (telling, events) => {
  const owed = await readOwed(telling, customersOf(events));
  return events.flatMap((event): LetterPlan[] => {
    const { customerId } = event;
    const debtor = owed.get(customerId);
    const reminded = debtor && newestOf(debtor, idsOf(event, 'invoice_ids'));
    if (!debtor || !reminded) return [];
    const daysBefore = countOf(event, 'step');
    // After an outage a reminder comes late, and says how late it is.
    const daysLeft = Math.min(daysBefore, Math.ceil(reminded.deadlineAt.since(telling.act.at).total('hours') / 24));
    if (daysLeft < 1) return [];
    const step = `reminder:${debtStep(reminded)}:${daysBefore}`;
    const facts = { ...debtor.facts, deadlineAt: reminded.deadlineAt, daysLeft };
    return [{ kind: 'reminder', customerId, step, invoiceId: reminded.invoiceId, facts }];
  });
};

/** The deadline has passed: access is off, the content is kept (R29). */
export const tellSuspensions: Teller = async (telling, events) => {
  const owed = await readOwed(telling, customersOf(events));
  const mailboxesOf = await readTold(telling, events);
  const { inbound } = decideAccess({ state: 'suspended', suspendedFor: 'debt' });
  return events.flatMap((event): LetterPlan[] => {
    const { customerId } = event;
    const debtor = owed.get(customerId);
    if (!debtor) return [];
    const cause = overdue(debtor, telling.act.at);
    const suspended = listed(mailboxesOf(event), telling.links.mailboxes);
    const facts = {
      ...debtor.facts,
      deadlineAt: cause.deadlineAt,
      suspended,
      inbound,
      endsOn: dayOf(event, 'delete_on'),
    };
    const step = `suspended:${debtStep(cause)}:${event.eventId}`;
    return [{ kind: 'suspended', customerId, step, invoiceId: debtor.newest.invoiceId, facts }];
  });
};

/** Mailboxes suspended for debt will end: seven days and one day before (R30). */
export const tellEndings: Teller = async (telling, events) => {
  const owed = await readOwed(telling, customersOf(events));
  const mailboxesOf = await readTold(telling, events);
  return events.flatMap((event): LetterPlan[] => {
    const { customerId } = event;
    const debtor = owed.get(customerId);
    if (!debtor) return [];
    const cause = overdue(debtor, telling.act.at);
    const ending = listed(mailboxesOf(event), telling.links.mailboxes);
    const endsOn = dayOf(event, 'delete_on');
    const facts = {
      ...debtor.facts,
      deadlineAt: cause.deadlineAt,
      ending,
      endsOn,
      daysLeft: daysUntil(telling, endsOn),
    };
    const step = `ending:${debtStep(cause)}:${event.eventId}`;
    return [{ kind: 'ending_soon', customerId, step, invoiceId: debtor.newest.invoiceId, facts }];
  });
};

/** The mailboxes that facts name as `mailbox_ids`, ready to be listed. */
export async function readTold({ tx, seller }: Telling, events: readonly Happened[]) {
  const keys = events.flatMap((event) =>
    idsOf(event, 'mailbox_ids').map((mailboxId) => ({ customerId: event.customerId, mailboxId })),
  );
  const known = await readMailboxes(tx, keys, seller.timeZone);
  return (event: Happened) => idsOf(event, 'mailbox_ids').flatMap((id) => known.get(id) ?? []);
}

/** Whole days from the day of the act; 0 when it is today or past. */
export function daysUntil({ act }: Telling, day: Temporal.PlainDate): number {
  return Math.max(0, act.on.until(day, { largestUnit: 'days' }).days);
}

function newestOf({ debts }: Owed, invoiceIds: readonly bigint[]): OpenDebt | undefined {
  return debts.findLast((debt) => invoiceIds.includes(debt.invoiceId));
}

// The newest of the debts whose deadline has passed; of all, should none have.
function overdue({ debts, newest }: Owed, now: Temporal.Instant): OpenDebt {
  return debts.findLast((debt) => !isBefore(now, debt.deadlineAt)) ?? newest;
}

function isBefore(a: Temporal.Instant, b: Temporal.Instant): boolean {
  return a.epochNanoseconds < b.epochNanoseconds;
}
