import assert from 'node:assert/strict';
import { test } from 'node:test';
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
      '2027-03-01 → 2027-04-01 monthly 2.99',
    ]);
    assert.equal((await person.invoices()).length, 1);
  }
  await world.checkBooks();

  // Credit that does not cover the invoice: what comes in and what goes out decides how much is owed.
  async function furnish(i: number): Promise<Person> {
    const person = await world.customer(`P${i}`);
    await person.platform(`hosted-${i}`, { [`a@p${i}.example`]: ['monthly', '2027-02-01', '2027-03-01'] });
    if (i % 2 === 0) await person.registerMethod('success');
    const order = await person.topUp(10_00n);
    await person.payOnPage(order.orderId);
    return person;
  }
});

function refused(error: Error): void {
  if (error.name !== 'Refusal') throw error;
}
