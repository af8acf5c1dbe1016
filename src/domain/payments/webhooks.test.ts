import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forgetWebhooks, setBackWebhooks, settleWebhooks, storeWebhook } from '#domain/payments/webhooks.ts';
import { freshDatabase } from '#spec/harness.ts';
import { day } from '#spec/shop.ts';

test('a message that was followed is forgotten after four weeks; one that waits or was set aside never is', async (t) => {
  const { system: db } = await freshDatabase(t);
  const at = day('2027-03-01').toZonedDateTime('UTC').toInstant();
  const stored = async (eventId: string) => {
    const hint = { eventId, type: 'charge', kind: 'charge' as const, ref: eventId };
    await storeWebhook(db, 'stripe', { ...hint, at });
    return [{ ...hint, provider: 'stripe' as const, attempts: 1 }];
  };
  await settleWebhooks(db, await stored('followed'), null);
  await stored('waits');
  const broken = await stored('set aside');
  for (let i = 0; i < 3; i++) await setBackWebhooks(db, broken, { next: at, problem: 'nobody understands it' });
  const left = async () =>
    (await db.selectFrom('webhooks').select('event_id').orderBy('event_id').execute()).map((row) => row.event_id);
  await forgetWebhooks(db, at.add({ hours: 24 * 28 }));
  assert.deepEqual(await left(), ['followed', 'set aside', 'waits']);
  await forgetWebhooks(db, at.add({ hours: 24 * 28 + 1 }));
  assert.deepEqual(await left(), ['set aside', 'waits']);
});
