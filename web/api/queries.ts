import { keepPreviousData, QueryClient, queryOptions } from '@tanstack/react-query';
import { type Answer, ApiError, call, type Route, scope } from './client.ts';
import type { Api } from './types.ts';

/** One cache of what the server said. A refusal is final; a lost connection and a busy server are tried again. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // Asked also when the browser believes itself offline: a question that waits in silence looks like a slow one.
      networkMode: 'always',
      refetchOnReconnect: true,
      staleTime: 10_000,
      retry: (failures, error) => failures < 3 && (!(error instanceof ApiError) || isBusy(error)),
      retryDelay: (attempt) => Math.min(1_000 * 2 ** attempt, 8_000),
    },
    mutations: { networkMode: 'always', retry: false },
  },
});

function isBusy(error: Error): boolean {
  return error instanceof ApiError && error.problem.code === 'busy';
}

type GetRoute = Extract<Route, `GET ${string}`>;

/** A question to a GET route, as TanStack Query wants it; kept per customer. `useQuery(ask('GET /v1/account', {}))`. */
export function ask<R extends GetRoute>(route: R, what: Omit<Api[R], 'answer'>) {
  return queryOptions({
    queryKey: [scope.customer, route, what],
    queryFn: ({ signal }): Promise<Answer<R>> => call(route, what, { signal }),
    placeholderData: keepPreviousData,
  });
}

/** What day it is in the sandbox; elsewhere nothing answers, and nothing is asked twice. */
export function askClock() {
  return { ...ask('GET /v1/clock', {}), retry: false, retryOnMount: false };
}

/** After an act on money or mailboxes: everything shown is asked for again. */
export function refresh(): Promise<void> {
  return queries.invalidateQueries();
}
