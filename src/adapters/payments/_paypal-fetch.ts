/**
 * How requests travel. `baseUrl` is another address than PayPal's own, for a fake; silence counts as lost after the time-out;
 * `fetch` is Node's own unless somebody wants to stand in between.
 */
export type FetchSettings = { baseUrl?: string; timeoutMilliseconds?: number; fetch?: typeof fetch };

type Sent = {
  url?: string;
  method?: string;
  headers?: { toJSON(): Record<string, unknown> };
  data?: string;
};

type Received = {
  data: string;
  status: number;
  statusText: string;
  headers: Record<string, string>;
  config: Sent;
  request: object;
};

/**
 * The SDK's requests by Node's own fetch: the SDK has no other way to a fake, no time-out unless told, and follows
 * redirects, which an API of money has no reason to send.
 */
export function fetchAdapter({ baseUrl, timeoutMilliseconds = 30_000, fetch: send = fetch }: FetchSettings) {
  return async (sent: Sent): Promise<Received> => {
    const asked = new URL(sent.url ?? '');
    const url = baseUrl === undefined ? asked : new URL(asked.pathname + asked.search, baseUrl);
    const response = await send(url, {
      method: (sent.method ?? 'get').toUpperCase(),
      headers: headersOf(sent),
      ...(sent.data === undefined ? {} : { body: sent.data }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMilliseconds),
    });
    return {
      data: await response.text(),
      status: response.status,
      statusText: response.statusText,
      headers: Object.fromEntries(response.headers),
      config: sent,
      request: {},
    };
  };
}

function headersOf({ headers }: Sent): Record<string, string> {
  const all = Object.entries(headers?.toJSON() ?? {});
  return Object.fromEntries(
    all.flatMap(([name, value]) => (value === undefined || value === null ? [] : [[name, String(value)]])),
  );
}
