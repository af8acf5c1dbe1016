import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { ask, signedIn, testServer } from '#spec/http/server.ts';
import { buildTown, password } from '#spec/http/town.ts';

test('operators see the charges nobody knows the outcome of, with what the provider says of each (R28)', async (t) => {
  const server = await testServer(t);
  const { alpha } = await buildTown(t, server);
  const as = await signedIn(server, 'support@seller.example', password);
  const insert = (customerId: bigint, state: string) =>
    sql`insert into charges (customer_id, provider, method_id, amount, currency, state, created_at, next_check_at, checks)
        select ${customerId}, 'sandbox', ${alpha.methodId}, 4711, 'EUR', ${state}, '2027-03-01T08:00Z', '2027-03-01T08:05Z', 2`.execute(
      server.database.system,
    );
  await insert(alpha.customerId, 'unknown');
  const listed = await ask(server, 'GET /v1/open-charges?unknown=true', { as });
  assert.equal(listed.body.items.length, 1);
  const [charge] = listed.body.items;
  assert.deepEqual(
    [charge.customer, charge.amount, charge.currency, charge.state, charge.checks, charge.provider_ref, charge.order],
    ['ALPHA', 4711, 'EUR', 'unknown', 2, null, null],
  );
  assert.equal(charge.answer, null);
  const asked = await ask(server, 'GET /v1/open-charges?ask=true', { as });
  const { answer } = asked.body.items[0];
  assert.deepEqual([answer.state, answer.problem], [null, 'The provider knows no such charge.']);
});
