import type { Temporal } from 'temporal-polyfill';
import { counted } from '#cli/_choices.ts';
import { vatOf } from '#domain/catalog/decide-vat.ts';
import { getSeller } from '#domain/customers/sellers.ts';
import { firstDue } from '#domain/platforms/due.ts';
import { decideBrake } from '#domain/renewals/decide-brake.ts';
import { forecast } from '#domain/renewals/forecast.ts';
import { daysBetween } from '#kit/dates.ts';
import type { Db } from '#kit/db.ts';
import { formatDecimal } from '#kit/money.ts';

/** What renewing as of a day would do, by the very code that renews (R18); nothing is changed. */
export async function dryRun(db: Db, on: Temporal.PlainDate, json: boolean): Promise<number> {
  const plan = await planOf(db, on);
  process.stdout.write(
    json ? `${JSON.stringify({ on: on.toString(), dry_run: true, ...plan })}\n` : `${asText(on, plan)}\n`,
  );
  return 0;
}

type Plan = {
  renewed: number;
  invoices: number;
  net: Record<string, number>;
  amounts: Record<string, number>;
  reason: string | null;
};

/** What will be one invoice: one customer's terms of one day. */
type Invoice = { currency: string; vatRateBp: number; net: bigint };

async function planOf(db: Db, on: Temporal.PlainDate): Promise<Plan> {
  const invoices = new Map<bigint, Invoice>();
  let renewed = 0;
  let total = 0n;
  for await (const { customerId, currency, vatRateBp, net } of forecast(db, {
    from: on,
    until: on.add({ days: 1 }),
    today: on,
  })) {
    const invoice = invoices.get(customerId) ?? { currency, vatRateBp, net: 0n };
    invoices.set(customerId, { ...invoice, net: invoice.net + net });
    renewed++;
    total += net;
  }
  const { policy, currency } = await getSeller(db);
  const first = await firstDue(db, on);
  const reachDays = first ? daysBetween(first, on) : 0;
  const reason = decideBrake({ reachDays, amount: total, currency, policy });
  const net = sums([...invoices.values()].map((invoice) => [invoice.currency, invoice.net]));
  return {
    renewed,
    invoices: invoices.size,
    net,
    amounts: sums([...invoices.values()].map((invoice) => [invoice.currency, grossOf(invoice)])),
    reason,
  };
}

function grossOf({ vatRateBp: rateBasisPoints, net }: Invoice): bigint {
  return vatOf([{ rateBasisPoints, net }]).reduce((sum, part) => sum + part.net + part.vat, 0n);
}

function sums(amounts: readonly (readonly [currency: string, amount: bigint])[]): Record<string, number> {
  const byCurrency: Record<string, number> = {};
  for (const [currency, amount] of amounts) byCurrency[currency] = (byCurrency[currency] ?? 0) + Number(amount);
  return byCurrency;
}

function asText(on: Temporal.PlainDate, { renewed, invoices, amounts, reason }: Plan): string {
  const gross = Object.entries(amounts).map(
    ([currency, amount]) => `${formatDecimal(BigInt(amount), currency)} ${currency}`,
  );
  const money = gross.length > 0 ? ` of ${gross.join(' and ')}` : '';
  const documents = `${counted(renewed, 'mailbox', 'mailboxes')} with ${counted(invoices, 'invoice')}${money}`;
  const sentence = `On ${on} it would renew ${documents}; nothing was changed.`;
  return reason ? `${sentence}\n${reason}` : sentence;
}
