import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { story } from '#spec/story.ts';
import { startWorld, type World } from '#spec/world.ts';

const addresses = ['end@anna.example', 'mid@anna.example', 'year@anna.example', 'gone@anna.example'];

async function annaRenews(world: World) {
  const anna = await world.customer('Anna');
  await anna.platform('hosted-anna', {
    'end@anna.example': ['monthly', '2027-01-31', '2027-02-28'],
    'mid@anna.example': ['monthly', '2027-02-15', '2027-03-15'],
    'year@anna.example': ['yearly', '2026-03-20', '2027-03-20'],
    'gone@anna.example': ['monthly', '2027-02-20', '2027-03-20'],
  });
  await anna.registerMethod('success');
  await anna.changeMode(['gone@anna.example'], 'none');
  await world.work();
  return anna;
}

type Anna = Awaited<ReturnType<typeof annaRenews>>;

const booked = async (anna: Anna) => ({
  terms: await Promise.all(addresses.map(anna.terms)),
  amounts: (await anna.invoices()).map((invoice) => invoice.split(' ')[1]),
  taken: await anna.taken(),
  balance: await anna.balance(),
});

async function withoutOutage(t: TestContext) {
  const world = await startWorld(t, { today: '2027-02-27' });
  const anna = await annaRenews(world);
  for (let on = world.clock().on; on.toString() < '2027-04-08'; on = on.add({ days: 1 })) {
    world.setClock(on.add({ days: 1 }).toString());
    await world.work();
  }
  return booked(anna);
}

story(
  {
    file: import.meta.filename,
    rules: 'R12 R16 P1 P4',
    title: 'Forty days without the machine, across two month ends',
    about: `The machine is off from 27 February to 8 April. Its first run would reach back 39 days: the brake holds it until an
operator has looked. Then every missed day is made up: the same invoices, line by line and cent by cent, as if it had
never been off.`,
    today: '2027-02-27',
  },
  async (world, t) => {
    const anna = await annaRenews(world);
    world.outageUntil('2027-04-08');
    await world.soon([
      'methods.started',
      'methods.registered',
      'mailboxes.modes_changed',
      'mailboxes.renewal_announced',
      'mailboxes.renewal_announced',
    ]);
    assert.deepEqual(await anna.invoices(), []);
    await world.operator.confirmRun('the power was cut');
    await world.soon([
      'invoices.issued',
      'invoices.issued',
      'mailboxes.suspended',
      'invoices.issued',
      'invoices.issued',
      'mailboxes.renewal_announced',
      'charges.submitted',
      'payments.received',
      'invoices.settled',
    ]);
    assert.deepEqual(await booked(anna), await withoutOutage(t));
    assert.equal((await anna.mailbox('gone@anna.example')).deleteOn, '2027-05-08');
  },
);
