import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { lockAccount, lockAccounts } from '#domain/ledger/lock.ts';
import { type Tx, transaction } from '#kit/db.ts';
import { startWorld } from '#spec/world.ts';
import { runDay } from '#worker/run.ts';
import type { Person } from './_person.ts';

test('R3 R4 R14 P3 renewals, payments and withdrawals of the same customers at the same moment', async (t) => {
  const world = await startWorld(t, { today: '2027-02-27' });
  const people = await Promise.all(Array.from({ length: 24 }, (_, i) => furnish(i)));
  await world.work();
  const second = await world.core.secondEngine();
  world.setClock('2027-03-01');
  await Promise.all([
    runDay(world.engine, world.clock),
    runDay(second, world.clock),
    ...people.flatMap((person) => [person.bankTransfer(5_00n), person.withdraw(3_00n).catch(refused)]),
  ]);
  await world.work();
  for (const person of people) {
    assert.deepEqual(await person.terms(`a@${person.name.toLowerCase()}.example`), [
      '2027-03-01 → 2028-03-01 yearly 29.90',
    ]);
    assert.equal((await person.invoices()).length, 1);
  }
  await world.checkBooks();

  // Credit that does not cover the invoice: what comes in and what goes out decides how much is owed.
  async function furnish(i: number): Promise<Person> {
    const person = await world.customer(`P${i}`);
    await person.platform(`hosted-${i}`, { [`a@p${i}.example`]: ['yearly', '2026-03-01', '2027-03-01'] });
    if (i % 2 === 0) await person.registerMethod('success');
    const order = await person.topUp(10_00n);
    await person.payOnPage(order.orderId);
    return person;
  }
});

test('R14 whoever works on customers is alone with them, whether one or many', async (t) => {
  const world = await startWorld(t, { today: '2027-02-27' });
  const { customerId } = await world.customer('Anna');
  const others = await world.customer('Bruno');
  const takes = [
    (tx: Tx) => lockAccounts(tx, [customerId, others.customerId]),
    (tx: Tx) => lockAccount(tx, customerId),
  ];
  for (const first of takes) {
    for (const second of takes) {
      await transaction(world.db, async (holding) => {
        await first(holding);
        const waiting = transaction(world.db, async (tx) => {
          await sql`set local lock_timeout = '100ms'`.execute(tx);
          await second(tx);
        });
        await assert.rejects(waiting, { code: '55P03' });
      });
    }
  }
});

function refused(error: Error): void {
  if (error.name !== 'Refusal') throw error;
}
