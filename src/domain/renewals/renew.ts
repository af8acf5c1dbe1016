import { getCatalog } from '#domain/catalog/list.ts';
import type { Policy } from '#domain/customers/policy.ts';
import { getSeller } from '#domain/customers/sellers.ts';
import type { Process } from '#domain/events/process.ts';
import type { Act } from '#domain/events/record.ts';
import { issueInvoices } from '#domain/invoices/issue.ts';
import { type Account, lockAccounts } from '#domain/ledger/lock.ts';
import { awaitPayment, customersDue, type DueMailbox, listDue } from '#domain/platforms/due.ts';
import { extendMailboxes } from '#domain/platforms/extend.ts';
import { type Parking, parkMailboxes } from '#domain/platforms/park.ts';
import { suspendMailboxes } from '#domain/platforms/suspend.ts';
import { closeFinished } from '#domain/platforms/terminate.ts';
import type { Term } from '#domain/platforms/types.ts';
import { type Decided, netOf, withinCeiling } from '#domain/renewals/_ceiling.ts';
import { type Decision, decideRenewal } from '#domain/renewals/decide.ts';
import { lookAgain } from '#domain/renewals/looks.ts';
import { daysBetween } from '#kit/dates.ts';
import type { Tx } from '#kit/db.ts';
import { nextIds } from '#kit/ids.ts';
import { stage } from '#kit/stages.ts';

/**
 * The renewal (R12–R17): every mailbox whose expiry has come gets its next term, one invoice per customer, or ends as
 * its mode or its platform's termination says. Asked for a past day it does what was due then, so that a run after an
 * outage makes the documents of each missed day; they bear the date on which they are really issued.
 */
export const renewals: Process = {
  name: 'renewals',
  plan: (db, moment) => customersDue(db, moment.on),
  run: (tx, act, customerIds) => renewDue(tx, act, { customerIds, dueBy: act.on }),
};

/** The same for what was due by an earlier day; returns how many mailboxes were renewed, ended or set aside. */
export async function renewDue(
  tx: Tx,
  act: Act,
  due: { customerIds: readonly bigint[]; dueBy: Act['on'] },
): Promise<number> {
  const accounts = await stage('lock', () => lockAccounts(tx, due.customerIds));
  const mailboxes = await stage('read', () => listDue(tx, [...accounts.keys()], due.dueBy));
  if (mailboxes.length === 0) return 0;
  const catalog = await getCatalog(tx);
  const { policy } = await getSeller(tx);
  const decided = mailboxes.map((mailbox) => {
    const currency = accounts.get(mailbox.customerId)?.currency ?? '';
    return { mailbox, decision: decideRenewal(mailbox, { catalog, currency, today: due.dueBy }) };
  });
  await applyDecisions(tx, act, { decided, policy, accounts });
  return decided.length;
}

type Accounts = ReadonlyMap<bigint, Account>;

async function applyDecisions(
  tx: Tx,
  act: Act,
  { decided, policy, accounts }: { decided: readonly Decided[]; policy: Policy; accounts: Accounts },
): Promise<void> {
  const byAct = Map.groupBy(decided, (each) => each.decision.do);
  const mailboxes = (what: Decision['do']) => (byAct.get(what) ?? []).map((each) => each.mailbox);
  await parkMailboxes(tx, act, (byAct.get('park') ?? []).map(parking));
  await awaitPayment(tx, mailboxes('await_payment'));
  await expire(tx, act, { mailboxes: mailboxes('expire'), retentionDays: policy.retention_days });
  await renew(tx, act, { decided: byAct.get('renew') ?? [], policy, accounts });
}

function parking({ mailbox, decision }: Decided): Parking {
  const reason = decision.do === 'park' ? decision.reason : '';
  return { customerId: mailbox.customerId, mailboxId: mailbox.mailboxId, process: 'renewals', reason };
}

async function expire(
  tx: Tx,
  act: Act,
  what: { mailboxes: readonly DueMailbox[]; retentionDays: number },
): Promise<void> {
  if (what.mailboxes.length === 0) return;
  const deleteOn = act.on.add({ days: what.retentionDays });
  const byCustomer = Map.groupBy(what.mailboxes, (mailbox) => mailbox.customerId);
  await suspendMailboxes(
    tx,
    act,
    [...byCustomer].map(([customerId, mailboxes]) => ({
      customerId,
      mailboxIds: mailboxes.map((mailbox) => mailbox.mailboxId),
      reason: 'expiry' as const,
      deleteOn,
    })),
  );
  await closeFinished(tx, act, [...byCustomer.keys()]);
}

type Renewing = { decided: readonly Decided[]; policy: Policy; accounts: Accounts };

async function renew(tx: Tx, act: Act, what: Renewing): Promise<void> {
  const drafts = [...Map.groupBy(what.decided, (each) => each.mailbox.customerId)].map(([customerId, decided]) => ({
    customerId,
    decided,
    net: netOf(decided),
    currency: what.accounts.get(customerId)?.currency ?? '',
  }));
  const within = await withinCeiling(tx, act, { drafts, ceiling: what.policy.customer_ceiling });
  const invoiceIds = await nextIds(tx, within.length);
  const terms = within.flatMap((draft, i) => termsOf(draft.decided, invoiceIds[i] as bigint));
  await stage('extend', () => extendMailboxes(tx, terms));
  const invoices = within.map(({ customerId, net }, i) => {
    return { customerId, invoiceId: invoiceIds[i] as bigint, orderId: null, net, earmarked: 0n };
  });
  await stage('invoice', () => issueInvoices(tx, act, invoices));
  await lookAgain(tx, endingSoon(act, terms, what.policy));
}

// What was made up for, or paid late, may end again before anybody would look at it tomorrow.
function endingSoon({ on }: Act, terms: readonly Term[], policy: Policy): bigint[] {
  const { notice_days, long_notice_days, method_health_days } = policy;
  const until = {
    monthly: Math.max(notice_days, method_health_days),
    yearly: Math.max(long_notice_days, method_health_days),
  };
  return terms.flatMap(({ customerId, mode, endsOn }) => (daysBetween(on, endsOn) <= until[mode] ? [customerId] : []));
}

function termsOf(decided: readonly Decided[], invoiceId: bigint): Term[] {
  return decided.flatMap(({ mailbox, decision }, i) => {
    if (decision.do !== 'renew') return [];
    const { customerId, mailboxId, chain, planId } = mailbox;
    const { startsOn, endsOn, mode, net } = decision;
    return [
      {
        customerId,
        mailboxId,
        chain,
        startsOn,
        endsOn,
        previousEndsOn: startsOn,
        planId,
        mode,
        invoiceId,
        lineNo: i + 1,
        net,
      },
    ];
  });
}
