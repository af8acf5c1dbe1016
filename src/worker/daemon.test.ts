import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeSeller } from '#domain/customers/sellers.ts';
import type { Effect } from '#domain/events/effect.ts';
import { setClock } from '#kit/clock.ts';
import { transaction } from '#kit/db.ts';
import { actOn, engineOn, instant, seller } from '#spec/build.ts';
import { freshDatabase } from '#spec/harness.ts';
import { startDaemon } from '#worker/daemon.ts';

test('a seller who moves has the business day of the new time zone at the next look', async (t) => {
  const { system: db } = await freshDatabase(t);
  await transaction(db, (tx) => seller(tx));
  await setClock(db, instant('2027-02-28T23:30:00Z'));
  let looked: (on: string) => void = () => {};
  const look = () => new Promise<string>((resolve) => (looked = resolve));
  const looker: Effect = {
    name: 'looker',
    drive: async (clock) => {
      looked(clock().on.toString());
      return 0;
    },
    outstanding: async () => 0,
  };
  const first = look();
  const daemon = startDaemon(engineOn(db, { effects: [looker] }));
  t.after(() => daemon.stop());
  assert.equal(await first, '2027-03-01');
  const move = { patch: { timeZone: 'America/New_York' }, reason: 'a test' };
  await transaction(db, (tx) => changeSeller(tx, actOn('2027-03-01', 'operator:1'), move));
  // One look may have begun before the change.
  await look();
  assert.equal(await look(), '2027-02-28');
});
