type Transfer = {
  gross: number;
  currency: string;
  transfer: { payee: string; iban: string; bic: string; reference: string };
};

/**
 * What the code of a SEPA credit transfer says (EPC069-12, version 002), line by line; null for what is no euro or has no
 * account to go to.
 */
export function epcText({ gross, currency, transfer }: Transfer): string | null {
  const { payee, iban, bic, reference } = transfer;
  if (currency !== 'EUR' || iban === '' || payee === '') return null;
  const amount = `EUR${(gross / 100).toFixed(2)}`;
  const account = iban.replaceAll(' ', '');
  return ['BCD', '002', '1', 'SCT', bic, payee.slice(0, 70), account, amount, '', '', reference].join('\n');
}
