import { isNo, type StripeDesk, send } from '#adapters/payments/_stripe-desk.ts';

/**
 * Leaves a mark in the account behind the key: a customer who will never pay anything. Stripe tells an account's own id to
 * few restricted keys ("Accounts: read" does not always suffice), while every key of ours may make and read customers.
 */
export async function markAccount({ stripe }: StripeDesk): Promise<string> {
  const metadata = { rinnovo: 'By this customer Rinnovo knows its account again. Nobody is charged with it.' };
  return (await send(() => stripe.customers.create({ metadata }))).id;
}

/** Whether the account behind the key has that customer, who is still known after somebody has deleted them. */
export async function hasMark({ stripe }: StripeDesk, mark: string): Promise<boolean> {
  try {
    await send(() => stripe.customers.retrieve(mark));
    return true;
  } catch (error) {
    if (isNo(error) && error.statusCode === 404) return false;
    throw error;
  }
}
