import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEngine } from '#cli/_engine.ts';
import { createContext } from '#cli/context.ts';
import { changeSeller } from '#domain/customers/sellers.ts';
import { transaction } from '#kit/db.ts';
import { readSettings } from '#kit/settings.ts';
import { actOn, day } from '#spec/build.ts';
import { freshDatabase, testSecret } from '#spec/harness.ts';
import { placeClock } from '#worker/move-clock.ts';

test('a process that runs while the seller moves stands on the wall clock of the new time zone', async (t) => {
  const { ownerUrl, system: db } = await freshDatabase(t);
  const settings = readSettings({ DATABASE_URL: ownerUrl, RINNOVO_SECRET: testSecret, RINNOVO_LOG_LEVEL: 'silent' });
  const context = createContext(settings, new AbortController().signal);
  t.after(() => context.close());
  const open = await openEngine(context);
  t.after(() => open.close());
  const move = { patch: { timeZone: 'Pacific/Auckland' }, reason: 'a test' };
  await transaction(db, (tx) => changeSeller(tx, actOn('2027-03-01', 'operator:1'), move));
  await placeClock(open, day('2099-03-01'));
  // Nine o'clock there is the evening before at home.
  const { at, on } = open.clock();
  assert.equal(on.toString(), '2099-03-01');
  assert.equal(at.toZonedDateTimeISO('Pacific/Auckland').hour, 9);
});
