import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createPerson } from './_people.ts';
import { openPortal } from './_portal.ts';
import { see, signIn, visit } from './_visit.ts';

const portal = await openPortal({ after });

test('Modalità di fatturazione: more than one mailbox at once, with what it will cost, and the way back', async (t) => {
  const person = await createPerson(portal, 'Modi', {
    mailboxes: { anna: 'monthly', bruno: 'monthly', carla: 'yearly' },
  });
  const { page } = await visit(t, portal, 'it');
  await signIn(page, person);
  await page.getByRole('navigation', { name: 'Menu' }).getByRole('link', { name: person.platform }).click();
  await see(page.getByRole('heading', { name: 'Modalità di fatturazione' }));
  const row = (box: string) => page.getByRole('row', { name: person.address(box) });
  await see(row('anna').getByText('Si rinnova il 1 apr 2027 per 1 mese'));
  await page.getByRole('checkbox', { name: 'Seleziona tutte le caselle di questa pagina' }).check();
  await page.getByRole('group', { name: 'Imposta la modalità' }).getByRole('button', { name: 'Annuale' }).click();
  const dialog = page.getByRole('dialog', { name: 'Passa alla modalità Annuale' });
  await see(dialog.getByText('1 casella ha già questa modalità e resta com'));
  await see(dialog.getByText('59,80').first());
  await dialog.getByRole('button', { name: 'Conferma' }).click();
  await see(dialog.getByText('2 caselle modificate.'));
  await dialog.getByRole('button', { name: 'Chiudi' }).last().click();
  await see(row('anna').getByText('per 1 anno'));
  await page.getByRole('button', { name: 'Annulla la modifica' }).click();
  await see(page.getByText('Modifica annullata: 2 caselle hanno di nuovo la modalità di prima.'));
  await see(row('bruno').getByText('per 1 mese'));
  await see(row('carla').getByText('per 1 anno'));
});

test('Nessuna on one mailbox: what happens, until when it is kept, and the revocation', async (t) => {
  const person = await createPerson(portal, 'Nessuna', { mailboxes: { anna: 'monthly' } });
  const { page } = await visit(t, portal, 'it');
  await signIn(page, person);
  await page.goto(`/platforms/${person.platformId}`);
  const row = page.getByRole('row', { name: person.address('anna') });
  await row.getByRole('button', { name: 'cambia la modalità' }).click();
  await page.getByRole('menuitemradio', { name: 'Nessuna' }).click();
  const dialog = page.getByRole('dialog', { name: 'disattiva il rinnovo' });
  await see(dialog.getByText('Ti consigliamo di eseguire un backup'));
  await see(dialog.getByText('Il contenuto resta conservato fino al'));
  await dialog.getByRole('button', { name: 'Conferma' }).click();
  await see(row.getByText('Termina il 1 apr 2027, senza rinnovo'));
  await row.getByRole('button', { name: 'Revoca' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Conferma' }).click();
  await see(row.getByText('Si rinnova il 1 apr 2027 per 1 mese'));
});

test('Recedere: only by the name of the platform, and it can be revoked', async (t) => {
  const person = await createPerson(portal, 'Recesso', { mailboxes: { anna: 'monthly', bruno: 'yearly' } });
  const { page } = await visit(t, portal, 'it');
  await signIn(page, person);
  await page.goto(`/platforms/${person.platformId}`);
  await page.getByRole('link', { name: 'Recedere' }).click();
  await see(page.getByRole('heading', { level: 1, name: `Recedere da ${person.platform}` }));
  const name = page.getByLabel('Per confermare, scrivi il nome della piattaforma');
  const send = page.getByRole('button', { name: 'Recedere' });
  await name.fill('hosted-un-altra');
  await send.click();
  await see(page.getByText(`Il nome è ${person.platform}.`));
  assert.equal(await isEnding(person.platformId), false, 'another name ends nothing');
  await name.fill(person.platform);
  await page.getByLabel('Perché vuoi recedere?').fill('Chiudiamo a settembre.');
  await send.click();
  await see(page.getByText('Questa piattaforma termina'));
  assert.equal(await isEnding(person.platformId), true);
  await see(page.getByRole('row', { name: person.address('bruno') }).getByText('hai scelto di recedere'));
  await page.getByRole('button', { name: 'Revoca il recesso' }).click();
  await see(page.getByText('Recesso revocato').first());
  await see(page.getByRole('row', { name: person.address('bruno') }).getByText('per 1 anno'));
  assert.equal(await isEnding(person.platformId), false);
});

async function isEnding(platformId: bigint): Promise<boolean> {
  const { terminated_at } = await portal.database.system
    .selectFrom('platforms')
    .select('terminated_at')
    .where('platform_id', '=', platformId)
    .executeTakeFirstOrThrow();
  return terminated_at !== null;
}
