import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { morningOf, readClock } from '#kit/clock.ts';
import type { Db } from '#kit/db.ts';
import { day, zone } from '#spec/build.ts';
import { seededRandom } from '#spec/fakes/random.ts';
import { runDay } from '#worker/run.ts';
import { verifyAll } from '#worker/verify.ts';
import { engineOf } from './_engine.ts';
import { beginLives, type Life, type Living, stepsOf } from './_lives.ts';
import { ownerOfPaypal, ownerOfStripe } from './_owners.ts';
import { openPaymentsWorld, type PaymentsWorld } from './_world.ts';

// All of them: PERMUTATIONS=5000 npm test -- spec/payments/permutations.test.ts
const permutations = Number(process.env['PERMUTATIONS'] ?? 120);
const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

const firstDay = day('2027-03-01');
// In between lie the last delayed message, the deadline, and the next renewal.
const later = ['2027-03-08', '2027-03-20', '2027-04-01', '2027-04-02', '2027-04-03'].map(day);

test(`P12 ${permutations} random sequences of messages at each provider lead to one end`, async (t) => {
  t.diagnostic(`seed ${seed}: run again with SEED=${seed}`);
  const random = seededRandom(seed);
  const world = await openPaymentsWorld(t, { firstDay, random, timeoutMilliseconds: 30_000 });
  const people = await beginLives(world, { count: 2 * permutations, firstDay });
  // What the post does to each message makes the order; to one customer in eight it brings none at all.
  const rates = { lost: 0.2, doubled: 0.4, delayed: 0.8, forged: 0.1, maxDelayHours: 72 };
  const deaf = new Set(people.filter(() => random() < 1 / 8).map(({ customerId }) => String(customerId)));
  const post = openPost(world, { deaf, people });
  for (const { post: bag } of [world.stripe, world.paypal]) bag.set(rates);
  const engine = engineOf(world, (message, details) => {
    const { error } = details as { error?: unknown };
    if (message !== 'provider and ledger differ') throw new Error(`${message}: ${error}`);
  });
  const work = async (at: Temporal.Instant) => {
    await world.setNow(at);
    await post.deliver();
    const clock = await readClock(world.db, zone);
    await runDay(engine, clock);
  };
  const morning = morningOf(firstDay, zone).at;
  await work(morning);
  for (const [i, step] of stepsOf(world, people).entries()) {
    await step();
    await work(morning.add({ hours: 12 * i + 1 }));
  }
  for (const on of later) await work(morningOf(on, zone).at);
  t.diagnostic(
    `${post.sequences()} different sequences, ${post.counts.taken} messages, ${post.counts.refused} refused`,
  );
  t.diagnostic(`${deaf.size} customers of whom nothing was told`);
  await assertOneEnd(world.db, people, post.heard);
  const moment = morningOf(later.at(-1) as Temporal.PlainDate, zone);
  const findings = await verifyAll(world.db, moment);
  assert.deepEqual(
    findings.filter((finding) => finding.violations > 0n),
    [],
  );
});

/** The post, with who is deaf to it, and a note of what each customer's messages were in their order. */
function openPost(world: PaymentsWorld, { deaf, people }: { deaf: ReadonlySet<string>; people: readonly Living[] }) {
  const { stripe, paypal } = world;
  const owners = new Map(
    people.flatMap(({ customerId, saved }) => (saved ? [[saved.token, String(customerId)] as const] : [])),
  );
  const heard = new Map<string, string[]>();
  const counts = { taken: 0, refused: 0 };
  return {
    ...{ counts, heard },
    sequences: () => new Set([...heard.values()].map((types) => types.join(' '))).size,
    deliver: async () => {
      const ownerOf = (provider: 'stripe' | 'paypal', body: string) =>
        provider === 'stripe' ? ownerOfStripe(stripe.state, body) : ownerOfPaypal(paypal.state, body, owners);
      const { taken, refused } = await world.deliver(
        (provider, { body }) => !deaf.has(ownerOf(provider, body)),
        (provider, { body }) => {
          const owner = ownerOf(provider, body);
          const type = /"(?:event_)?type":"([\w.-]+)"\}?$|"event_type":"([\w.-]+)"/.exec(body)?.slice(1).join('') ?? '';
          heard.set(owner, [...(heard.get(owner) ?? []), `${world.now().round('hour')} ${type}`]);
        },
      );
      counts.taken += taken;
      counts.refused += refused;
    },
  };
}

/** What must have been told for it to be known here. */
const onlyTold: { [life in Life]?: RegExp } = {
  leaves: /checkout\.session\.completed/,
  renewed: /payment_method\.automatically_updated/,
};

/** Customers who lived through the same stand alike: their account, debts, money received, methods and mailboxes. */
async function assertOneEnd(
  db: Db,
  people: readonly Living[],
  heard: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  const { rows } = await sql<{ customerId: bigint; line: string }>`
    select a.customer_id as "customerId", concat_ws(' · ', 'balance ' || a.balance,
             (select string_agg(concat_ws(' ', d.state, d.due), ', ' order by i.issued_on) from debts d
                join invoices i using (customer_id, invoice_id) where d.customer_id = a.customer_id),
             'received ' || (select coalesce(sum(p.amount), 0) from payments p where p.customer_id = a.customer_id)
                         - (select coalesce(sum(r.amount), 0) from refunds r where r.customer_id = a.customer_id and r.state <> 'failed'),
             (select string_agg(concat_ws(' ', m.provider, m.state, m.last_four, m.expires_on, m.is_default), ', ')
                from payment_methods m where m.customer_id = a.customer_id),
             (select string_agg(b.state, ', ') from mailboxes b where b.customer_id = a.customer_id)) as line
      from accounts a`.execute(db);
  const lines = new Map(rows.map(({ customerId, line }) => [customerId, line]));
  const ends = Map.groupBy(people, ({ customerId, life, provider }) => {
    // Nobody asks about a registration whose payer did not come back, nor at once about a card that was renewed.
    const types = heard.get(String(customerId)) ?? [];
    const wanted = onlyTold[life];
    const isTold = wanted === undefined || types.some((type) => wanted.test(type));
    return `${life} at ${provider}${isTold ? '' : ', untold'}`;
  });
  for (const [life, fellows] of ends) {
    const found = Map.groupBy(fellows, ({ customerId }) => lines.get(customerId));
    const told = [...found].map(([line, those]) => `${those.length} × ${line} (${those[0]?.customerId})`);
    assert.equal(found.size, 1, `${life}: ${told.join('\n')}`);
  }
}
