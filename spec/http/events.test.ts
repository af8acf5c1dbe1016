import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ask, type Caller, signedIn, type TestServer, testServer } from '#spec/http/server.ts';
import { buildTown, password } from '#spec/http/town.ts';

describe('what happened, as the activity tells it', () => {
  const done: (() => Promise<void>)[] = [];
  let server: TestServer;
  let as: Caller;

  before(async () => {
    const owner = { after: (step: () => Promise<void>) => done.unshift(step) };
    server = await testServer(owner);
    await buildTown(owner, server);
    as = await signedIn(server, 'admin@alpha.example', password);
  });
  after(async () => {
    for (const step of done) await step();
  });

  test('a change of mode is told with the address of its mailbox and the name of who did it', async () => {
    const { body: mailboxes } = await ask(server, 'GET /v1/mailboxes?state=active&limit=1', { as });
    const [{ mailbox_id, address, mode }] = mailboxes.items;
    const payload = { mailbox_ids: [mailbox_id], mode: mode === 'yearly' ? 'monthly' : 'yearly' };
    await ask(server, 'POST /v1/mode-changes', { as, payload });
    const { body } = await ask(server, 'GET /v1/events?type=mailboxes&limit=1', { as });
    const [{ type, names, actor_name }] = body.items;
    assert.deepEqual([type, names.mailboxes], ['mailboxes.modes_changed', [address]]);
    const me = await ask(server, 'GET /v1/me', { as });
    assert.equal(actor_name, me.body.name);
  });

  test('an invoice is told by its number, a person by the name', async () => {
    const { body } = await ask(server, 'GET /v1/events?type=invoices', { as });
    const [{ data, names }] = body.items;
    assert.ok(body.items.every((one: { type: string }) => one.type.startsWith('invoices.')));
    const [id = data.invoice_id] = data.invoice_ids ?? [];
    const invoice = await ask(server, `GET /v1/invoices/${id}`, { as });
    assert.equal(names.invoices[0], invoice.body.number);
    const person = { email: 'nuova@alpha.example', name: 'Nuova Persona', language: 'it', role: 'technical' };
    await ask(server, 'POST /v1/people', { as, payload: person });
    const people = await ask(server, 'GET /v1/events?type=people.changed', { as });
    assert.equal(people.body.items[0].names.person, 'Nuova Persona');
  });
});
