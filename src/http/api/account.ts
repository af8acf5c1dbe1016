import Type from 'typebox';
import { changeThreshold } from '#domain/ledger/change-threshold.ts';
import { withdrawCredit } from '#domain/payments/withdraw.ts';
import { actOf, change, customerOf, read } from '#http/act.ts';
import { listBalances, listMovements, listRefunds, readAccount } from '#http/api/_account.ts';
import type { App } from '#http/context.ts';
import { sendList } from '#http/lists.ts';
import {
  Amount,
  Day,
  DryRun,
  Id,
  Instant,
  Maybe,
  Page,
  PageQuery,
  PositiveAmount,
  Strict,
  Text,
  Word,
} from '#http/schemas.ts';

const Account = Type.Object(
  {
    customer: Type.String(),
    currency: Type.String(),
    balance: Amount,
    debt: Type.Integer({ minimum: 0 }),
    deadline_at: Maybe(Instant),
    alert_threshold: Maybe(Amount),
    parked: Type.Boolean(),
    top_up_minimum: PositiveAmount,
    withdrawable: Type.Integer({ minimum: 0 }),
  },
  {
    $id: 'Account',
    description:
      'The prepaid account: `debt` is what open invoices are short of, due by `deadline_at`; `withdrawable` what can go back to the cards and PayPal accounts it came from.',
  },
);
const Movement = Type.Object({
  number: Id,
  at: Instant,
  cause: Type.String(),
  reference: Type.String(),
  amount: Amount,
  balance_before: Amount,
  balance_after: Amount,
});
const Balances = Type.Object({
  from: Day,
  until: Day,
  before: Amount,
  days: Type.Array(Type.Object({ on: Day, balance: Amount })),
});
const Refund = Type.Object({
  refund_id: Id,
  payment_id: Id,
  amount: PositiveAmount,
  currency: Type.String(),
  state: Word('created', 'succeeded', 'failed'),
  reason: Type.String(),
  created_at: Instant,
  finished_at: Maybe(Instant),
});

const seen = { access: { customer: 'money:read' } } as const;
const moved = { access: { customer: 'money:write' } } as const;

/** The prepaid account: balance, movements, alert threshold, and credit taken out (R2–R6). */
export function accountRoutes(app: App): void {
  getAccount(app);
  putAccountThreshold(app);
  getAccountMovements(app);
  getAccountBalances(app);
  getWithdrawals(app);
  postWithdrawals(app);
}

function getAccount(app: App): void {
  app.get(
    '/v1/account',
    { config: seen, schema: { summary: 'The prepaid account', response: { 200: Account } } },
    (request) => read(request, (tx) => readAccount(tx, customerOf(request))),
  );
}

function putAccountThreshold(app: App): void {
  app.put(
    '/v1/account/threshold',
    {
      config: moved,
      schema: {
        summary: 'Change the alert threshold',
        description: 'A letter goes out when the balance falls below it; null for none.',
        body: Strict({ amount: Maybe(Amount) }),
        response: { 200: Account },
      },
    },
    (request, reply) =>
      change(request, reply, async (tx, act) => {
        const customerId = customerOf(request);
        const { amount } = request.body;
        await changeThreshold(tx, act, { customerId, threshold: amount === null ? null : BigInt(amount) });
        return readAccount(tx, customerId);
      }),
  );
}

function getAccountMovements(app: App): void {
  app.get(
    '/v1/account/movements',
    {
      config: seen,
      schema: {
        summary: 'The statement, newest first',
        querystring: Strict({ ...PageQuery, format: Type.Optional(Word('json', 'csv')) }),
        response: { 200: Page(Movement) },
      },
    },
    (request, reply) =>
      request.query.format === 'csv'
        ? sendList(request, reply, 'movements')
        : read(request, (tx) => listMovements(tx, customerOf(request), request.query)),
  );
}

function getAccountBalances(app: App): void {
  app.get(
    '/v1/account/balances',
    {
      config: seen,
      schema: {
        summary: 'The balance day by day',
        description: 'At the end of each day on which it moved; `before` is what it was until the first of them.',
        querystring: Strict({ months: Type.Integer({ minimum: 1, maximum: 120, default: 12 }) }),
        response: { 200: Balances },
      },
    },
    (request) =>
      read(request, async (tx) => {
        const { on: until } = await actOf(request, tx);
        const from = until.subtract({ months: request.query.months });
        return { from, until, ...(await listBalances(tx, customerOf(request), { from })) };
      }),
  );
}

function getWithdrawals(app: App): void {
  app.get(
    '/v1/withdrawals',
    {
      config: seen,
      schema: { summary: 'Credit taken out', response: { 200: Type.Object({ items: Type.Array(Refund) }) } },
    },
    (request) => read(request, async (tx) => ({ items: await listRefunds(tx, customerOf(request)) })),
  );
}

function postWithdrawals(app: App): void {
  app.post(
    '/v1/withdrawals',
    {
      config: { ...moved, fresh: true },
      schema: {
        summary: 'Take free credit out',
        description: 'It goes back to the cards and PayPal accounts it came from, the newest payment first.',
        body: Strict({ amount: PositiveAmount, reason: Type.Optional(Text(500, 0)), dry_run: DryRun }),
        response: { 200: Taken, 201: Taken },
      },
    },
    (request, reply) =>
      change(request, reply, async (tx, act) => {
        const customerId = customerOf(request);
        const { amount, reason = '' } = request.body;
        const { refundIds } = await withdrawCredit(tx, act, { customerId, amount: BigInt(amount), reason });
        return { refund_ids: refundIds, account: await readAccount(tx, customerId) };
      }),
  );
}

const Taken = Type.Object({ refund_ids: Type.Array(Id), account: Account });
