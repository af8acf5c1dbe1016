import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { ask, signedIn, type TestServer, testServer } from '#spec/http/server.ts';
import { buildTown, password } from '#spec/http/town.ts';

/** Pays on the provider's page, and no message of that ever comes. */
async function payUnheard(server: TestServer, url: string): Promise<void> {
  const form = new URLSearchParams({ card: 'success' }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  await server.app.inject({ method: 'POST', url: new URL(url).pathname, headers, payload: form });
  await sql`update charges set next_check_at = created_at + interval '1 day' where state = 'offered'`.execute(
    server.database.system,
  );
}

test('P12 a payer who comes back has the provider asked at once, without any message, by portal and by link', async (t) => {
  const server = await testServer(t);
  const town = await buildTown(t, server);
  const as = await signedIn(server, 'billing@alpha.example', password);
  const order = await ask(server, 'POST /v1/orders', { as, payload: { kind: 'top_up', amount: 5500 } });
  const own = `orders/${order.body.order_id}`;
  const linked = `order-links/${town.alpha.link}`;
  for (const [what, person] of [
    [own, { as }],
    [linked, {}],
  ] as const) {
    const page = await ask(server, `POST /v1/${what}/payment-pages`, { ...person, payload: { kind: 'card' } });
    const unpaid = await ask(server, `PUT /v1/${what}/payment-return`, person);
    assert.equal(unpaid.status, 204);
    await town.work();
    assert.equal((await ask(server, `GET /v1/${what}`, person)).body.state, 'open', 'coming back pays nothing');
    await payUnheard(server, page.body.url);
    await town.work();
    assert.equal((await ask(server, `GET /v1/${what}`, person)).body.state, 'open');
    assert.equal((await ask(server, `PUT /v1/${what}/payment-return`, person)).status, 204);
    await town.work();
  }
  assert.equal((await ask(server, `GET /v1/${own}`, { as })).body.state, 'paid');
  assert.equal((await ask(server, `GET /v1/${linked}`)).body.fields[0].rule, 'paid');
});
