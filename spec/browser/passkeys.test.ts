import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { plugDevice } from './_device.ts';
import { createPerson, type Person } from './_people.ts';
import { openPortal } from './_portal.ts';
import { gone, see, signIn, visit } from './_visit.ts';

const it = { menu: 'Il tuo profilo', out: 'Esci' };
const en = { menu: 'You', out: 'Sign out' };
const portal = await openPortal({ after });

test('una passkey: aggiunta nelle impostazioni, apre lo Spazio Cliente senza password, poi viene rimossa', async (t) => {
  const person = await createPerson(portal, 'Impronta');
  const { context, page } = await visit(t, portal, 'it');
  await plugDevice(context, page);
  await signIn(page, person);
  await page.goto('/settings#security');
  await page.getByLabel('Nome della passkey').fill('Portatile');
  await page.getByRole('button', { name: 'Aggiungi una passkey' }).click();
  await see(page.getByText('La passkey Portatile è stata aggiunta.'));
  const codes = page.getByRole('list', { name: 'I tuoi codici di recupero' }).getByRole('listitem');
  await see(codes.nth(9));
  await page.getByRole('button', { name: 'Li ho messi da parte' }).click();
  const mine = page.getByRole('list', { name: 'Passkey' }).getByRole('listitem');
  await see(mine.filter({ hasText: 'Portatile' }).getByText('Mai usata'));

  await signOut(page, it);
  await page.getByRole('button', { name: 'Usa una passkey' }).click();
  await see(page.getByRole('heading', { level: 1, name: /^Ciao/ }));
  await page.goto('/settings#security');
  await see(mine.getByText('Ultimo uso'));

  await page.getByRole('button', { name: 'Rinomina la passkey Portatile' }).click();
  await page.getByLabel('Nuovo nome di Portatile').fill('Chiavetta');
  await page.keyboard.press('Enter');
  await see(page.getByText('La passkey ora si chiama Chiavetta.'));
  await see(page.getByRole('button', { name: 'Rinomina la passkey Chiavetta' }).and(page.locator(':focus')));
  await page.getByRole('button', { name: 'Rimuovi la passkey Chiavetta' }).click();
  const dialog = page.getByRole('dialog');
  await see(dialog.getByText('per accedere basterà la password'));
  await dialog.getByRole('button', { name: 'Rimuovi' }).click();
  await see(page.getByText('La passkey Chiavetta è stata rimossa.'));
  await gone(mine.first());
  await see(page.locator('#passkeys:focus'));

  await signOut(page, it);
  await page.getByRole('button', { name: 'Usa una passkey' }).click();
  await see(page.getByRole('alert').getByText('Questa passkey qui non apre nulla.'));
  await signIn(page, person);
});

test('a passkey after the password, and to confirm a sensitive act', async (t) => {
  const person = await createPerson(portal, 'Ring', { language: 'en' });
  const { context, page } = await visit(t, portal, 'en');
  const device = await plugDevice(context, page);
  await signIn(page, person);
  await page.goto('/settings#security');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('button', { name: 'I have put them aside' }).click();

  await signOut(page, en);
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await see(page.getByRole('heading', { level: 1, name: 'Second step' }));
  await see(page.getByLabel('Recovery code'));
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await see(page.getByRole('heading', { level: 1, name: /^Hello/ }));

  await growOld(person);
  await page.goto('/settings#security');
  await page.getByRole('button', { name: 'Add an authenticator app' }).click();
  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
  await device.knowsOwner(false);
  await dialog.getByRole('button', { name: 'Use a passkey' }).click();
  await see(dialog.getByText('No passkey was used.'));
  await device.knowsOwner(true);
  await dialog.getByRole('button', { name: 'Use a passkey' }).click();
  await gone(dialog);
  await see(page.getByText('Scan this code with your authenticator app.'));
});

test('the app goes and the passkey stays: nothing says that the second factor is gone', async (t) => {
  const person = await createPerson(portal, 'Kept', { language: 'en' });
  const { context, page } = await visit(t, portal, 'en');
  await plugDevice(context, page);
  await signIn(page, person);
  await page.goto('/settings#security');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('button', { name: 'I have put them aside' }).click();
  await page.getByRole('button', { name: 'Add an authenticator app' }).click();
  const secret = (await page.locator('form code').textContent()) ?? '';
  const authenticator = new TOTP({ secret: secret.replaceAll(' ', '') });
  await page.getByLabel('Code the app shows').fill(authenticator.generate());
  await page.getByRole('button', { name: 'Confirm and put into force' }).click();
  await page.getByRole('button', { name: 'Remove the authenticator app' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove the app' }).click();
  await see(page.getByText('The authenticator app was removed. Your passkeys still secure the sign-in.'));
});

test('where the browser can, it offers the passkey in the address field; one that was removed is told once', async (t) => {
  const person = await createPerson(portal, 'Field', { language: 'en' });
  const { context, page } = await visit(t, portal, 'en');
  await plugDevice(context, page, { fills: true });
  await signIn(page, person);
  await page.goto('/settings#security');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('button', { name: 'I have put them aside' }).click();
  await signOut(page, en);
  await see(page.getByRole('heading', { level: 1, name: /^Hello/ }));
  await page.goto('/settings#security');
  await page.getByRole('button', { name: /^Remove the passkey/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await see(page.getByText(/was removed/));
  await see(page.locator('#passkeys:focus'));
  let asked = 0;
  page.on('request', (request) => {
    if (request.url().endsWith('/v1/passkey-challenges')) asked++;
  });
  await signOut(page, en);
  await see(page.getByRole('alert').getByText('This passkey does not open anything here.'));
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await see(page.getByRole('heading', { level: 1, name: /^Hello/ }));
  assert.equal(asked, 1);
});

test('a browser that has no passkeys offers none at the door and says so in the settings', async (t) => {
  const person = await createPerson(portal, 'Old', { language: 'en' });
  const { context, page } = await visit(t, portal, 'en');
  await context.addInitScript('delete globalThis.PublicKeyCredential');
  await signIn(page, person);
  await page.goto('/settings#security');
  await see(page.getByText('This browser cannot use passkeys.'));
  await gone(page.getByRole('button', { name: 'Add a passkey' }));
  await signOut(page, en);
  await gone(page.getByRole('button', { name: 'Use a passkey' }));
});

/** Through the menu of the account, back to the door. */
async function signOut(page: Page, { menu, out }: typeof it): Promise<void> {
  await page.getByRole('button', { name: menu, exact: true }).click();
  await page.getByRole('button', { name: out, exact: true }).click();
  await page.waitForURL(/sign-in/);
}

/** The last proof of who is there is twenty minutes old. */
async function growOld({ email }: Person): Promise<void> {
  const { system } = portal.database;
  const { user_id } = await system
    .selectFrom('users')
    .select('user_id')
    .where('email', '=', email)
    .executeTakeFirstOrThrow();
  const sessions = await system
    .selectFrom('sessions')
    .select(['session_id', 'fresh_at'])
    .where('user_id', '=', user_id)
    .execute();
  for (const { session_id, fresh_at } of sessions) {
    const before = fresh_at.subtract({ minutes: 20 });
    await system.updateTable('sessions').set({ fresh_at: before }).where('session_id', '=', session_id).execute();
  }
}
