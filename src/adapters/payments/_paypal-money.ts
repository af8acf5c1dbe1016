import type { Money } from '@paypal/paypal-server-sdk';
import { ProviderRefused } from '#domain/payments/provider.ts';
import { formatDecimal, isCurrency, minorUnits } from '#kit/money.ts';

// PayPal knows no decimals of these, whatever ISO 4217 says (developer.paypal.com/api/rest/reference/currency-codes).
const wholeAtPaypal = new Set(['HUF', 'JPY', 'TWD']);

/** An amount in minor units as PayPal writes it. Refuses `bad_request`: not positive, no currency, forints with a fraction. */
export function toPaypal(amount: bigint, currency: string): Money {
  if (amount <= 0n) throw new ProviderRefused('bad_request', 'the amount must be above 0');
  if (!isCurrency(currency)) throw new ProviderRefused('bad_request', `${currency} is not a currency`);
  const decimal = formatDecimal(amount, currency);
  if (!wholeAtPaypal.has(currency)) return { currencyCode: currency, value: decimal };
  const [whole = '', fraction = ''] = decimal.split('.');
  if (Number(fraction) !== 0) throw new ProviderRefused('bad_request', `PayPal takes whole ${currency} only`);
  return { currencyCode: currency, value: whole };
}

/** What PayPal wrote in minor units; negative when it went out. Throws on anything we would have to round. */
export function fromPaypal(money: Money | undefined): { amount: bigint; currency: string } {
  const { value = '', currencyCode: currency = '' } = money ?? {};
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value);
  if (!parts) throw new Error(`PayPal wrote the amount "${value} ${currency}"`);
  const [, sign, whole, fraction = ''] = parts;
  const digits = minorUnits(currency);
  if (/[1-9]/.test(fraction.slice(digits))) throw new Error(`PayPal wrote ${value} ${currency}: too many decimals`);
  const amount = BigInt(`${whole}${fraction.slice(0, digits).padEnd(digits, '0')}`);
  return { amount: sign ? -amount : amount, currency };
}
