import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createPerson, type Person } from './_people.ts';
import { openPortal } from './_portal.ts';
import { enter, see } from './_visit.ts';

const portal = await openPortal({ after });

const words = {
  it: {
    mode: 'Visualizza/Modifica la tua modalità di fatturazione',
    none: 'Disattiva il rinnovo di un account',
    end: 'Disattiva il rinnovo della piattaforma',
    menu: 'Menu',
    title: 'Modalità di fatturazione',
    monthly: 'Mensile',
    yearly: 'Annuale',
    noRenewal: 'Nessuna',
    oneMonth: /Si rinnova il 1 apr 2027 per 1 mese: 2,99.€/,
    oneYear: /Si rinnova il 1 set 2027 per 1 anno: 29,90.€/,
    nowOneYear: /Si rinnova il 1 apr 2027 per 1 anno: 29,90.€/,
    perMonth: /^2,99.€ al mese$/,
    perYear: /^29,90.€ all'anno$/,
    toYearly: 'Passa alla modalità Annuale',
    noOrder: 'Non viene creato alcun buono d',
    from: 'dal 1 apr 2027',
    old: /2,99/,
    new: /29,90/,
    newTwo: /59,80/,
    confirm: 'Conferma',
    confirmTwo: 'Conferma per 2 caselle',
    changed: '1 casella passa a Annuale dal 1 apr 2027.',
    changedTwo: '2 caselle modificate.',
    already: /1 casella ha già questa modalità e resta com/,
    undo: 'Annulla la modifica',
    undone: 'Modifica annullata: 1 casella ha di nuovo la modalità di prima.',
    undoneTwo: 'Modifica annullata: 2 caselle hanno di nuovo la modalità di prima.',
    selectPage: 'Seleziona tutte le caselle di questa pagina',
    setMode: 'Imposta la modalità',
    close: 'Chiudi',
    noneTitle: 'Modalità Nessuna: disattiva il rinnovo',
    backup: 'Ti consigliamo di eseguire un backup',
    pst: /export PST/,
    kept: 'Il contenuto resta conservato fino al 1 maggio 2027',
    ends: 'Termina il 1 apr 2027, senza rinnovo',
    revoke: /^Revoca/,
    endIt: 'Recedere',
    endTitle: 'Recedere da',
    endsOn: 'Termina il',
    typeName: 'Per confermare, scrivi il nome della piattaforma',
    wrongName: 'Il nome è',
    reason: 'Perché vuoi recedere?',
    ending: 'Questa piattaforma termina',
    chosen: 'hai scelto di recedere',
    revokeEnd: 'Revoca il recesso',
    revoked: 'Recesso revocato',
    yearAgain: 'per 1 anno',
  },
  en: {
    mode: 'View/Change your billing mode',
    none: 'Turn off the renewal of an account',
    end: 'Turn off the renewal of the platform',
    menu: 'Menu',
    title: 'Billing mode',
    monthly: 'Monthly',
    yearly: 'Yearly',
    noRenewal: 'None',
    oneMonth: /Renews on 1 Apr 2027 for 1 month: €2\.99/,
    oneYear: /Renews on 1 Sept 2027 for 1 year: €29\.90/,
    nowOneYear: /Renews on 1 Apr 2027 for 1 year: €29\.90/,
    perMonth: /^€2\.99 a month$/,
    perYear: /^€29\.90 a year$/,
    toYearly: 'Change to Yearly',
    noOrder: 'No order is created',
    from: 'from 1 Apr 2027',
    old: /2\.99/,
    new: /29\.90/,
    newTwo: /59\.80/,
    confirm: 'Confirm',
    confirmTwo: 'Confirm for 2 mailboxes',
    changed: '1 mailbox changes to Yearly from 1 Apr 2027.',
    changedTwo: '2 mailboxes changed.',
    already: /1 mailbox has this mode already and stays as it is/,
    undo: 'Undo',
    undone: 'Undone: 1 mailbox has the mode it had before.',
    undoneTwo: 'Undone: 2 mailboxes have the mode they had before.',
    selectPage: 'Select all mailboxes on this page',
    setMode: 'Set the mode',
    close: 'Close',
    noneTitle: 'Mode None: turn the renewal off',
    backup: 'We advise you to make a backup',
    pst: /PST export/,
    kept: 'Its content is kept until 1 May 2027',
    ends: 'Ends on 1 Apr 2027, without renewal',
    revoke: /^Revoke/,
    endIt: 'Terminate',
    endTitle: 'Terminate',
    endsOn: 'Ends on',
    typeName: 'To confirm, type the name of the platform',
    wrongName: 'The name is',
    reason: 'Why do you terminate?',
    ending: 'This platform ends',
    chosen: 'you terminated the platform',
    revokeEnd: 'Revoke the termination',
    revoked: 'Termination revoked',
    yearAgain: 'for 1 year',
  },
} as const;

