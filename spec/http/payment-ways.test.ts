import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, signedIn, testServer } from '#spec/http/server.ts';
import { buildTown, password } from '#spec/http/town.ts';

type Way = { by: string; method_id: number | null; kind: string | null; why: string | null };
const named = (ways: Way[]) => Object.fromEntries(ways.map(({ by, kind, why }) => [kind ?? by, why]));

test('before anything is ordered each way to pay is told, with the reason why another is not (R11)', async (t) => {
  const server = await testServer(t);
  const { alpha } = await buildTown(t, server);
  const as = await signedIn(server, 'billing@alpha.example', password);
  const waysTo = async (query: string) => (await ask(server, `GET /v1/payment-ways?${query}`, { as })).body.items;
  const topUp: Way[] = await waysTo('kind=top_up&amount=1000');
  assert.deepEqual(
    topUp.filter(({ by }) => by === 'method').map(({ method_id, why }) => [method_id, why]),
    [[Number(alpha.methodId), 'pending']],
  );
  assert.deepEqual(named(topUp), {
    ...{ account: 'not_for_top_ups', method: 'pending', card: null, paypal: null, transfer: null },
  });
  // 14.62 of credit.
  assert.equal(named(await waysTo('kind=mailboxes&amount=1462'))['account'], null);
  assert.equal(named(await waysTo('kind=mailboxes&amount=1463'))['account'], 'credit_too_low');
  delete (server.context.providers as { sandbox?: unknown }).sandbox;
  assert.equal(named(await waysTo('kind=top_up&amount=1000'))['card'], 'provider_missing');
  const linked = await ask(server, `GET /v1/order-links/${alpha.link}`);
  assert.deepEqual(named(linked.body.ways), { card: 'provider_missing', paypal: 'provider_missing', transfer: null });
});
