import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { everybody, type Group, isLetIn, matrix } from '#spec/http/matrix.ts';
import { addressOf, bodyOf } from '#spec/http/requests.ts';
import { ask, type Caller, signedIn, type TestServer, testServer } from '#spec/http/server.ts';
import { buildTown, password, type Town } from '#spec/http/town.ts';

/** As the description of the API tells it, which is made of the schemas that check what comes in. */
type Schema = {
  type?: string;
  format?: string;
  enum?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
};
type Operation = {
  parameters?: { name: string; in: 'query' | 'path' | 'header'; schema: Schema }[];
  requestBody?: { content: { 'application/json': { schema: Schema } } };
};
type Path = readonly (string | number)[];

const nul = 'a\u0000b';
const noDays = ['0000-01-01', '9999-12-31', '2027-02-30'];
const farDays = ['1900-01-01', '2999-12-31'];
const noInstants = ['0000-01-01T00:00:00Z', '9999-12-31T23:59:59Z'];

describe('what no database could read is answered by field and rule, never as a mistake of ours (R38)', () => {
  const done: (() => Promise<void>)[] = [];
  let server: TestServer;
  let town: Town;
  let callers: Record<'nobody' | 'admin' | 'staffAdmin', Caller>;
  let described: Record<string, Record<string, Operation>>;

  before(async () => {
    const owner = { after: (step: () => Promise<void>) => done.unshift(step) };
    server = await testServer(owner);
    town = await buildTown(owner, server);
    const staff = await signedIn(server, 'admin@seller.example', password);
    const admin = await signedIn(server, 'admin@alpha.example', password);
    callers = { nobody: {}, admin, staffAdmin: { ...staff, customer: 'ALPHA' } };
    described = (await ask(server, 'GET /docs/openapi.json')).body.paths;
  });
  after(async () => {
    for (const step of done) await step();
  });

  for (const line of Object.keys(matrix).filter((each) => each.includes(' /v1/'))) {
    test(line, async () => {
      const { parameters = [], requestBody } = operationOf(line);
      for (const { name, schema } of parameters.filter((each) => each.in === 'query')) {
        for (const value of wrongFor(schema)) await isRefused(line, { query: { [name]: value } });
        for (const value of schema.format === 'date' ? farDays : [])
          await isRefused(line, { query: { [name]: value } });
      }
      if (parameters.some(({ name }) => name === 'cursor')) await triesCursors(line, parameters);
      if (/:(code|link|token)/.test(line)) await isRefused(line, { path: true });
      const body = requestBody?.content['application/json'].schema;
      for (const [path, schema] of body ? leavesOf(body) : []) {
        for (const value of wrongFor(schema)) await isRefused(line, { body: [path, value] });
      }
    });
  }

  test('nor do the pages trip over it', async () => {
    for (const page of [
      '/password/a%00b',
      '/o/a%00b',
      '/assets/a%00b',
      '/platforms/a%00b',
      '/sandbox/provider/a%00b',
    ]) {
      assert.ok((await ask(server, `GET ${page}`)).status < 500, page);
    }
    for (const query of ['to=a%00b', 'before=9999999999999999', 'before=-1']) {
      assert.equal((await ask(server, `GET /sandbox/letters?${query}`)).status, 422, query);
    }
  });

  test('a customer is named by no such code either', async () => {
    const answer = await ask(server, 'GET /v1/account', { as: { ...callers.staffAdmin, customer: 'a%00b' } });
    assert.equal(answer.body.code, 'customer_unknown');
  });

  test('the cursor of a list in one order is none in another', async () => {
    const first = await ask(server, 'GET /v1/mailboxes?limit=1', { as: callers.admin });
    const other = `GET /v1/mailboxes?limit=1&sort=expires_on&cursor=${first.body.next}`;
    const answer = await ask(server, other, { as: callers.admin });
    assert.deepEqual([answer.status, answer.body.code], [400, 'bad_cursor']);
  });

  async function triesCursors(line: string, parameters: Operation['parameters'] = []): Promise<void> {
    const sorts = parameters.find(({ name }) => name === 'sort')?.schema.enum ?? [undefined];
    for (const key of [[nul], [nul, 1], ...noDays.flatMap((day) => [[day], [day, 1]]), ['anna', 1], [1]]) {
      const cursor = Buffer.from(JSON.stringify(key)).toString('base64url');
      for (const sort of sorts) await isRefused(line, { query: { cursor, ...(sort && { sort }) } });
    }
  }

  /** Asks with one thing wrong: whatever the answer says, it is none of ours, nor one of the database's. */
  async function isRefused(
    line: string,
    wrong: { query?: Record<string, string>; body?: readonly [Path, unknown]; path?: boolean },
  ): Promise<void> {
    const [method = ''] = line.split(' ');
    const example = bodyOf(line, town.alpha);
    const payload = wrong.body ? withValue(structuredClone(example ?? {}), ...wrong.body) : example;
    const [path = '', query = ''] = addressOf(line, town.alpha, town).split('?');
    const asked = new URLSearchParams([...new URLSearchParams(query), ...Object.entries(wrong.query ?? {})]);
    const address = `${wrong.path ? spoiled(line) : path}?${asked}`;
    const sent = payload ? { payload: payload as object } : {};
    const answer = await ask(server, `${method} ${address}`, { as: callers[whoFor(line)], ...sent });
    const why = `${address} ${JSON.stringify(payload ?? '')}: ${answer.status} ${JSON.stringify(answer.body)}`;
    assert.ok(answer.status < 500, why);
    assert.notEqual(answer.body?.code, 'bad_request', why);
  }

  function operationOf(line: string): Operation {
    const [method = '', path = ''] = line.split(' ');
    return described[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()] ?? {};
  }
});

function whoFor(line: string): 'nobody' | 'admin' | 'staffAdmin' {
  const [group] = (matrix[line] ?? 'public').split(' ') as [Group];
  if (everybody.every((who) => isLetIn(who, group))) return 'nobody';
  return isLetIn('admin', group) ? 'admin' : 'staffAdmin';
}

function spoiled(line: string): string {
  return (line.split(' ')[1] ?? '').replace(/:\w+/, 'a%00b'.padEnd(46, 'x'));
}

function wrongFor({ type, format, enum: words, anyOf = [] }: Schema): string[] {
  if (anyOf.length > 0) return anyOf.flatMap(wrongFor);
  if (type !== 'string' || words) return [];
  if (format === 'date') return [nul, ...noDays];
  return format === 'date-time' ? [nul, ...noInstants] : [nul];
}

/** Every place in a body where a single value stands, in all the forms it may have. */
function leavesOf(schema: Schema, path: Path = []): (readonly [Path, Schema])[] {
  const forms = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (forms.length > 0) return forms.flatMap((form) => leavesOf(form, path));
  if (schema.items) return leavesOf(schema.items, [...path, 0]);
  if (!schema.properties) return [[path, schema]];
  return Object.entries(schema.properties).flatMap(([name, each]) => leavesOf(each, [...path, name]));
}

function withValue(whole: unknown, path: Path, value: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  const base = whole ?? (typeof first === 'number' ? [] : {});
  (base as Record<string | number, unknown>)[first] = withValue((base as Record<string, unknown>)[first], rest, value);
  return base;
}
