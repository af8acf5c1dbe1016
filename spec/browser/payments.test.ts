import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { booksOf, placeTopUp } from './_orders.ts';
import { createPerson } from './_people.ts';
import { openPortal } from './_portal.ts';
import { gone, see, signIn, visit } from './_visit.ts';

const portal = await openPortal({ after });

test('an order is paid by its link, without login: a declined card first, then one that works', async (t) => {
  const person = await createPerson(portal, 'Linked', { language: 'en' });
  const { number, path } = await placeTopUp(portal, person);
  const { page } = await visit(t, portal, 'en');
  await page.goto(path);
  await see(page.getByRole('heading', { level: 1, name: `Order ${number}` }));
  await page.getByRole('button', { name: /^Pay €25\.00 by card/ }).click();
  await page.getByRole('radio', { name: 'insufficient funds' }).check();
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  await see(page.getByRole('alert').getByText('Payment declined.'));
  assert.deepEqual((await booksOf(portal, person)).payments, []);
  await page.getByRole('radio', { name: /Visa.*always works/ }).check();
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  await see(page.getByRole('heading', { name: 'Already paid. Thank you!' }));
  assert.deepEqual(await booksOf(portal, person), { balance: 25_00n, payments: [25_00n] });
});

test('the tab is closed on the provider’s page right after paying: the order is paid all the same', async (t) => {
  const person = await createPerson(portal, 'Closer', { language: 'en' });
  const { path } = await placeTopUp(portal, person);
  const { page, context } = await visit(t, portal, 'en');
  await page.goto(path);
  await page.getByRole('button', { name: /by card/ }).click();
  await see(page.getByRole('heading', { name: 'Payment' }));
  // The way back never arrives: the last that was seen of this payer is the button that pays.
  await page.route('**/o/**', (route) => route.abort());
  const paid = page.waitForResponse((answer) => answer.request().method() === 'POST');
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  await paid;
  await page.close();
  const later = await context.newPage();
  await later.goto(path);
  await see(later.getByRole('heading', { name: 'Already paid. Thank you!' }));
  assert.deepEqual((await booksOf(portal, person)).payments, [25_00n]);
});

test('back from the provider’s page and forth again, each button twice in a hurry: it is paid once', async (t) => {
  const person = await createPerson(portal, 'Hurry', { language: 'en' });
  const { path } = await placeTopUp(portal, person);
  const { page } = await visit(t, portal, 'en');
  await page.goto(path);
  await page.getByRole('button', { name: /by card/ }).dblclick();
  await see(page.getByRole('heading', { name: 'Payment' }));
  await page.goBack();
  await see(page.getByText('Waiting for the provider'));
  await page.goForward();
  await see(page.getByRole('heading', { name: 'Payment' }));
  await page.getByRole('radio', { name: /Visa.*always works/ }).check();
  await page.getByRole('button', { name: 'Pay', exact: true }).dblclick();
  await see(page.getByRole('heading', { name: 'Already paid. Thank you!' }));
  assert.deepEqual((await booksOf(portal, person)).payments, [25_00n]);
});

test('a card without funds and one that wants its owner: both are told, and nothing is charged', async (t) => {
  const person = await createPerson(portal, 'Refused', {
    language: 'en',
    cards: ['insufficient_funds', 'authentication_required'],
  });
  const { orderId } = await placeTopUp(portal, person);
  const { page } = await visit(t, portal, 'en');
  await signIn(page, person);
  await page.goto(`/billing/orders/${orderId}`);
  await page.getByRole('button', { name: /^Pay €25\.00 with Visa •••• 9995/ }).click();
  await see(page.getByText('There are not enough funds on the payment method. Nothing was charged.'));
  await page.getByLabel('Payment method').selectOption({ label: 'Visa •••• 3184' });
  await page.getByRole('button', { name: /^Pay €25\.00 with Visa •••• 3184/ }).click();
  await see(page.getByText('The bank wants you to confirm'));
  assert.deepEqual(await booksOf(portal, person), { balance: 0n, payments: [] });
});

test('no connection is said, and what was asked for goes on when it is back', async (t) => {
  const person = await createPerson(portal, 'Offline', { language: 'en', mailboxes: { anna: 'monthly' } });
  const { page, context } = await visit(t, portal, 'en');
  await signIn(page, person);
  await page.goto(`/platforms/${person.platformId}`);
  const row = page.getByRole('row', { name: person.address('anna') });
  await row.getByRole('button', { name: /change the mode/i }).click();
  await page.getByRole('menuitemradio', { name: 'Yearly' }).click();
  const dialog = page.getByRole('dialog');
  await see(dialog.getByText('29.90').first());
  await context.setOffline(true);
  const notice = page.getByRole('status').filter({ hasText: 'No connection' });
  await see(notice);
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await see(dialog.getByRole('alert').getByText('No connection'));
  await context.setOffline(false);
  await gone(notice);
  await dialog.getByRole('button', { name: 'Try again' }).click();
  await see(row.getByText('for 1 year'));
});
