import type { TFunction } from 'i18next';
import type { PaymentMethod } from '#web/api/types.ts';

/** What people call a payment method: Visa •••• 4242, or PayPal. */
export function methodName(
  method: Pick<PaymentMethod, 'brand' | 'last_four' | 'kind'>,
  t: TFunction<'billing'>,
): string {
  const { brand, last_four: lastFour, kind } = method;
  const name = brand || t(`methods.kind.${kind}`);
  return lastFour ? `${name} •••• ${lastFour}` : name;
}
