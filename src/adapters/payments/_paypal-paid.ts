import { Temporal } from 'temporal-polyfill';
import type { PaypalDesk } from '#adapters/payments/_paypal-desk.ts';
import { type Dated, kindOf, linesWithin, ownReference } from '#adapters/payments/_paypal-movements.ts';

/** What was paid on a day by the invoice numbers, and until when that reading is good enough. */
export type PaidDay = { until: Temporal.Instant; lines: Promise<ReadonlyMap<string, Dated>> };

const minutesOfTrust = 10;

/**
 * The order that was paid with this invoice number since then, as far as the statement tells; null when none was. The
 * statement is read a day at a time and kept for a while, since many are looked for at the same hour: one that is ten
 * minutes old tells no less than PayPal's own, which runs up to three hours late.
 */
export async function findPaid(desk: PaypalDesk, invoiceId: string, since: Temporal.Instant): Promise<string | null> {
  const end = desk.now().add({ seconds: 1 });
  // Our clock and PayPal's, which tells seconds only, may differ.
  let day = since.subtract({ hours: 1 }).round({ smallestUnit: 'hour', roundingIncrement: 24, roundingMode: 'floor' });
  for (; Temporal.Instant.compare(day, end) < 0; day = day.add({ hours: 24 })) {
    const paid = (await paidOn(desk, day, end)).get(invoiceId);
    if (paid) return ownReference(desk, { ...paid, kind: 'charge' });
  }
  return null;
}

function paidOn(desk: PaypalDesk, from: Temporal.Instant, end: Temporal.Instant): PaidDay['lines'] {
  const name = from.toString();
  const kept = desk.paid.get(name);
  if (kept && Temporal.Instant.compare(desk.now(), kept.until) < 0) return kept.lines;
  for (const [each, { until }] of desk.paid)
    if (Temporal.Instant.compare(until, desk.now()) <= 0) desk.paid.delete(each);
  const next = from.add({ hours: 24 });
  const lines = readDay(desk, { from, to: Temporal.Instant.compare(next, end) < 0 ? next : end });
  desk.paid.set(name, { until: desk.now().add({ minutes: minutesOfTrust }), lines });
  // What broke off is read anew by whoever asks next.
  lines.catch(() => desk.paid.delete(name));
  return lines;
}

async function readDay(desk: PaypalDesk, day: { from: Temporal.Instant; to: Temporal.Instant }) {
  const lines = await linesWithin(desk, day);
  const paid = lines.filter(({ line }) => line.invoiceId && kindOf(line) === 'charge');
  return new Map(paid.map((each) => [String(each.line.invoiceId), each]));
}
