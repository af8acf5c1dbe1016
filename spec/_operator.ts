import assert from 'node:assert/strict';
import { changePlan } from '#domain/catalog/change-plan.ts';
import { changePrices } from '#domain/catalog/change-prices.ts';
import { changePolicy } from '#domain/customers/change-policy.ts';
import type { WrittenPolicy } from '#domain/customers/policy.ts';
import { getSeller } from '#domain/customers/sellers.ts';
import { creditInvoice } from '#domain/invoices/credit.ts';
import { writeOffDebt } from '#domain/invoices/write-off.ts';
import { release } from '#domain/platforms/park.ts';
import { announcePrices } from '#domain/renewals/announce-prices.ts';
import { confirmRun } from '#domain/renewals/confirm.ts';
import { transaction } from '#kit/db.ts';
import { day } from '#spec/build.ts';
import type { Place } from './_person.ts';
import { euro } from './_tell-news.ts';
import type { Core } from './_world-core.ts';

/** What the seller's staff does by hand, always with a reason (R37). */
export function operatorOf({ db, act, moment, notebook }: Core) {
  const say = (line: string) => notebook.write(moment().on, `*An operator ${line}*`);
  const operator = () => act('operator:1');
  return {
    /** A new price of the plan from a day on, told to everybody it concerns (R15). */
    changePrice: async (validFrom: string, { monthly, yearly }: { monthly: bigint; yearly: bigint }): Promise<void> => {
      say(`announces new prices from ${validFrom} on: ${euro(monthly)} a month, ${euro(yearly)} a year.`);
      const plan = { product: 'exchange', plan: 'exchange-2016', currency: 'EUR', validFrom: day(validFrom) };
      await transaction(db, async (tx) => {
        const { policy } = await getSeller(tx);
        const notice = { reason: 'new prices', noticeDays: policy.price_notice_days };
        const rows = [{ ...plan, monthly, yearly }];
        await announcePrices(tx, operator(), await changePrices(tx, operator(), { rows, ...notice }));
      });
    },
    /** The plan's terms end on the 1st from each mailbox's next renewal on (R17). */
    alignPlan: async (): Promise<void> => {
      say('aligns the plan to the 1st of the month.');
      const change = { alignment: 'first_of_month', reason: 'one day for everything' } as const;
      await transaction(db, (tx) => changePlan(tx, operator(), { code: 'exchange-2016', change }));
    },
    changePolicy: async (patch: Partial<WrittenPolicy>): Promise<void> => {
      say(`changes the policy: ${JSON.stringify(patch)}.`);
      await transaction(db, (tx) => changePolicy(tx, operator(), { patch, reason: 'a decision' }));
    },
    /** Lets go what the brake holds today (R16). */
    confirmRun: async (reason: string): Promise<void> => {
      const run = await db
        .selectFrom('runs')
        .select(['run_id as runId', 'reason'])
        .where('business_on', '=', moment().on)
        .executeTakeFirstOrThrow();
      say(`reads “${run.reason}” and lets it go: “${reason}”.`);
      await transaction(db, (tx) => confirmRun(tx, operator(), { runId: run.runId, reason }));
    },
    /** What was set aside, with the reasons. */
    listParked: async (): Promise<string[]> => {
      const rows = await db.selectFrom('parkings').select('reason').where('released_at', 'is', null).execute();
      return rows.map((row) => row.reason);
    },
    /** Releases everything that was set aside of a customer (R16). */
    release: async ({ customerId }: Place, note: string): Promise<void> => {
      say(`releases what was set aside: “${note}”.`);
      const rows = await db
        .selectFrom('parkings')
        .select('parking_id as parkingId')
        .where('customer_id', '=', customerId)
        .where('released_at', 'is', null)
        .execute();
      for (const { parkingId } of rows) {
        await transaction(db, (tx) => release(tx, operator(), { customerId, parkingId, note }));
      }
    },
    /** Gives up the debt of an invoice (R30). */
    writeOff: async ({ customerId }: Place, number: string, reason: string): Promise<void> => {
      say(`writes the debt of ${number} off: “${reason}”.`);
      const invoiceId = await invoiceOf(db, number);
      await transaction(db, (tx) => writeOffDebt(tx, operator(), { customerId, invoiceId, reason }));
    },
    /** Gives part of an invoice back, `net` minor units (R36). */
    credit: async ({ customerId }: Place, number: string, net: bigint): Promise<void> => {
      const reason = 'goodwill';
      say(`issues a credit note of ${euro(net)} net for ${number}: “${reason}”.`);
      const invoiceId = await invoiceOf(db, number);
      await transaction(db, (tx) => creditInvoice(tx, operator(), { customerId, invoiceId, net, reason }));
    },
  };
}

async function invoiceOf(db: Core['db'], number: string): Promise<bigint> {
  const row = await db.selectFrom('invoices').select('invoice_id').where('number', '=', number).executeTakeFirst();
  assert(row, `there is no invoice ${number}`);
  return row.invoice_id;
}
