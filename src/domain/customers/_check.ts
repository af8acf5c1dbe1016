import { languages, type NewCustomer, type NewSeller } from '#domain/customers/types.ts';
import { canonicalVatNumber } from '#domain/customers/vat-number.ts';
import { hasControls, isAddress } from '#kit/address.ts';
import { isCountry } from '#kit/countries.ts';
import { isTimeZone } from '#kit/dates.ts';
import type { Field } from '#kit/errors.ts';
import { isCurrency } from '#kit/money.ts';

/** Everything that can be said against a customer as written, by field (R38). */
export function checkCustomer(customer: NewCustomer): Field[] {
  return [
    ...textProblems('code', customer.code, 64),
    ...textProblems('name', customer.name, 200),
    ...(isAddress(customer.email)
      ? []
      : [{ name: 'email', rule: 'R38: one e-mail address, such as anna@example.com' }]),
    ...placeProblems(customer),
    ...(isLanguage(customer.language) ? [] : [{ name: 'language', rule: `R33: one of ${languages.join(', ')}` }]),
    ...currencyProblems(customer.currency),
  ];
}

/** Everything that can be said against a seller as written, by field (R38). A new installation may leave gaps. */
export function checkSeller(seller: NewSeller): Field[] {
  const { email, iban, bic, timeZone } = seller;
  const fields = [
    ...textProblems('name', seller.name, 200),
    ...placeProblems(seller),
    ...currencyProblems(seller.currency),
  ];
  if (email && !isAddress(email)) fields.push({ name: 'email', rule: 'R38: one e-mail address' });
  if (iban && !isIban(iban)) fields.push({ name: 'iban', rule: 'R38: an IBAN whose check digits are right' });
  if (bic && !/^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$/.test(bic)) {
    fields.push({ name: 'bic', rule: 'R38: a BIC of 8 or 11 characters' });
  }
  if (!isTimeZone(timeZone)) fields.push({ name: 'time_zone', rule: 'R12: a time zone such as Europe/Rome' });
  return fields;
}

type Place = { street?: string; postalCode?: string; city?: string; country: string; vatNumber?: string };

function placeProblems(place: Place): Field[] {
  const { street = '', postalCode = '', city = '', country, vatNumber = '' } = place;
  const fields = Object.entries({ street, postal_code: postalCode, city }).flatMap(([name, text]) =>
    text === '' ? [] : textProblems(name, text, 200),
  );
  if (!isCountry(country)) return [...fields, { name: 'country', rule: 'R38: an ISO 3166 code such as IT' }];
  if (vatNumber !== '' && canonicalVatNumber(country, vatNumber) === null) {
    fields.push({ name: 'vat_number', rule: `R38: "${vatNumber}" is not written like a VAT number of ${country}` });
  }
  return fields;
}

function textProblems(name: string, text: string, longest: number): Field[] {
  const fine = text.length > 0 && text.length <= longest && text === text.trim() && !hasControls(text);
  return fine
    ? []
    : [{ name, rule: `R38: 1 to ${longest} characters, without spaces at its ends or control characters` }];
}

function currencyProblems(currency: string): Field[] {
  return isCurrency(currency) ? [] : [{ name: 'currency', rule: 'R1: an ISO 4217 code such as EUR' }];
}

function isLanguage(text: string): boolean {
  return (languages as readonly string[]).includes(text);
}

/** ISO 13616: the number, with its first four characters moved to the end and letters as 10 to 35, leaves 1 by 97. */
function isIban(text: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(text)) return false;
  const digits = [...text.slice(4), ...text.slice(0, 4)].map((character) => Number.parseInt(character, 36)).join('');
  return BigInt(digits) % 97n === 1n;
}
