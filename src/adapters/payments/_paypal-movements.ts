import { PaypalReferenceIdType, type TransactionInformation } from '@paypal/paypal-server-sdk';
import { Temporal } from 'temporal-polyfill';
import { PaypalNo } from '#adapters/payments/_paypal-client.ts';
import type { PaypalDesk } from '#adapters/payments/_paypal-desk.ts';
import { disputeOfCapture } from '#adapters/payments/_paypal-disputes.ts';
import { fromPaypal } from '#adapters/payments/_paypal-money.ts';
import { orderOfCapture } from '#adapters/payments/_paypal-settle.ts';
import { type ProviderMovement, ProviderRefused } from '#domain/payments/provider.ts';

type Window = { from: Temporal.Instant; to: Temporal.Instant };

/**
 * PayPal's statement from its transaction search, which runs up to three hours late. Asked a week at a time, PayPal
 * allowing 31 days and 10,000 lines; a week with more is halved until it fits. Each line's fee is a line of its own.
 */
export async function* listMovements(desk: PaypalDesk, { from, to }: Window): AsyncGenerator<ProviderMovement> {
  for (const window of weeksOf(desk, { from, to })) yield* readWindow(desk, window);
}

function* weeksOf(desk: PaypalDesk, { from, to }: Window): Generator<Window> {
  const end = earlier(to, desk.now().add({ seconds: 1 }));
  for (let start = from; Temporal.Instant.compare(start, end) < 0; ) {
    const next = earlier(start.add({ hours: 7 * 24 }), end);
    yield { from: start, to: next };
    start = next;
  }
}

async function* readWindow(desk: PaypalDesk, window: Window): AsyncGenerator<ProviderMovement> {
  const lines = await linesWithin(desk, window);
  lines.sort((a, b) => Temporal.Instant.compare(a.at, b.at));
  for (const { line, at } of withoutPassingOn(lines)) yield* movementsOf(desk, line, at);
}

/** What the search tells of a window, in pieces that fit. It counts in seconds and has its last one; a window does not. */
export async function linesWithin(desk: PaypalDesk, { from, to }: Window): Promise<Dated[]> {
  const lines = await readLines(desk, { from, to });
  if (lines === 'too many') {
    const half = middle({ from, to });
    return [...(await linesWithin(desk, { from, to: half })), ...(await linesWithin(desk, { from: half, to }))];
  }
  return lines
    .map((line) => ({ line, at: instantOf(line) }))
    .filter(({ at }) => Temporal.Instant.compare(at, from) >= 0 && Temporal.Instant.compare(at, to) < 0);
}

/** A line with its moment. */
export type Dated = { line: TransactionInformation; at: Temporal.Instant };

/**
 * A dispute that is lost frees the money held for it and gives it away in the same moment: two lines under which nothing
 * moves for us, since it was gone already.
 */
function withoutPassingOn(lines: Dated[]): Dated[] {
  const dropped = new Set<Dated>();
  for (const freed of lines.filter(({ line }) => line.transactionEventCode === 'T1111')) {
    const given = lines.find(
      (each) =>
        !dropped.has(each) &&
        ['T1106', 'T1201'].includes(each.line.transactionEventCode ?? '') &&
        each.line.paypalReferenceId === freed.line.paypalReferenceId &&
        each.line.transactionAmount?.value === `-${freed.line.transactionAmount?.value}` &&
        Math.abs(each.at.since(freed.at).total('seconds')) <= 3600,
    );
    if (given) dropped.add(freed).add(given);
  }
  return lines.filter((each) => !dropped.has(each));
}

const linesAtOnce = 500;

async function readLines(desk: PaypalDesk, { from, to }: Window): Promise<TransactionInformation[] | 'too many'> {
  const lines: TransactionInformation[] = [];
  for (let page = 1; ; page++) {
    const answer = await searchPage(desk, { from, to }, page);
    if (answer === 'too many') return answer;
    lines.push(...(answer.transactionDetails ?? []).flatMap((each) => each.transactionInfo ?? []));
    if (page >= (answer.totalPages ?? 1)) return lines;
  }
}

async function searchPage({ call }: PaypalDesk, { from, to }: Window, page: number) {
  try {
    return await call(({ search }) =>
      search.searchTransactions({
        startDate: secondsOf(from),
        endDate: secondsOf(to),
        fields: 'transaction_info',
        pageSize: linesAtOnce,
        page,
      }),
    );
  } catch (error) {
    if (!(error instanceof PaypalNo)) throw error;
    if (error.issue === 'RESULTSET_TOO_LARGE' && to.since(from).total('seconds') >= 2) return 'too many' as const;
    throw new ProviderRefused('bad_request', error.message);
  }
}

async function* movementsOf(
  desk: PaypalDesk,
  line: TransactionInformation,
  at: Temporal.Instant,
): AsyncGenerator<ProviderMovement> {
  // Denied, and pending: no money moved, or not yet.
  if (line.transactionStatus === 'D' || line.transactionStatus === 'P') return;
  const id = String(line.transactionId);
  const { amount, currency } = fromPaypal(line.transactionAmount);
  const kind = kindOf(line);
  const ref = (await ownReference(desk, { line, kind, at })) ?? id;
  if (amount !== 0n) yield { ref, kind, amount, currency, at };
  const fee = line.feeAmount ? fromPaypal(line.feeAmount) : undefined;
  if (fee && fee.amount !== 0n) yield { ref: id, kind: 'fee', ...fee, at };
}

/**
 * What a line is, by PayPal's event codes (developer.paypal.com/reports/reference/t-codes): T01 fees on their own, T03
 * from and T04 to the bank, T1107 our refunds, the rest of T11 and T12 disputes, holds, chargebacks and their ends.
 * All else counts as a charge: what we have no payment for is then seen as a difference, never left out.
 */
export function kindOf({ transactionEventCode: code = '' }: TransactionInformation): ProviderMovement['kind'] {
  const group = code.slice(0, 3);
  if (group === 'T01') return 'fee';
  if (group === 'T03') return 'deposit';
  if (group === 'T04') return 'payout';
  if (code === 'T1107') return 'refund';
  if (group === 'T12' || group === 'T11') return code === 'T1108' || code === 'T1109' ? 'fee' : 'dispute';
  return 'charge';
}

type Told = Dated & { kind: ProviderMovement['kind'] };

/** Our payments are known by their order and disputes by their own number; some lines name it, for others it is asked. */
export async function ownReference(desk: PaypalDesk, { line, kind, at }: Told): Promise<string | null> {
  const { paypalReferenceId, paypalReferenceIdType, transactionId } = line;
  if (kind === 'dispute') return paypalReferenceId ? disputeOfCapture(desk, paypalReferenceId, at) : null;
  if (kind !== 'charge') return null;
  if (paypalReferenceIdType === PaypalReferenceIdType.Odr && paypalReferenceId) return paypalReferenceId;
  return transactionId ? orderOfCapture(desk, transactionId) : null;
}

function instantOf({ transactionInitiationDate = '' }: TransactionInformation): Temporal.Instant {
  return Temporal.Instant.from(transactionInitiationDate.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
}

function secondsOf(at: Temporal.Instant): string {
  return at.round({ smallestUnit: 'second', roundingMode: 'floor' }).toString();
}

function earlier(a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(a, b) < 0 ? a : b;
}

function middle({ from, to }: Window): Temporal.Instant {
  return from.add({ seconds: Math.floor(to.since(from).total('seconds') / 2) });
}
