import { Temporal } from 'temporal-polyfill';
import Type from 'typebox';
import { changePlan } from '#domain/catalog/change-plan.ts';
import { changePrices } from '#domain/catalog/change-prices.ts';
import { getCatalog, listPlans, listPrices } from '#domain/catalog/list.ts';
import { priceOn } from '#domain/catalog/price-on.ts';
import { registerPlans } from '#domain/catalog/register-plans.ts';
import type { Plan } from '#domain/catalog/types.ts';
import { getCustomer } from '#domain/customers/get.ts';
import { getSeller } from '#domain/customers/sellers.ts';
import { announcePrices } from '#domain/renewals/announce-prices.ts';
import { actOf, change, customerOf, read } from '#http/act.ts';
import type { App } from '#http/context.ts';
import { Amount, Day, DryRun, Maybe, Reason, Strict, Text, Word } from '#http/schemas.ts';
import type { Tx } from '#kit/db.ts';

const Alignment = Word('none', 'first_of_month');
const PlanView = Type.Object({
  code: Type.String(),
  name: Type.String(),
  product: Type.String(),
  product_name: Type.String(),
  alignment: Alignment,
});
const NetPrice = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const PriceView = Type.Object({
  plan: Type.String(),
  currency: Type.String(),
  valid_from: Day,
  monthly: Amount,
  yearly: Amount,
});
const Offered = Type.Object({
  ...PlanView.properties,
  currency: Type.String(),
  price: Maybe(Type.Object({ monthly: Amount, yearly: Amount, valid_from: Day })),
});

const written = { access: { operator: 'catalog:write' } } as const;
const Catalog = Type.Object({ plans: Type.Array(PlanView), prices: Type.Array(PriceView) });
const Row = Strict({
  product: Text(64),
  plan: Text(64),
  currency: Text(3),
  monthly: NetPrice,
  yearly: NetPrice,
  valid_from: Day,
});
const Was = Maybe(Type.Object({ monthly: Amount, yearly: Amount }));
const Changes = Type.Object({ changes: Type.Array(Type.Object({ ...PriceView.properties, before: Was })) });

/** What is sold and for how much (R15). */
export function catalogRoutes(app: App): void {
  getPlans(app);
  getCatalogRoute(app);
  postPlans(app);
  patchPlansCode(app);
  postPriceChanges(app);
}

function getPlans(app: App): void {
  app.get(
    '/v1/plans',
    {
      config: { access: { customer: 'mailboxes:read' } },
      schema: {
        summary: 'Plans with their price of today in the customer’s currency, without VAT',
        response: { 200: Type.Object({ items: Type.Array(Offered) }) },
      },
    },
    (request) =>
      read(request, async (tx) => {
        const { on } = await actOf(request, tx);
        const { currency } = await getCustomer(tx, customerOf(request));
        const { plans, prices } = await getCatalog(tx);
        const items = [...plans.values()].map((plan) => {
          const price = priceOn(prices, { planId: plan.planId, currency }, on);
          const { monthly, yearly, validFrom: valid_from } = price ?? {};
          return { ...planView(plan), currency, price: price ? { monthly, yearly, valid_from } : null };
        });
        return { items: items as never[] };
      }),
  );
}

function getCatalogRoute(app: App): void {
  app.get(
    '/v1/catalog',
    {
      config: { access: { operator: 'customers:read' } },
      schema: { summary: 'All plans and all prices: past, present and announced', response: { 200: Catalog } },
    },
    (request) => read(request, readCatalog),
  );
}

function postPlans(app: App): void {
  app.post(
    '/v1/plans',
    {
      config: written,
      schema: {
        summary: 'Put a plan into the catalogue',
        body: Strict({
          product: Text(64),
          product_name: Type.Optional(Text(200)),
          code: Text(64),
          name: Type.Optional(Text(200)),
          alignment: Type.Optional(Alignment),
          dry_run: DryRun,
        }),
        response: { 200: PlanView, 201: PlanView },
      },
    },
    (request, reply) =>
      change(request, reply, async (tx, act) => {
        const { code, product_name, dry_run: _, ...rest } = request.body;
        const draft = { ...rest, plan: code, ...(product_name !== undefined && { productName: product_name }) };
        const plan = (await registerPlans(tx, act, [draft])).get(code);
        if (!plan) throw new Error(`the plan ${code} was not registered`);
        return planView(plan);
      }),
  );
}

function patchPlansCode(app: App): void {
  app.patch(
    '/v1/plans/:code',
    {
      config: written,
      schema: {
        summary: 'Rename or align a plan',
        params: Strict({ code: Text(64) }),
        body: Strict({
          name: Type.Optional(Text(200)),
          alignment: Type.Optional(Alignment),
          reason: Reason,
          dry_run: DryRun,
        }),
        response: { 200: PlanView },
      },
    },
    (request, reply) =>
      change(request, reply, async (tx, act) => {
        const { dry_run: _, ...patch } = request.body;
        return planView(await changePlan(tx, act, { code: request.params.code, change: patch }));
      }),
  );
}

function postPriceChanges(app: App): void {
  app.post(
    '/v1/price-changes',
    {
      config: written,
      schema: {
        summary: 'Announce prices',
        description: 'All rows or none. They count for terms that start on `valid_from` or later.',
        body: Strict({ rows: Type.Array(Row, { minItems: 1, maxItems: 1000 }), reason: Reason, dry_run: DryRun }),
        response: { 200: Changes, 201: Changes },
      },
    },
    (request, reply) =>
      change(request, reply, async (tx, act) => {
        const { policy } = await getSeller(tx);
        const rows = request.body.rows.map(({ valid_from, monthly, yearly, ...row }) => ({
          ...row,
          validFrom: Temporal.PlainDate.from(valid_from),
          monthly: BigInt(monthly),
          yearly: BigInt(yearly),
        }));
        const { reason } = request.body;
        const changes = await changePrices(tx, act, { rows, reason, noticeDays: policy.price_notice_days });
        await announcePrices(tx, act, changes);
        return {
          changes: changes.map(({ plan, before, after: { currency, validFrom: valid_from, monthly, yearly } }) => {
            const was = before && { monthly: before.monthly, yearly: before.yearly };
            return { plan: plan.code, currency, valid_from, monthly, yearly, before: was };
          }),
        };
      }),
  );
}

async function readCatalog(tx: Tx) {
  const plans = await listPlans(tx);
  const codes = new Map(plans.map((plan) => [plan.planId, plan.code]));
  const prices = (await listPrices(tx)).map(({ planId, currency, validFrom, monthly, yearly }) => {
    return { plan: codes.get(planId) ?? '', currency, valid_from: validFrom, monthly, yearly };
  });
  return { plans: plans.map(planView), prices };
}

function planView({ code, name, product, productName, alignment }: Plan) {
  return { code, name, product, product_name: productName, alignment };
}
