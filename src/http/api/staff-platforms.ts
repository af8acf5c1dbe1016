import { sql } from 'kysely';
import Type from 'typebox';
import { registerPlatforms } from '#domain/platforms/register.ts';
import { change } from '#http/act.ts';
import { customerByCode } from '#http/api/_by-code.ts';
import type { App } from '#http/context.ts';
import { refuseRequest } from '#http/problems.ts';
import { DryRun, Id, Strict, Text } from '#http/schemas.ts';
import type { Tx } from '#kit/db.ts';

const Registered = Type.Object({ platform_id: Id });

/** Platforms opened by our staff. */
export function staffPlatformRoutes(app: App): void {
  postPlatforms(app);
}

function postPlatforms(app: App): void {
  app.post(
    '/v1/platforms',
    {
      config: { access: { operator: 'customers:write' } },
      schema: {
        summary: 'Open a platform for a customer',
        body: Strict({ customer: Text(64), name: Text(100), product: Text(64), dry_run: DryRun }),
        response: { 200: Registered, 201: Registered },
      },
    },
    (request, reply) =>
      change(request, reply, async (tx, act) => {
        const { customer, name, product } = request.body;
        const customerId = await customerByCode(tx, customer);
        const draft = { customerId, name, productId: await productByCode(tx, product) };
        await refuseTaken(tx, draft);
        const [platform_id = 0n] = await registerPlatforms(tx, act, [draft]);
        return { platform_id };
      }),
  );
}

async function productByCode(tx: Tx, code: string): Promise<bigint> {
  const { rows } = await sql<{ id: bigint }>`select product_id as id from products where code = ${code}`.execute(tx);
  if (!rows[0])
    throw refuseRequest('invalid_input', { fields: [{ name: 'product', rule: `no product has the code ${code}` }] });
  return rows[0].id;
}

async function refuseTaken(tx: Tx, { customerId, name }: { customerId: bigint; name: string }): Promise<void> {
  const { rows } = await sql`select 1 from platforms where customer_id = ${customerId} and name = ${name}`.execute(tx);
  if (rows.length > 0)
    throw refuseRequest('invalid_input', { fields: [{ name: 'name', rule: 'is not used by this customer yet' }] });
}
