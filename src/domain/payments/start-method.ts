import type { Act } from '#domain/events/record.ts';
import { recordEvents } from '#domain/events/record.ts';
import { toRefusal } from '#domain/payments/_answers.ts';
import type { MethodKind } from '#domain/payments/provider.ts';
import { type PaymentDesk, providerFor } from '#domain/payments/providers.ts';
import { nextIds } from '#kit/ids.ts';

/** `returnUrl` tells where the provider sends the person back to, with the new method's number in it. */
export type MethodStart = { customerId: bigint; kind: MethodKind; returnUrl(methodId: bigint): string };

/**
 * Begins to register a card or a PayPal account on the provider's own page and answers that page's address (R31).
 * The method is pending until the provider says that it is valid, which it is asked from time to time, whoever closes that
 * page. Refuses `provider_missing`, `provider_unavailable`.
 */
export async function startMethod(
  desk: PaymentDesk,
  act: Act,
  start: MethodStart,
): Promise<{ methodId: bigint; url: string }> {
  const provider = providerFor(desk.providers, start.kind);
  const { customerId, kind } = start;
  const methodId = await desk.transact(async (tx) => {
    const [id] = await nextIds(tx, 1);
    if (!id) throw new Error('one id was asked for');
    await tx
      .insertInto('payment_methods')
      .values({
        customer_id: customerId,
        method_id: id,
        provider: provider.name,
        kind,
        state: 'pending',
        provider_ref: '',
        registered_at: act.at,
        check_after: act.at.add({ minutes: 5 }),
      })
      .execute();
    await recordEvents(tx, act, [{ customerId, type: 'methods.started', data: { method_id: id, kind } }]);
    return id;
  });
  const request = { customerId, methodId, kind, returnUrl: start.returnUrl(methodId) };
  const { ref, url } = await provider.startMethod(request).catch(toRefusal);
  await desk.transact(async (tx) => {
    await tx
      .updateTable('payment_methods')
      .set({ provider_ref: ref })
      .where('customer_id', '=', customerId)
      .where('method_id', '=', methodId)
      .execute();
  });
  return { methodId, url };
}
