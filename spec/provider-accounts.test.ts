import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { createPaypalProvider } from '#adapters/payments/paypal.ts';
import { createStripeProvider } from '#adapters/payments/stripe.ts';
import { bindAccounts, checkAccount, ForeignAccount, moveToAccount } from '#domain/payments/bind-accounts.ts';
import type { PaymentProvider } from '#domain/payments/provider.ts';
import { commandLine } from '#spec/_cli.ts';
import { startFakePaypal } from '#spec/fakes/paypal/server.ts';
import { startFakeStripe } from '#spec/fakes/stripe/server.ts';
import { freshDatabase } from '#spec/harness.ts';
import { addCustomer, addMailbox, balanceOf, chargesOf, hintAll, openShop, type Shop, verifyShop } from '#spec/shop.ts';

type Owner = { after(done: () => Promise<void>): void };

/** One seller's account at a provider: keys for it, and what it was asked. */
type Account = {
  /** The provider by new keys of this account. */
  keys(): PaymentProvider;
  /** A method of a payer, saved there. */
  save(customerId: bigint): { ref: string; token: string };
  /** The next charge moves its money, and nobody hears of it. */
  loseAnswer(): void;
  /** How many charges it was asked to make. */
  made(): number;
};

async function stripeAccount(owner: Owner, shop: Shop): Promise<Account> {
  const now = () => shop.moment().at;
  const fake = await startFakeStripe({ now, webhooks: false });
  owner.after(() => fake.close());
  const { secretKey, server } = fake;
  const settings = { secretKey, server, now, portalUrl: 'https://portal.example/' };
  return {
    keys: () => createStripeProvider(settings),
    save: (customerId) => fake.save(customerId),
    loseAnswer: () => fake.faults.once('payment_intents.confirm', 'error_after'),
    made: () => fake.requests().get('payment_intents.create') ?? 0,
  };
}

async function paypalAccount(owner: Owner, shop: Shop): Promise<Account> {
  const now = () => shop.moment().at;
  const fake = await startFakePaypal({ now });
  owner.after(() => fake.close());
  const { clientId, clientSecret, url: baseUrl } = fake;
  const seller = `SELLER${++sellers}`;
  const settings = { clientId, clientSecret, environment: 'sandbox' as const, baseUrl, now };
  return {
    keys: () => createPaypalProvider({ ...settings, fetch: asSeller(seller) }),
    save: () => ({ ref: 'saved', token: fake.save('pays') }),
    loseAnswer: () => fake.faults.once('captureOrder', 'reset_after'),
    made: () =>
      fake.state.orders
        .values()
        .filter((order) => order.invoiceId !== '')
        .toArray().length,
  };
}

let sellers = 0;

/** Every fake is called SELLER: here each is an account of its own. */
function asSeller(name: string): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const text = await response.text();
    const { status, headers } = response;
    return new Response(text === '' ? null : text.replaceAll('"SELLER"', `"${name}"`), { status, headers });
  };
}

