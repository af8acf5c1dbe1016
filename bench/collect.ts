/**
 * `bin/rinnovo-node bench/collect.ts [--debts N] [--latency MS] [--providers stripe,paypal] [--slow PROVIDER=MS] [--json]`:
 * collects that many debts through the providers' own libraries from fakes that answer every call so late, and compares
 * with the bound that 50 calls in flight per provider allow.
 */
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import { createPaypalProvider } from '#adapters/payments/paypal.ts';
import { createStripeProvider } from '#adapters/payments/stripe.ts';
import type { Providers } from '#domain/payments/providers.ts';
import { morningOf, standing } from '#kit/clock.ts';
import { columns, type Db, type Tx, transaction } from '#kit/db.ts';
import { crowd, plan, seller } from '#spec/build.ts';
import { freshDatabase, testSecret } from '#spec/harness.ts';
import { assembleEngine } from '#worker/assemble.ts';
import type { Engine } from '#worker/engine.ts';
import { runDay } from '#worker/run.ts';
import { type Fakes, startFakes } from './_fakes.ts';

type Name = 'stripe' | 'paypal';
type Plan = { name: Name; debts: number; latency: number };

/** Calls to a provider until a charge of a registered method is decided: create, confirm; PayPal looks at both before. */
const callsPerCharge: Record<Name, number> = { stripe: 2, paypal: 4 };
const inFlight = 50;
const customersAtOnce = 5_000;
const timeZone = 'Europe/Rome';
const dueOn = Temporal.PlainDate.from('2027-02-01');
const clock = standing(morningOf(dueOn, timeZone));