for (const language of ['it', 'en'] as const) {
  const say = words[language];

  test(`${say.mode}: seen for every mailbox, and changed for one, without any order`, async (t) => {
    const person = await createPerson(portal, 'Uno', { language, mailboxes: { anna: 'monthly', bruno: 'yearly' } });
    const { page } = await enter(t, portal, person);
    await page.getByRole('navigation', { name: say.menu }).getByRole('link', { name: person.platform }).click();
    await see(page.getByRole('heading', { name: say.title }));
    const row = (box: string) => page.getByRole('row', { name: person.address(box) });
    await see(row('anna').getByText(say.oneMonth));
    await see(row('anna').getByText(say.perMonth));
    await see(row('bruno').getByText(say.oneYear));
    await see(row('bruno').getByText(say.perYear));
    await row('anna').getByRole('button', { name: say.monthly }).click();
    await page.getByRole('menuitemradio', { name: say.yearly }).click();
    const dialog = page.getByRole('dialog', { name: say.toYearly });
    await see(dialog.getByText(say.noOrder));
    await see(dialog.getByText(say.from));
    await see(dialog.getByText(say.old).first());
    await see(dialog.getByText(say.new).first());
    await dialog.getByRole('button', { name: say.confirm }).click();
    await see(page.getByRole('status').filter({ hasText: say.changed }));
    await see(row('anna').getByText(say.nowOneYear));
    assert.deepEqual(await modesOf(person), { anna: 'yearly', bruno: 'yearly' });
    await page.getByRole('button', { name: say.undo }).click();
    await see(page.getByRole('status').filter({ hasText: say.undone }));
    assert.deepEqual(await modesOf(person), { anna: 'monthly', bruno: 'yearly' });
    assert.equal(await countOf('orders', person), 0, 'a change of mode makes no order');
    assert.equal(await countOf('invoices', person), 0, 'and no invoice');
  });

  test(`${say.mode}: many at once, with what it will cost, and the way back`, async (t) => {
    const mailboxes = { anna: 'monthly', bruno: 'monthly', carla: 'yearly' } as const;
    const person = await createPerson(portal, 'Molte', { language, mailboxes });
    const { page } = await enter(t, portal, person, `/platforms/${person.platformId}`);
    const row = (box: string) => page.getByRole('row', { name: person.address(box) });
    await page.getByRole('checkbox', { name: say.selectPage }).check();
    await page.getByRole('group', { name: say.setMode }).getByRole('button', { name: say.yearly }).click();
    const dialog = page.getByRole('dialog', { name: say.toYearly });
    await see(dialog.getByText(say.already));
    await see(dialog.getByText(say.newTwo).first());
    await dialog.getByRole('button', { name: say.confirmTwo }).dblclick();
    await see(dialog.getByText(say.changedTwo));
    await dialog.getByRole('button', { name: say.close }).last().click();
    await see(row('anna').getByText(say.nowOneYear));
    assert.deepEqual(await modesOf(person), { anna: 'yearly', bruno: 'yearly', carla: 'yearly' });
    await page.getByRole('button', { name: say.undo }).click();
    await see(page.getByText(say.undoneTwo));
    assert.deepEqual(await modesOf(person), mailboxes);
  });

  test(`${say.none}: the warning, what is kept until when, and the revocation`, async (t) => {
    const person = await createPerson(portal, 'Senza', { language, mailboxes: { anna: 'monthly' } });
    const { page } = await enter(t, portal, person, `/platforms/${person.platformId}`);
    const row = page.getByRole('row', { name: person.address('anna') });
    await row.getByRole('button', { name: say.monthly }).click();
    await page.getByRole('menuitemradio', { name: say.noRenewal }).click();
    const dialog = page.getByRole('dialog', { name: say.noneTitle });
    await see(dialog.getByText(say.backup).and(dialog.getByText(say.pst)));
    await see(dialog.getByText(say.kept));
    assert.deepEqual(await modesOf(person), { anna: 'monthly' }, 'a warning changes nothing');
    await dialog.getByRole('button', { name: say.confirm }).click();
    await see(row.getByText(say.ends));
    assert.deepEqual(await modesOf(person), { anna: 'none' });
    await row.getByRole('button', { name: say.revoke }).click();
    await page.getByRole('dialog').getByRole('button', { name: say.confirm }).click();
    await see(row.getByText(say.oneMonth));
    assert.deepEqual(await modesOf(person), { anna: 'monthly' });
  });

  test(`${say.end}: by its name, with what ends when, and it can be revoked`, async (t) => {
    const mailboxes = { anna: 'monthly', bruno: 'yearly' } as const;
    const person = await createPerson(portal, 'Recesso', { language, mailboxes });
    const { page } = await enter(t, portal, person, `/platforms/${person.platformId}`);
    await page.getByRole('link', { name: say.endIt }).click();
    await see(page.getByRole('heading', { level: 1, name: `${say.endTitle} ${person.platform}` }));
    await see(page.getByText(say.backup));
    const what = page.getByRole('table').filter({ hasText: say.endsOn });
    await see(what.getByRole('row').filter({ hasText: '2027' }).nth(1));
    const name = page.getByLabel(say.typeName);
    const send = page.getByRole('button', { name: say.endIt });
    await name.fill('hosted-another-1');
    await send.click();
    await see(page.getByText(`${say.wrongName} ${person.platform}.`));
    assert.equal(await isEnding(person), false, 'another name ends nothing');
    await name.fill(person.platform);
    await page.getByLabel(say.reason).fill('2 + 2 = 5');
    await send.click();
    await see(page.getByText(say.ending));
    assert.equal(await isEnding(person), true);
    const row = page.getByRole('row', { name: person.address('bruno') });
    await see(row.getByText(say.chosen));
    await page.getByRole('button', { name: say.revokeEnd }).click();
    await see(page.getByText(say.revoked).first());
    await see(row.getByText(say.yearAgain));
    assert.equal(await isEnding(person), false);
    assert.deepEqual(await modesOf(person), mailboxes);
  });
}

async function modesOf({ customerId }: Person): Promise<Record<string, string>> {
  const { system } = portal.database;
  const rows = await system
    .selectFrom('mailboxes')
    .select(['address', 'mode'])
    .where('customer_id', '=', customerId)
    .execute();
  return Object.fromEntries(rows.map(({ address, mode }) => [address.split('@')[0], mode]));
}

async function countOf(table: 'orders' | 'invoices', { customerId }: Person): Promise<number> {
  const rows = await portal.database.system
    .selectFrom(table)
    .select('customer_id')
    .where('customer_id', '=', customerId)
    .execute();
  return rows.length;
}

async function isEnding({ platformId }: Person): Promise<boolean> {
  const { terminated_at } = await portal.database.system
    .selectFrom('platforms')
    .select('terminated_at')
    .where('platform_id', '=', platformId)
    .executeTakeFirstOrThrow();
  return terminated_at !== null;
}