for (const [name, open] of [
  ['stripe', stripeAccount],
  ['paypal', paypalAccount],
] as const) {
  test(`P2: with the keys of another account at ${name} an open charge waits for its own`, async (t) => {
    const shop = await openShop(t);
    const [ours, another] = [await open(t, shop), await open(t, shop)];
    const said: string[] = [];
    const use = (account: Account) => {
      const bound = bindAccounts({ [name]: account.keys() }, { db: shop.db, say: (sentence) => said.push(sentence) });
      Object.assign(shop.providers, bound);
    };
    const customer = await addCustomer(shop);
    const { customerId } = customer;
    const { ref, token } = ours.save(customerId);
    await sql`
      insert into payment_methods (customer_id, provider, kind, state, provider_ref, token, is_default, registered_at)
      values (${customerId}, ${name}, ${name === 'paypal' ? 'paypal' : 'card'}, 'valid', ${ref}, ${token}, true, ${shop.act().at})`.execute(
      shop.db,
    );
    await addMailbox(shop, customer, '2027-03-01');
    use(ours);
    ours.loseAnswer();
    await shop.work();
    assert.deepEqual(await chargesOf(shop, customerId), ['unknown']);

    use(another);
    for (let days = 0; days < 3; days++) {
      await hintAll(shop);
      await shop.work();
      shop.setTime(shop.moment().at.add({ hours: 24 }));
    }
    assert.deepEqual(await chargesOf(shop, customerId), ['unknown']);
    assert.equal(another.made(), 0);
    assert.deepEqual(new Set(said).size, 1);
    assert.match(said[0] ?? '', new RegExp(`^The keys of ${name} belong to another account`));
    await assert.rejects(shop.providers[name as 'stripe']?.getCharge('x') ?? Promise.resolve(), /another account/);

    use(ours);
    await hintAll(shop);
    await shop.work();
    assert.deepEqual(await chargesOf(shop, customerId), ['succeeded']);
    assert.equal(ours.made(), 1);
    assert.equal(await balanceOf(shop, customerId), 0n);
    await verifyShop(shop);
  });
}

test('P2: an operator moves to another account once nothing is open at the one before', async (t) => {
  const shop = await openShop(t);
  const [ours, another] = [await stripeAccount(t, shop), await stripeAccount(t, shop)];
  await checkAccount(shop.db, ours.keys());
  await assert.rejects(checkAccount(shop.db, another.keys()), ForeignAccount);
  const { customerId } = await addCustomer(shop);
  await sql`
    insert into charges (customer_id, provider, amount, currency, state, created_at, next_check_at)
    values (${customerId}, 'stripe', 100, 'EUR', 'unknown', ${shop.act().at}, ${shop.act().at})`.execute(shop.db);
  const move = () => moveToAccount(shop.db, shop.act(), { provider: another.keys(), reason: 'the firm was sold' });
  await assert.rejects(move(), { code: 'charge_under_way' });
  await assert.rejects(checkAccount(shop.db, another.keys()), ForeignAccount);
  await sql`
    update charges set state = 'withdrawn', next_check_at = null, finished_at = ${shop.act().at}`.execute(shop.db);
  await move();
  await checkAccount(shop.db, another.keys());
  await assert.rejects(checkAccount(shop.db, ours.keys()), ForeignAccount);
});

test('P2: a process that still runs with the keys of the account before asks nobody once another is charged with', async (t) => {
  const shop = await openShop(t);
  const [ours, another] = [await stripeAccount(t, shop), await stripeAccount(t, shop)];
  const said: string[] = [];
  const desk = { db: shop.db, say: (sentence: string) => said.push(sentence), trustMilliseconds: 0 };
  const { stripe } = bindAccounts({ stripe: ours.keys() }, desk);
  const find = () => stripe?.findCharge('charge-1', ours.save(1n).token);
  assert.equal(await find(), null);
  await moveToAccount(shop.db, shop.act(), { provider: another.keys(), reason: 'the firm was sold' });
  await assert.rejects(async () => find(), ForeignAccount);
  await assert.rejects(async () => find(), ForeignAccount);
  await moveToAccount(shop.db, shop.act(), { provider: ours.keys(), reason: 'it was not' });
  assert.equal(await find(), null);
  assert.equal(said.length, 1);
});

test('P2: with keys of another account nothing starts, and no command speaks with the provider', async (t) => {
  const database = await freshDatabase(t);
  const { rinnovo } = commandLine(database, t);
  const words = ['reconcile', '--from', '2027-03-01', '--to', '2027-03-02'];
  assert.equal((await rinnovo(...words)).code, 0);
  await sql`update provider_accounts set mark = 'another' where provider = 'sandbox'`.execute(database.system);
  for (const command of [words, ['start']]) {
    const { code, err } = await rinnovo(...command);
    assert.equal(code, 1);
    assert.match(err, /The keys of sandbox belong to another account than the one charged with so far/);
  }
});
