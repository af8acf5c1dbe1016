/**
 * The forms of VAT numbers in the EU by ISO country, without the prefix.
 * Source: European Commission, VIES, "Frequently asked questions": structure of VAT identification numbers.
 */
const FORMS: Record<string, RegExp> = {
  AT: /^U\d{8}$/,
  BE: /^[01]\d{9}$/,
  BG: /^\d{9,10}$/,
  CY: /^\d{8}[A-Z]$/,
  CZ: /^\d{8,10}$/,
  DE: /^\d{9}$/,
  DK: /^\d{8}$/,
  EE: /^\d{9}$/,
  ES: /^(?:[A-Z]\d{7}[A-Z0-9]|\d{8}[A-Z])$/,
  FI: /^\d{8}$/,
  FR: /^[A-Z0-9]{2}\d{9}$/,
  GR: /^\d{9}$/,
  HR: /^\d{11}$/,
  HU: /^\d{8}$/,
  IE: /^(?:\d[A-Z0-9+*]\d{5}[A-Z]|\d{7}[A-Z]{2})$/,
  IT: /^\d{11}$/,
  LT: /^(?:\d{9}|\d{12})$/,
  LU: /^\d{8}$/,
  LV: /^\d{11}$/,
  MT: /^\d{8}$/,
  NL: /^[A-Z0-9+*]{12}$/,
  PL: /^\d{10}$/,
  PT: /^\d{9}$/,
  RO: /^\d{2,10}$/,
  SE: /^\d{12}$/,
  SI: /^\d{8}$/,
  SK: /^\d{10}$/,
};

/**
 * A VAT number as the law writes it, with its prefix (`EL` for Greece), or null when it cannot be one of that country.
 * The prefix may be left out, as people do at home. Outside the EU any short number goes. Only the form is checked:
 * whether the number is alive is a question to VIES.
 */
export function canonicalVatNumber(country: string, text: string): string | null {
  const form = FORMS[country === 'MC' ? 'FR' : country];
  if (!form) return /^[A-Z0-9][A-Z0-9 ./-]{1,19}$/.test(text) ? text : null;
  const prefix = prefixOf(country);
  const number = text.startsWith(prefix) ? text.slice(prefix.length) : text;
  // Without its prefix a number beginning with two letters may be another country's, whole.
  if (number === text && /^[A-Z]{2}/.test(text)) return null;
  return form.test(number) ? prefix + number : null;
}

function prefixOf(country: string): string {
  if (country === 'GR') return 'EL';
  return country === 'MC' ? 'FR' : country;
}

/** A customer's VAT number as documents bear it: abroad the law wants the prefix, which people leave out at home. */
export function printedVatNumber({ country, vatNumber }: { country: string; vatNumber: string }): string {
  return canonicalVatNumber(country, vatNumber) ?? vatNumber;
}
