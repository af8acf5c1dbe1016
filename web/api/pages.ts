import { infiniteQueryOptions } from '@tanstack/react-query';
import { type Answer, call, type Route, scope } from './client.ts';
import type { Api } from './types.ts';

/** A route that answers page by page. */
type PagedRoute = {
  [R in Route]: R extends `GET ${string}` ? (Answer<R> extends { next: string | null } ? R : never) : never;
}[Route];
type Query<R extends PagedRoute> = Api[R] extends { query?: infer Asked } ? Omit<NonNullable<Asked>, 'cursor'> : never;

/** A list that grows by a page whenever more of it is asked for: `useInfiniteQuery(askPages('GET /v1/orders', {}))`. */
export function askPages<R extends PagedRoute>(route: R, query: Query<R>) {
  return infiniteQueryOptions({
    queryKey: [scope.customer, route, 'pages', query],
    queryFn: ({ signal, pageParam }): Promise<Answer<R>> => {
      const what = { query: { ...query, ...(pageParam !== null && { cursor: pageParam }) } };
      return call(route, what as never, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });
}
