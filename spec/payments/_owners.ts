import type { FakePaypal } from '#spec/fakes/paypal/server.ts';
import type { FakeStripe } from '#spec/fakes/stripe/server.ts';

type Thing = { metadata?: Record<string, string>; payment_intent?: string | null; customer?: string | null };

/** Whose event this is: our customer's number as the provider knows it, or nothing where it is nobody's. */
export function ownerOfStripe({ intents, customers }: FakeStripe['state'], body: string): string {
  const { object } = (JSON.parse(body) as { data: { object: Thing } }).data;
  const own = object.metadata ?? {};
  const intent = intents.get(object.payment_intent ?? '');
  const customer = customers.get(object.customer ?? '');
  return (
    own['rinnovo_owner'] ??
    own['rinnovo_customer'] ??
    intent?.metadata['rinnovo_owner'] ??
    customer?.metadata['rinnovo_customer'] ??
    ''
  );
}

type Resource = {
  id?: string;
  custom_id?: string;
  purchase_units?: { custom_id?: string }[];
  disputed_transactions?: { seller_transaction_id: string }[];
  links?: { rel: string; href: string }[];
};

/** The same at PayPal; `ownersByToken` says whose a saved account is. */
export function ownerOfPaypal(
  { captures }: FakePaypal['state'],
  body: string,
  ownersByToken: ReadonlyMap<string, string>,
): string {
  const { resource } = JSON.parse(body) as { resource: Resource };
  const up =
    resource.links
      ?.find(({ rel }) => rel === 'up')
      ?.href.split('/')
      .at(-1) ?? '';
  const capture = captures.get(resource.disputed_transactions?.[0]?.seller_transaction_id ?? up);
  return (
    capture?.customId ??
    resource.purchase_units?.[0]?.custom_id ??
    resource.custom_id ??
    ownersByToken.get(resource.id ?? '') ??
    ''
  );
}
