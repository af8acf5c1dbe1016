import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { unzipSync } from 'fflate';
import { sql } from 'kysely';
import { archivesOpen, documentsArchived } from '#http/metrics.ts';
import { ask, type Caller, signedIn, type TestServer, testServer } from '#spec/http/server.ts';
import { buildTown, password, type Town } from '#spec/http/town.ts';

describe('all documents as one ZIP (R36)', () => {
  const done: (() => Promise<void>)[] = [];
  let server: TestServer;
  let town: Town;
  let as: Caller;

  before(async () => {
    const owner = { after: (step: () => Promise<void>) => done.unshift(step) };
    server = await testServer(owner);
    town = await buildTown(owner, server);
    as = await signedIn(server, 'admin@alpha.example', password);
  });
  after(async () => {
    for (const step of done) await step();
  });

  test('it holds every invoice, credit note and receipt of the customer as its PDF, and nobody else’s', async () => {
    const { files, answer } = await archive('');
    const expected = await everyPdf();
    assert.ok(expected.size >= 3, 'one of each kind');
    assert.deepEqual([...files.keys()], [...expected.keys()]);
    for (const [name, pdf] of expected) assert.ok(files.get(name)?.equals(pdf), `${name} is the PDF itself`);
    assert.equal(answer.headers['rinnovo-documents'], String(expected.size));
    assert.equal(answer.headers['content-disposition'], 'attachment; filename="documents.zip"');
    assert.equal(answer.headers['content-type'], 'application/zip');
    const others = await archive('', await signedIn(server, 'admin@beta.example', password));
    const shared = [...files].filter(([, pdf]) => [...others.files.values()].some((other) => other.equals(pdf)));
    assert.deepEqual(shared, []);
  });

  test('it holds what the filter means: a kind, days of issue, and the state of invoices', async () => {
    const all = [...(await everyPdf()).keys()];
    const of = (kind: string) => all.filter((name) => name.startsWith(`${kind}/`));
    for (const kind of ['invoices', 'credit-notes', 'receipts'])
      assert.deepEqual([...(await archive(`?kind=${kind}`)).files.keys()], of(kind));
    const { files, answer } = await archive('?kind=invoices&from=2027-03-01&until=2027-03-01&state=settled');
    assert.deepEqual([...files.keys()], of('invoices'));
    assert.match(String(answer.headers['content-disposition']), /"invoices-settled-2027-03-01-2027-03-01.zip"/);
    for (const nothing of ['?from=2027-03-02', '?until=2027-02-28', '?kind=invoices&state=written_off'])
      assert.deepEqual((await refused(nothing)).code, 'no_documents', nothing);
  });

  test('a filter that makes no sense is told by its field', async () => {
    assert.deepEqual((await refused('?kind=letters')).fields, [
      { name: 'kind', rule: 'is one of invoices, credit-notes, receipts' },
    ]);
    assert.equal((await refused('?from=yesterday')).fields[0].name, 'from');
    for (const wish of ['?state=open', '?kind=receipts&state=open'])
      assert.deepEqual((await refused(wish)).fields, [{ name: 'state', rule: 'is for invoices only' }]);
  });

  test('more than 10,000 documents are refused before the first is drawn', async () => {
    await pay(10_001);
    const problem = await refused('?kind=receipts');
    assert.deepEqual([problem.status, problem.code], [422, 'too_many_documents']);
    assert.equal((await archive('?kind=invoices')).files.size, 1, 'the others are still to be had');
  });

  test('whoever breaks the download off ends the work', async () => {
    const address = await server.app.listen({ host: '127.0.0.1', port: 0 });
    const before = await shown(documentsArchived);
    const leaving = new AbortController();
    const headers = { cookie: as.cookie ?? '' };
    const url = `${address}/v1/document-archives?kind=receipts&from=2027-05-01&until=2027-05-01`;
    await pay(2_000, '2027-05-01');
    const answer = await fetch(url, { headers, signal: leaving.signal });
    assert.equal(answer.headers.get('rinnovo-documents'), '2000');
    await answer.body?.getReader().read();
    assert.equal(await shown(archivesOpen), 1);
    leaving.abort();
    while ((await shown(archivesOpen)) > 0) await turn();
    const drawn = (await shown(documentsArchived)) - before;
    assert.ok(drawn > 0 && drawn < 1_000, `${drawn} of 2,000 documents were drawn for somebody who had gone`);
  });

  async function archive(query: string, caller = as) {
    const headers = { cookie: caller.cookie ?? '' };
    const answer = await server.app.inject({ method: 'GET', url: `/v1/document-archives${query}`, headers });
    assert.equal(answer.statusCode, 200, answer.body.slice(0, 300));
    const files = Object.entries(unzipSync(answer.rawPayload));
    return { answer, files: new Map(files.map(([name, bytes]) => [name, Buffer.from(bytes)])) };
  }

  async function refused(query: string) {
    const { body, status } = await ask(server, `GET /v1/document-archives${query}`, { as });
    assert.ok(status >= 400);
    return body;
  }

  /** Each document as it is downloaded alone, oldest first. */
  async function everyPdf(): Promise<Map<string, Buffer>> {
    const found = new Map<string, Buffer>();
    for (const kind of ['invoices', 'credit-notes', 'receipts']) {
      const { body } = await ask(server, `GET /v1/${kind}?limit=200`, { as });
      for (const one of body.items.reverse()) {
        const id = one.payment_id ?? one.credit_note_id ?? one.invoice_id;
        const headers = { cookie: as.cookie ?? '' };
        const pdf = await server.app.inject({ method: 'GET', url: `/v1/${kind}/${id}/pdf`, headers });
        const number = one.number ?? `R${one.payment_id}`;
        found.set(`${kind}/${one.issued_on ?? one.received_on}-${number}.pdf`, pdf.rawPayload);
      }
    }
    return found;
  }

  async function pay(count: number, on = '2027-04-01'): Promise<void> {
    await sql`
      insert into payments (customer_id, provider, provider_ref, amount, currency, received_at, received_on, recorded_by)
      select ${town.alpha.customerId}, 'bank', ${`${on} `} || n, 100, 'EUR', ${on}::date, ${on}::date, 'operator:1'
        from generate_series(1, ${count}::int) n`.execute(server.database.system);
  }
});

async function shown(metric: typeof archivesOpen | typeof documentsArchived): Promise<number> {
  return (await metric.get()).values[0]?.value ?? 0;
}
