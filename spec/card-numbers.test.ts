import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sql } from 'kysely';
import { pino } from 'pino';
import { createPaypalProvider } from '#adapters/payments/paypal.ts';
import { createStripeProvider } from '#adapters/payments/stripe.ts';
import { createWebhookReaders } from '#cli/webhook-readers.ts';
import type { Providers } from '#domain/payments/providers.ts';
import type { HttpContext } from '#http/context.ts';
import { buildServer } from '#http/server.ts';
import { morningOf, setClock } from '#kit/clock.ts';
import { type Tx, transaction } from '#kit/db.ts';
import { day } from '#spec/build.ts';
import { startFakePaypal } from '#spec/fakes/paypal/server.ts';
import { startFakeStripe } from '#spec/fakes/stripe/server.ts';
import { type Answer, ask, signedIn, type TestServer, testServer } from '#spec/http/server.ts';
import { buildTown, password } from '#spec/http/town.ts';

// Stripe's public test numbers, as payers type them on its pages.
const typed = {
  pm_card_visa: '4242 4242 4242 4242',
  pm_card_mastercard: '5555555555554444',
  pm_card_amex: '3714 496353 98431',
  pm_card_visa_chargeDeclined: '4000-0000-0000-0002',
  pm_card_chargeCustomerFail: '4000000000000341',
};

/** The numbers in a text that could be a card's: 13 to 19 digits that stand alone, also in groups, with the right check digit. */
function cardNumbers(text: string): string[] {
  const alone = /(?<![\w.-])(?:\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{4,5})(?![\w-]|\.\d)/g;
  return [...text.matchAll(alone)].map(([found]) => found.replaceAll(/\D/g, '')).filter(hasCheckDigit);
}

