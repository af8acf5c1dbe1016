import { sql } from 'kysely';
import type { Plan, Price, VatRate } from '#domain/catalog/types.ts';
import type { Act } from '#domain/events/record.ts';
import { columns, type Db, type Tx } from '#kit/db.ts';

export async function selectPlans(tx: Db | Tx): Promise<Plan[]> {
  const { rows } = await sql<Plan>`
    select p.plan_id as "planId", p.code, p.name, p.alignment,
           r.product_id as "productId", r.code as product, r.name as "productName"
      from plans p join products r using (product_id)
     order by r.code, p.code`.execute(tx);
  return rows;
}

export async function selectPrices(tx: Db | Tx): Promise<Price[]> {
  const { rows } = await sql<Price>`
    select plan_id as "planId", currency, valid_from as "validFrom", monthly, yearly
      from prices order by plan_id, currency, valid_from`.execute(tx);
  return rows;
}

export async function selectVatRates(tx: Db | Tx): Promise<VatRate[]> {
  const { rows } = await sql<VatRate>`
    select country, valid_from as "validFrom", rate_bp as "rateBasisPoints"
      from vat_rates order by country, valid_from`.execute(tx);
  return rows;
}

/**
 * Which of these plans a mailbox has, or had. The catalogue stands below the platforms and cannot ask them; it reads
 * this one column, seldom, and only to protect prices that have been counted on.
 */
export async function selectSoldPlans(tx: Tx, planIds: readonly bigint[]): Promise<Set<bigint>> {
  const { rows } = await sql<{ planId: bigint }>`
    select distinct plan_id as "planId" from mailboxes where plan_id = any(${planIds}::bigint[])`.execute(tx);
  return new Set(rows.map((row) => row.planId));
}

export async function insertProducts(tx: Tx, products: readonly { code: string; name: string }[]): Promise<void> {
  await sql`
    insert into products (code, name)
    select u.code, u.name from ${columns(products, { code: ['text', (p) => p.code], name: ['text', (p) => p.name] })}
    on conflict (code) do nothing`.execute(tx);
}

export type PlanDraft = { product: string; code: string; name: string; alignment: Plan['alignment'] };

export async function insertPlans(tx: Tx, plans: readonly PlanDraft[]): Promise<void> {
  await sql`
    insert into plans (product_id, code, name, alignment)
    select r.product_id, u.code, u.name, u.alignment
      from ${columns(plans, {
        product: ['text', (p) => p.product],
        code: ['text', (p) => p.code],
        name: ['text', (p) => p.name],
        alignment: ['text', (p) => p.alignment],
      })}
      join products r on r.code = u.product`.execute(tx);
}

/** Takes a plan's row for this transaction, so that of two changes at once the second sees the first. */
export async function lockPlan(tx: Tx, code: string): Promise<void> {
  await sql`update plans set name = name where code = ${code}`.execute(tx);
}

export async function updatePlan(tx: Tx, { planId, name, alignment }: Plan): Promise<void> {
  await sql`update plans set name = ${name}, alignment = ${alignment} where plan_id = ${planId}`.execute(tx);
}

export async function upsertPrices(tx: Tx, act: Act, prices: readonly Price[]): Promise<void> {
  await sql`
    insert into prices (plan_id, currency, valid_from, monthly, yearly, announced_at)
    select u.plan_id, u.currency, u.valid_from, u.monthly, u.yearly, ${act.at}::timestamptz
      from ${columns(prices, {
        plan_id: ['bigint', (p) => p.planId],
        currency: ['text', (p) => p.currency],
        valid_from: ['date', (p) => p.validFrom],
        monthly: ['bigint', (p) => p.monthly],
        yearly: ['bigint', (p) => p.yearly],
      })}
    on conflict (plan_id, currency, valid_from)
    do update set monthly = excluded.monthly, yearly = excluded.yearly, announced_at = excluded.announced_at`.execute(
    tx,
  );
}

export async function insertVatRates(tx: Tx, rates: readonly VatRate[]): Promise<void> {
  await sql`
    insert into vat_rates (country, valid_from, rate_bp)
    select u.country, u.valid_from, u.rate_bp
      from ${columns(rates, {
        country: ['text', (r) => r.country],
        valid_from: ['date', (r) => r.validFrom],
        rate_bp: ['int', (r) => r.rateBasisPoints],
      })}`.execute(tx);
}