const { values } = parseArgs({
  options: {
    debts: { type: 'string', default: '5000' },
    latency: { type: 'string', default: '200' },
    providers: { type: 'string', default: 'stripe' },
    slow: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const plans = readPlans();
const leaving: (() => Promise<void>)[] = [];
const owner = { after: (done: () => Promise<void>) => void leaving.push(done) };
const fakes = await startFakes({ stripe: wishFor('stripe'), paypal: wishFor('paypal') });
try {
  const { system } = await freshDatabase(owner);
  const figures = await measure(system);
  process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : figures.map(describe).join(''));
} finally {
  fakes.stop();
  for (const leave of leaving) await leave();
}

function readPlans(): Plan[] {
  const names = values.providers.split(',') as Name[];
  const [slowName, slowLatency] = (values.slow ?? '').split('=');
  return names.map((name) => {
    if (!(name in callsPerCharge)) throw new Error(`--providers knows stripe and paypal, not ${name}`);
    // A slow one gets as many debts as keep it busy for about as long as the others.
    const latency = name === slowName ? Number(slowLatency) : Number(values.latency);
    const share = Math.floor(Number(values.debts) / names.length);
    const debts = name === slowName ? Math.ceil((share * Number(values.latency)) / latency) : share;
    return { name, debts, latency };
  });
}

function wishFor(name: Name) {
  const plan = plans.find((each) => each.name === name);
  return { latencyMilliseconds: plan?.latency ?? 0, methods: plan?.debts ?? 0 };
}

async function measure(db: Db) {
  await openAccounts(db);
  const engine = assembleEngine({
    ...{ db, timeZone, workers: 2, leaseSeconds: 600, secret: testSecret, publicUrl: 'http://localhost' },
    ...{ mailFrom: 'Bench <bench@example.com>', providers: openProviders(fakes), provisioning: null },
    mailer: { send: async () => 'accepted', close: async () => {} },
    tell: (message, details) => {
      throw new Error(message, { cause: details });
    },
  });
  // What is invoiced and written is measured elsewhere: here it has happened, and every charge waits.
  await runDay({ ...engine, effects: [] }, clock);
  await sql`analyze`.execute(db);
  return driveCharges(db, { ...engine, effects: engine.effects.filter(({ name }) => name === 'charges') });
}

/** Customers with a mailbox that expires on the day, each with a working method of the provider. */
async function openAccounts(db: Db): Promise<void> {
  const planId = await transaction(db, async (tx) => {
    await seller(tx, { policy: { brake_amount: null } });
    return plan(tx, 'exchange-2016');
  });
  const mailboxes = [{ plan: planId, anchorOn: dueOn.subtract({ months: 1 }), expiresOn: dueOn }];
  for (const { name, debts } of plans) {
    for (let from = 0; from < debts; from += customersAtOnce) {
      const count = Math.min(customersAtOnce, debts - from);
      const saved = fakes[name].methods.slice(from, from + count);
      await transaction(db, async (tx) => {
        const ids = await crowd(tx, count, { mailboxes });
        await giveMethods(
          tx,
          name,
          saved.map((method, i) => ({ ...method, customerId: ids[i] as bigint })),
        );
      });
    }
  }
}

async function giveMethods(
  tx: Tx,
  name: Name,
  methods: readonly { customerId: bigint; ref: string; token: string }[],
): Promise<void> {
  await sql`
    insert into payment_methods (customer_id, provider, kind, state, provider_ref, token, is_default, registered_at)
    select u.customer_id, ${name}, ${name === 'stripe' ? 'card' : 'paypal'}, 'valid', u.ref, u.token, true, now()
      from ${columns(methods, {
        customer_id: ['bigint', (each) => each.customerId],
        ref: ['text', (each) => each.ref],
        token: ['text', (each) => each.token],
      })}`.execute(tx);
}

function openProviders({ stripe, paypal }: Fakes): Providers {
  const now = () => Temporal.Now.instant();
  const timeoutMilliseconds = 30_000;
  const { clientId, clientSecret, url: baseUrl } = paypal;
  return {
    stripe: createStripeProvider({
      secretKey: stripe.secretKey,
      server: { protocol: 'http', host: '127.0.0.1', port: stripe.port },
      portalUrl: 'https://portal.example/',
      ...{ now, timeoutMilliseconds },
    }),
    paypal: createPaypalProvider({
      ...{ clientId, clientSecret, baseUrl, now, timeoutMilliseconds },
      environment: 'sandbox',
    }),
  };
}

/** Lets the worker collect until nothing is open, and notes when each provider's last charge was decided. */
async function driveCharges(db: Db, engine: Engine) {
  const ended = new Map<Name, number>();
  const from = performance.now();
  const over = new AbortController();
  const watch = async () => {
    while (ended.size < plans.length && !over.signal.aborted) {
      const { rows } = await sql<{ provider: Name }>`
        select distinct provider from charges where state in ('created', 'submitted', 'unknown')`.execute(db);
      for (const { name } of plans) {
        if (!ended.has(name) && !rows.some((row) => row.provider === name)) ended.set(name, performance.now() - from);
      }
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  };
  const watching = watch();
  await runDay(engine, clock);
  await watching.finally(() => over.abort());
  const { rows } = await sql<{ provider: Name; state: string; count: number }>`
    select provider, state, count(*)::int as count from charges group by provider, state`.execute(db);
  return plans.map((plan) => figuresOf(plan, { seconds: (ended.get(plan.name) ?? 0) / 1000, rows }));
}

type Outcome = { seconds: number; rows: readonly { provider: Name; state: string; count: number }[] };

function figuresOf({ name, debts, latency }: Plan, { seconds, rows }: Outcome) {
  const collected = rows.find((row) => row.provider === name && row.state === 'succeeded')?.count ?? 0;
  const bound = inFlight / ((callsPerCharge[name] * latency) / 1000);
  const perSecond = collected / seconds;
  return {
    ...{ provider: name, debts, collected, latency_ms: latency, calls_per_charge: callsPerCharge[name] },
    seconds: round(seconds),
    charges_per_second: round(perSecond),
    bound_per_second: round(bound),
    ratio: round(perSecond / bound),
  };
}

function describe(figures: ReturnType<typeof figuresOf>): string {
  return `${Object.entries(figures)
    .map(([name, value]) => `${name.replaceAll('_', ' ').padEnd(20)} ${value}`)
    .join('\n')}\n\n`;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
