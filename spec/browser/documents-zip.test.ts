import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { unzipSync } from 'fflate';
import { recordTransfer } from '#domain/orders/record-transfer.ts';
import { readMoment } from '#kit/clock.ts';
import { transaction } from '#kit/db.ts';
import { zone } from '#spec/build.ts';
import { createPerson, type Person } from './_people.ts';
import { openPortal } from './_portal.ts';
import { enter, gone, see, signIn, visit } from './_visit.ts';

const portal = await openPortal({ after });

test('Ricevute: all that the list shows as one ZIP, after a fresh proof of who is there', async (t) => {
  const person = await createPerson(portal, 'Archivio');
  await receive(person, 3);
  const { page } = await visit(t, portal, 'it');
  await signIn(page, person);
  await forgetProof(person);
  await page.goto('/billing/documents');
  await see(page.getByText('Ancora nessuna fattura'));
  await page.getByRole('tab', { name: 'Ricevute' }).click();
  await page.getByRole('button', { name: 'Tutti i PDF (ZIP)' }).click();
  const download = page.waitForEvent('download');
  const proof = page.getByRole('dialog', { name: 'Conferma che sei tu' });
  await proof.getByLabel('Password', { exact: true }).fill(person.password);
  await proof.getByRole('button', { name: 'Conferma' }).click();
  const file = await download;
  assert.equal(file.suggestedFilename(), 'receipts.zip');
  const pieces: Buffer[] = [];
  for await (const piece of await file.createReadStream()) pieces.push(piece as Buffer);
  const names = Object.keys(unzipSync(Buffer.concat(pieces)));
  assert.equal(names.length, 3);
  for (const name of names) assert.match(name, /^receipts\/2027-03-10-R\d+\.pdf$/);
  await see(page.getByText('Archivio con 3 documenti salvato.'));
});

test('an archive that is on its way tells so, and can be stopped', async (t) => {
  const person = await createPerson(portal, 'Stopper', { language: 'en' });
  await receive(person, 2);
  const { page } = await visit(t, portal, 'en');
  await signIn(page, person);
  await page.goto('/billing/documents');
  await page.getByRole('tab', { name: 'Receipts' }).click();
  // A server that takes its time.
  const asked = Promise.withResolvers<void>();
  await page.route('**/v1/document-archives*', () => asked.resolve());
  await page.getByRole('button', { name: 'All as PDF (ZIP)' }).click();
  await asked.promise;
  await see(page.getByRole('progressbar', { name: 'Preparing the archive' }));
  await page.getByRole('button', { name: 'Cancel' }).click();
  await gone(page.getByRole('progressbar'));
  await see(page.getByRole('button', { name: 'All as PDF (ZIP)' }));
  assert.equal(await page.getByRole('alert').count(), 0, 'what was stopped is no fault');
});

test('an archive that is stopped gives the focus back to the button that began it', async (t) => {
  const person = await createPerson(portal, 'Halter', { language: 'en' });
  await receive(person, 1);
  const { page } = await enter(t, portal, person, '/billing/documents');
  await page.getByRole('tab', { name: 'Receipts' }).click();
  await page.route('**/v1/document-archives*', () => {});
  const begin = page.getByRole('button', { name: 'All as PDF (ZIP)' });
  await begin.press('Enter');
  await page.getByRole('button', { name: 'Cancel' }).press('Enter');
  await see(begin.and(page.locator(':focus')));
});

async function receive({ customerId }: Person, count: number): Promise<void> {
  const { system } = portal.database;
  const act = { actor: 'operator:1', ...(await readMoment(system, zone)) };
  await transaction(system, async (tx) => {
    for (let i = 0; i < count; i++) {
      const transfer = { customerId, orderId: null, amount: 10_00n, reference: `zip ${i}`, reason: 'by bank' };
      await recordTransfer(tx, act, transfer);
    }
  });
}

/** Twenty minutes pass for the sessions of somebody. */
async function forgetProof({ email }: Person): Promise<void> {
  const { system } = portal.database;
  const { user_id } = await system
    .selectFrom('users')
    .select('user_id')
    .where('email', '=', email)
    .executeTakeFirstOrThrow();
  const session = await system
    .selectFrom('sessions')
    .select('fresh_at')
    .where('user_id', '=', user_id)
    .executeTakeFirstOrThrow();
  await system
    .updateTable('sessions')
    .set({ fresh_at: session.fresh_at.subtract({ minutes: 20 }) })
    .where('user_id', '=', user_id)
    .execute();
}
