import assert from 'node:assert/strict';
import type { Mode } from '#domain/platforms/types.ts';
import { story } from '#spec/story.ts';

const [fickle, steady] = ['fickle@anna.example', 'steady@anna.example'];
// After five days the mode is monthly again, as it was.
const wishes: readonly (Mode | 'previous')[] = ['yearly', 'none', 'previous', 'none', 'monthly'];

story(
  {
    file: import.meta.filename,
    rules: 'R19 R20 R21',
    title: 'Another mode every day for a month, and all of it undone',
    about: `Until the expiry a mode can be changed any number of times: no order, no invoice. What was said last counts. “None” taken
back gives the mode before it, whatever came before that.`,
    today: '2027-03-01',
    detail: 'documents',
  },
  async (world) => {
    const anna = await world.customer('Anna');
    await anna.platform('hosted-anna', {
      [fickle]: ['monthly', '2027-03-05', '2027-04-05'],
      [steady]: ['yearly', '2026-04-05', '2027-04-05'],
    });
    await anna.registerMethod('success');
    await world.soon(['methods.started', 'methods.registered', 'mailboxes.renewal_announced']);
    const modes = [];
    for (let day = 0; day < 30; day++) {
      await anna.changeMode([fickle], wishes[day % wishes.length] as Mode);
      modes.push((await anna.mailbox(fickle)).mode);
      await world.leapTo(world.clock().on.add({ days: 1 }).toString());
    }
    assert.deepEqual(modes.slice(0, 5), ['yearly', 'none', 'yearly', 'none', 'monthly']);
    assert.deepEqual(modes.slice(25), modes.slice(0, 5));
    await anna.changeMode([fickle, steady], 'none');
    await anna.changeMode([fickle, steady], 'previous');
    assert.equal((await anna.mailbox(fickle)).mode, 'monthly');
    assert.equal((await anna.mailbox(steady)).mode, 'yearly');
    await world.soon(['mailboxes.modes_changed', 'mailboxes.modes_changed']);
    assert.deepEqual(await anna.invoices(), []);

    await world.day('2027-04-05', ['invoices.issued', 'charges.submitted', 'payments.received', 'invoices.settled']);
    assert.deepEqual(await anna.terms(fickle), ['2027-04-05 → 2027-05-05 monthly 2.99']);
    assert.deepEqual(await anna.terms(steady), ['2027-04-05 → 2028-04-05 yearly 29.90']);
  },
);