/** Luhn's: each second digit from the right counts double. */
function hasCheckDigit(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const value = Number(digit) * (1 + (i % 2));
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

/** Every value of every column that can hold a text, as `table.column: value`. */
async function textsIn(tx: Tx): Promise<string[]> {
  const { rows: columns } = await sql<{ schema: string; name: string; column: string }>`
    select table_schema as schema, table_name as name, column_name as column
      from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
     where table_schema in ('public', 'sandbox') and t.table_type = 'BASE TABLE'
       and c.udt_name in ('text', 'varchar', 'bpchar', 'json', 'jsonb', 'bytea', '_text', 'numeric', 'int8', '_int8')`.execute(
    tx,
  );
  assert.ok(columns.length > 150, `only ${columns.length} columns`);
  const texts: string[] = [];
  for (const { schema, name, column } of columns) {
    const value = sql.ref(column);
    // What is stored as bytes may be a text too.
    const { rows } = await sql<{ value: string }>`
      select distinct case pg_typeof(${value})::text when 'bytea' then encode(${value}::text::bytea, 'escape') else ${value}::text end as value
        from ${sql.id(schema, name)} where ${value} is not null`.execute(tx);
    texts.push(...rows.map((row) => `${schema}.${name}.${column}: ${row.value}`));
  }
  return texts;
}

describe('P10: card numbers typed on a provider’s page', () => {
  const done: (() => Promise<unknown>)[] = [];
  const owner = { after: (step: () => Promise<unknown>) => void done.unshift(step) };
  /** Everything that went over a wire to or from us, and every line of the log. */
  const traffic: string[] = [];
  const log: string[] = [];
  let server: TestServer;
  let time = morningOf(day('2027-03-01'), 'Europe/Rome').at;

  const recorded: typeof fetch = async (input, init) => {
    traffic.push(
      `${input instanceof Request ? input.url : input} ${JSON.stringify(init?.headers)} ${String(init?.body)}`,
    );
    const answer = await fetch(input, init);
    traffic.push(await answer.clone().text());
    return answer;
  };

  before(async () => {
    const stripe = await startFakeStripe({ now: () => time });
    const paypal = await startFakePaypal({ now: () => time });
    owner.after(() => Promise.all([stripe.close(), paypal.close()]));
    const { secretKey, server: at, webhookSecret } = stripe;
    const { clientId, clientSecret, url: baseUrl, webhookId } = paypal;
    const now = () => time;
    const providers: Providers = {
      stripe: createStripeProvider({ secretKey, server: at, now, portalUrl: 'http://localhost:8080', fetch: recorded }),
      paypal: createPaypalProvider({ clientId, clientSecret, environment: 'sandbox', baseUrl, now, fetch: recorded }),
    };
    const readers = await createWebhookReaders(
      {
        mode: 'sandbox',
        stripe: { secretKey, webhookSecrets: [webhookSecret] },
        paypal: { clientId, clientSecret, webhookIds: [webhookId] },
      },
      { now, fetch: paypal.fetch, roots: [paypal.signers.root.pem] },
    );
    const plain = await testServer(owner);
    const context: HttpContext = {
      ...plain.context,
      providers,
      webhooks: readers,
      log: pino(
        { level: 'trace', timestamp: pino.stdTimeFunctions.isoTime },
        { write: (line: string) => log.push(line) },
      ),
    };
    const app = await buildServer(context);
    owner.after(() => app.close());
    server = { ...plain, app, context };
    const town = await buildTown(owner, server);

    const asked = async (line: string, options: Parameters<typeof ask>[2]): Promise<Answer> => {
      const answer = await ask(server, line, options);
      traffic.push(
        `${line} ${JSON.stringify(options)} ${JSON.stringify(answer.body)} ${JSON.stringify(answer.headers)}`,
      );
      return answer;
    };
    const typeIn = async (url: string, card: keyof typeof typed): Promise<number> => {
      const body = new URLSearchParams({ act: 'go', card, number: typed[card], expiry: '12/34', cvc: '123' });
      return (await fetch(url, { method: 'POST', body, redirect: 'manual' })).status;
    };
    const tell = async () => {
      for (const [name, mails] of [
        ['stripe', stripe.post.due()],
        ['paypal', paypal.post.due()],
      ] as const) {
        for (const { body, headers } of mails) {
          traffic.push(body);
          const url = `/webhooks/${name}`;
          assert.equal((await app.inject({ method: 'POST', url, headers, payload: body })).statusCode, 200);
        }
      }
    };

    const as = await signedIn(server, 'admin@alpha.example', password);
    const ids: Record<string, number> = {};
    for (const card of ['pm_card_visa_chargeDeclined', 'pm_card_chargeCustomerFail', 'pm_card_amex'] as const) {
      const { body } = await asked('POST /v1/payment-methods', { as, payload: { kind: 'card' } });
      assert.equal(await typeIn(body.url, card), card === 'pm_card_visa_chargeDeclined' ? 402 : 303);
      await asked(`PUT /v1/payment-methods/${body.method_id}/registration`, { as });
      ids[card] = body.method_id;
    }
    const account = await asked('POST /v1/payment-methods', { as, payload: { kind: 'paypal' } });
    await paypal.visit(account.body.url);
    await asked(`PUT /v1/payment-methods/${account.body.method_id}/registration`, { as });
    for (const [i, card] of (['pm_card_visa', 'pm_card_mastercard'] as const).entries()) {
      const order = await asked('POST /v1/orders', { as, payload: { kind: 'top_up', amount: 1_000 + i } });
      const line = `POST /v1/orders/${order.body.order_id}/payment-pages`;
      const page = await asked(line, { as, payload: { kind: 'card' } });
      assert.equal(await typeIn(page.body.url, card), 303);
      await tell();
      await town.work();
    }
    const { pm_card_chargeCustomerFail: refused, pm_card_amex: good } = ids;
    for (const [month, payload] of [
      ['2027-04-01', { default_id: refused, backup_ids: [account.body.method_id] }],
      ['2027-05-01', { default_id: good, backup_ids: [] }],
    ] as const) {
      assert.equal((await asked('PUT /v1/payment-methods/order', { as, payload })).status, 200);
      const morning = morningOf(day(month), 'Europe/Rome');
      time = morning.at;
      await transaction(server.database.system, (tx) => setClock(tx, morning.at));
      await town.work();
      await tell();
      await town.work();
    }
    await asked('GET /v1/payment-methods', { as });
    await asked('GET /v1/letters?limit=200', { as });
  });
  after(async () => {
    for (const step of done) await step();
  });

  test('there were registrations, refusals, payments on pages and charges by token with both providers', async () => {
    const { system } = server.database;
    const methods = await system
      .selectFrom('payment_methods')
      .select(['provider', 'last_four'])
      .where('state', '=', 'valid')
      .execute();
    assert.deepEqual(methods.map((one) => `${one.provider} ${one.last_four}`).sort(), [
      'paypal ',
      'stripe 0341',
      'stripe 8431',
    ]);
    const charges = await system.selectFrom('charges').select(['provider', 'state', 'method_id']).execute();
    const kinds = new Set(charges.map((one) => `${one.provider} ${one.state} ${one.method_id ? 'token' : 'page'}`));
    for (const kind of [
      'stripe succeeded page',
      'stripe declined token',
      'stripe succeeded token',
      'paypal succeeded token',
    ])
      assert.ok(kinds.has(kind), [...kinds].join());
    assert.ok(traffic.length > 100 && log.length > 20, `${traffic.length} messages, ${log.length} lines`);
  });

  test('are nowhere in the database', async () => {
    const texts = await transaction(server.database.system, textsIn);
    assert.ok(texts.length > 500, `only ${texts.length} values`);
    assert.deepEqual(texts.filter(holdsNumber), []);
  });

  test('are nowhere in the log', () => {
    assert.deepEqual(log.filter(holdsNumber), []);
  });

  test('are nowhere in what we send and are sent', () => {
    assert.deepEqual(traffic.filter(holdsNumber), []);
  });

  test('would be found wherever they were: in texts, documents, bytes and between other words', async () => {
    const undone = new Error('undone');
    const found: string[] = [];
    const attempt = transaction(server.database.system, async (tx) => {
      await sql`update customers set name = ${`Rossi ${typed.pm_card_amex}`} where code = 'ALPHA'`.execute(tx);
      await sql`insert into events (customer_id, type, at, actor, data)
                select customer_id, 'orders.placed', now(), 'system', jsonb_build_object('note', ${typed.pm_card_mastercard}::text)
                  from customers where code = 'BETA'`.execute(tx);
      found.push(...(await textsIn(tx)).filter(holdsNumber));
      throw undone;
    });
    await assert.rejects(attempt, undone);
    assert.deepEqual(found.map((text) => text.split(': ')[0] ?? '').sort(), [
      'public.customers.name',
      'public.events.data',
    ]);
    for (const number of Object.values(typed)) {
      for (const text of [number, `{"card":"${number}"}`, `number=${number}&cvc=1`, `Carta: ${number}.`])
        assert.ok(holdsNumber(text), text);
    }
    for (const text of [
      '4242424242424241',
      '2027-03-01T10:00:00.4242424242424242Z',
      'pi_4242424242424242',
      '424242424242',
    ])
      assert.ok(!cardNumbers(text).length, text);
  });
});

const digitsTyped = Object.values(typed).map((number) => number.replaceAll(/\D/g, ''));

/** Any card's number, or one of those that were typed, however it is buried. */
function holdsNumber(text: string): boolean {
  return cardNumbers(text).length > 0 || digitsTyped.some((digits) => text.includes(digits));
}
