import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeOrder } from '#domain/orders/place.ts';
import { orderFacts } from '#http/api/_document-payments.ts';
import { readDocuments } from '#http/api/_documents.ts';
import { transaction } from '#kit/db.ts';
import { actOn, customer, seller } from '#spec/build.ts';
import { freshDatabase, testSecret } from '#spec/harness.ts';

test('an order bears the VAT number with the prefix of its country, as the invoice will', async (t) => {
  const { system: db } = await freshDatabase(t);
  const bearing = (draft: { country: string; vatNumber: string }) =>
    transaction(db, async (tx) => {
      const customerId = await customer(tx, draft);
      const wish = { kind: 'top_up', customerId, amount: 50_00n, linkSecret: testSecret } as const;
      const { orderId: id } = await placeOrder(tx, actOn('2027-03-01'), wish);
      const [document] = await readDocuments(tx, customerId, [{ key: { customerId, id }, facts: orderFacts }]);
      return document?.data.buyer.vatNumber;
    });
  await transaction(db, (tx) => seller(tx));
  assert.equal(await bearing({ country: 'IT', vatNumber: '01234567890' }), 'IT01234567890');
  assert.equal(await bearing({ country: 'GR', vatNumber: '123456789' }), 'EL123456789');
  assert.equal(await bearing({ country: 'CH', vatNumber: 'CHE-123.456.789' }), 'CHE-123.456.789');
  assert.equal(await bearing({ country: 'IT', vatNumber: '' }), '');
});
