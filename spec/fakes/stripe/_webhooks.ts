import Stripe from 'stripe';
import type { Temporal } from 'temporal-polyfill';
import { createMailbag, type Mail, type Mailbag } from '#spec/fakes/mailbag.ts';
import type { Random } from '#spec/fakes/random.ts';
import { newId } from '#spec/fakes/stripe/_state.ts';

/** The version of Stripe's API that the fake speaks. */
export const fakeApiVersion = '2026-10-28.endive' satisfies Stripe.LatestApiVersion;

/** What Stripe tells by webhook: each event is written once, as things were then, and signed whenever it is sent. */
export type News = Omit<Mailbag, 'put'> & { tell(type: string, object: object, before?: object): void };

export function createNews({
  now,
  random,
  secret,
}: {
  now: () => Temporal.Instant;
  random: Random;
  secret: string;
}): News {
  const sign = (key: string) => (body: string, at: Temporal.Instant) => ({
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
    'stripe-signature': Stripe.webhooks.generateTestHeaderString({
      payload: body,
      secret: key,
      timestamp: Math.floor(at.epochMilliseconds / 1000),
    }),
  });
  const bag = createMailbag({ now, random, forge: (mail) => forge(mail, sign('whsec_stranger'), now()) });
  return {
    ...bag,
    tell: (type, object, before) => {
      const event = {
        id: newId('evt'),
        object: 'event',
        api_version: fakeApiVersion,
        created: Math.floor(now().epochMilliseconds / 1000),
        data: { object, ...(before && { previous_attributes: before }) },
        livemode: false,
        pending_webhooks: 1,
        request: { id: null, idempotency_key: null },
        type,
      };
      bag.put(JSON.stringify(event), sign(secret));
    },
  };
}

type Sign = (body: string, at: Temporal.Instant) => Record<string, string>;

/** A stranger's message: the same words with another amount, signed with a secret of their own. */
function forge({ body }: Mail, sign: Sign, at: Temporal.Instant): Mail {
  const forged = body.replace(/"amount(_received)?":\d+/g, '"amount$1":1').replace(/"evt_\w+"/, `"${newId('evt')}"`);
  return { body: forged, headers: sign(forged, at) };
}
