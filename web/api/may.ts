import { useQuery } from '@tanstack/react-query';
import { scope } from './client.ts';
import { ask } from './queries.ts';
import type { Api } from './types.ts';

type Me = Api['GET /v1/me']['answer'];

/**
 * Whether who is signed in may do something for the customer on the screen, such as `money:write`; the server decides
 * again at each request. Our staff sees what it may, and is told by the server what it may not do.
 */
export function useMay(permission: string): boolean {
  const { data: me } = useQuery(ask('GET /v1/me', {}));
  if (!me) return false;
  if (me.operator_role !== null) return scope.customer !== null;
  return placeOf(me)?.permissions.includes(permission) === true;
}

/** Who somebody is at the customer on the screen, or undefined for our staff. */
export function placeOf(me: Me): Me['customers'][number] | undefined {
  return me.customers.find(({ code }) => code === scope.customer) ?? me.customers[0];
}
