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

type Bill = { currency: string; vatRateBp: number; net: bigint };

async function planOf(db: Db, on: Temporal.PlainDate): Promise<Plan> {
  const bills = new Map<bigint, Bill>();
  let renewed = 0;
  let total = 0n;
  for await (const { customerId, currency, vatRateBp, net } of forecast(db, {
    from: on,
    until: on.add({ days: 1 }),
    today: on,
  })) {
    const bill = bills.get(customerId) ?? { currency, vatRateBp, net: 0n };
    bills.set(customerId, { ...bill, net: bill.net + net });
    renewed++;
    total += net;
  }
  const { policy } = await getSeller(db);
  const first = await firstDue(db, on);
  const reason = decideBrake({ reachDays: first ? daysBetween(first, on) : 0, amount: total, policy });
  const net = sums([...bills.values()].map((bill) => [bill.currency, bill.net]));
  return {
    renewed,
    invoices: bills.size,
    net,
    amounts: sums([...bills.values()].map((bill) => [bill.currency, grossOf(bill)])),
    reason,
  };
}

function grossOf({ vatRateBp: rateBasisPoints, net }: Bill): bigint {
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
