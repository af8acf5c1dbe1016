import assert from 'node:assert/strict';
import { story } from '#spec/story.ts';
import { runDay } from '#worker/run.ts';

const names = ['Anna', 'Bruno', 'Carla', 'Dario', 'Elena', 'Fabio'];

story(
  {
    file: import.meta.filename,
    rules: 'R14 P1 P2',
    title: 'Two machines on the same day',
    about: `Two machines run the same day at the same moment for the same customers. Everybody is renewed once, charged once and
written to once.`,
    today: '2027-02-25',
    detail: 'documents',
  },
  async (world) => {
    const people = [];
    for (const name of names) {
      const person = await world.customer(name);
      const own = (box: string) => `${box}@${name.toLowerCase()}.example`;
      await person.platform(`hosted-${name.toLowerCase()}`, {
        [own('a')]: ['monthly', '2027-01-31', '2027-02-28'],
        [own('b')]: ['yearly', '2026-02-28', '2027-02-28'],
      });
      await person.registerMethod('success');
      people.push(person);
    }
    const each = (facts: readonly string[]) => Object.fromEntries(names.map((name) => [name, facts]));
    await world.soon(each(['methods.started', 'methods.registered', 'mailboxes.renewal_announced']) as never);

    const second = await world.core.secondEngine();
    world.setClock('2027-02-28');
    await Promise.all([runDay(world.engine, world.clock), runDay(second, world.clock)]);
    const once = ['invoices.issued', 'charges.submitted', 'payments.received', 'invoices.settled'];
    await world.soon(each(once) as never);
    for (const [i, person] of people.entries()) {
      assert.deepEqual(await person.invoices(), [`F2027-00000${i + 1} 40.13`]);
      assert.deepEqual(await person.charges(), ['succeeded 40.13']);
      assert.equal(await person.taken(), '40.13');
      assert.deepEqual(await person.letters(), ['method_added', 'renewal_notice', 'collected']);
    }
  },
);
