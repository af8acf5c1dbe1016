import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tidy } from './tidy.ts';

const doc = '/** Does. */\n';

// Each rule of the house, broken once: [where, what, the problem that must be named].
const broken: readonly (readonly [path: string, text: string, problem: RegExp])[] = [
  ['src/domain/ledger/post.ts', "import { a } from '#domain/orders/place.ts';", /rung 1, orders on rung 3/],
  ['src/domain/orders/place.ts', "import { a } from '#domain/renewals/renew.ts';", /rung 3, renewals on rung 3/],
  ['src/domain/orders/place.ts', "import {\n  a,\n} from '#domain/dunning/x.ts';", /rung 3, dunning/],
  ['src/domain/orders/place.ts', "const a = await import('#worker/run.ts');", /worker on rung 5/],
  ['src/kit/db.ts', "import type { A } from '#domain/events/record.ts';", /kit stands on rung 0/],
  ['src/domain/orders/place.ts', "import { a } from '#adapters/mail/smtp.ts';", /only worker, http, cli and main/],
  ['src/adapters/mail/smtp.ts', "import { a } from '#domain/letters/write.ts';", /an adapter knows kit and its port/],
  ['src/http/server.ts', "import { a } from '#worker/run.ts';", /http stands on rung 5/],
  ['src/http/api/a.ts', "import { a } from '#domain/orders/_store.ts';", /private to its folder/],
  ['src/http/api/a.ts', "import { a } from '../server.ts';", /use a subpath/],
  ['src/cli/a.ts', "import { build } from 'vite';", /vite, which is not among what the product runs with/],
  ['src/domain/orders/place.ts', "import { a } from '#spec/harness.ts';", /does not know its specs/],
  ['src/domain/carts/place.ts', '', /carts is not a noun/],
  ['src/services/place.ts', '', /not an area/],
  ['src/http/api/v1/orders/place.ts', '', /deeper than three/],
  ['src/domain/orders/PlaceOrder.ts', '', /kebab-case/],
  ['src/domain/orders/index.ts', '', /no index files/],
  ['src/domain/orders/place.ts', "export { a } from '#kit/db.ts';", /no re-exports/],
  ['src/domain/orders/place.ts', 'export function place() {}', /place has no doc sentence/],
  ['src/domain/orders/place.ts', 'a\n'.repeat(301), /301 lines/],
  ['src/domain/orders/README.md', 'a\n'.repeat(41), /at most 40 lines/],
  ['src/domain/orders/_store.ts', 'sql`select 1 from t where customer_id = any($1) for update`', /locks rows/],
  ['src/domain/orders/_store.ts', 'db.selectFrom(t).forUpdate()', /locks rows/],
  ['src/domain/orders/_store.ts', 'sql`select pg_advisory_lock(1)`', /advisory/],
  ['db/migrations/0003_a.sql', 'create trigger t after insert', /create trigger/],
  ['db/migrations/0003_a.sql', 'create or replace function f()', /function/],
  ['docs/a.md', ['see /ro', 'ot/project/x'].join(''), /no paths of a machine/],
  ['docs/a.md', ['from https://regi', 'stry.example.org'].join(''), /no paths of a machine, no registry/],
];

for (const [path, text, problem] of broken) {
  test(`tidy refuses ${problem.source} in ${path}`, () => {
    const problems = tidy([{ path, text }]).filter((line) => !line.includes('has no README'));
    assert.match(problems.join('\n'), problem);
    assert.equal(problems.length, 1);
  });
}

test('tidy wants a README in each module', () => {
  assert.deepEqual(tidy([{ path: 'src/domain/orders/place.ts', text: '' }]), ['src/domain/orders: has no README.md']);
});

test('tidy accepts what the house allows', () => {
  const files = [
    { path: 'src/domain/orders/README.md', text: '# Orders\n' },
    {
      path: 'src/domain/orders/place.ts',
      text: `import { a } from '#domain/invoices/issue.ts';\n${doc}export function place() {}`,
    },
    {
      path: 'src/domain/orders/_store.ts',
      text: ['sql`select 1 from accounts where customer_id = $', '{id} for update`'].join(''),
    },
    { path: 'src/adapters/mail/smtp.ts', text: "import type { Mailer } from '#domain/letters/mailer.ts';" },
    { path: 'src/cli/start.ts', text: "import { startServer } from '#http/server.ts';\n// from '../x'" },
    { path: 'src/main.ts', text: "import { main } from '#cli/_main.ts';" },
    { path: 'db/migrations/0003_a.sql', text: '-- no create trigger here\ncreate table a ();' },
  ];
  assert.deepEqual(tidy(files), []);
});
