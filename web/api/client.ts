import type { Api } from './types.ts';

export type Route = keyof Api;
export type Answer<R extends Route> = Api[R]['answer'];
type Ask<R extends Route> = Omit<Api[R], 'answer'>;

/** What an answer that is not the one asked for says (RFC 9457): which field broke which rule. */
export type Problem = {
  status: number;
  code: string;
  title: string;
  detail: string;
  fields: readonly { name: string; rule: string }[];
};

/** The server said no, with its reason. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail || problem.title);
    this.problem = problem;
  }
}

/** No answer: the connection is lost, or the server is being restarted. Asking again is safe: the key is the same. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

type Options = {
  /** Made once per intention, kept over every retry of it: the server does it once. */
  idempotencyKey?: string;
  signal?: AbortSignal;
};

/** Whose data is asked for; a user of several customers chooses, and the choice lives as long as the tab. */
export const scope = {
  get customer(): string | null {
    return sessionStorage.getItem('customer');
  },
  set customer(code: string | null) {
    if (code === null) sessionStorage.removeItem('customer');
    else sessionStorage.setItem('customer', code);
  },
};

/** Asks one route of the API: `call('GET /v1/platforms/{id}', { params: { id } })`. Types are those of the server's schemas. */
export function call<R extends Route>(route: R, ask: Ask<R>, options: Options = {}): Promise<Answer<R>> {
  const { idempotencyKey: key } = options;
  if (key === undefined) return send(route, ask, options);
  // Two clicks are one intention: the second waits for what the first one asked.
  const asked = (underWay.get(key) as Promise<Answer<R>> | undefined) ?? send(route, ask, options);
  underWay.set(key, asked);
  return asked.finally(() => underWay.delete(key));
}

/** How much of a file has come, and of how many documents where the server tells it. */
export type Progress = { bytes: number; documents: number };
type File = { name: string; blob: Blob; documents: number };
type FileOptions = { signal?: AbortSignal; onProgress?: (progress: Progress) => void };

/** Asks for a file, such as a PDF or a list as CSV, with the name the server gives it. */
export async function callFile<R extends Route>(route: R, ask: Ask<R>, options: FileOptions = {}): Promise<File> {
  const [, path = ''] = route.split(' ');
  const { params, query } = ask as { params?: object; query?: object };
  const headers = { ...headersOf(undefined, {}), accept: '*/*' };
  const { signal, onProgress } = options;
  const response = await reach(addressOf(path, params, query), { headers, ...(signal && { signal }) });
  if (!response.ok) throw new ApiError(await readProblem(response));
  const documents = Number(response.headers.get('rinnovo-documents') ?? 1);
  const said = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '');
  // The file may break off on its way as well.
  const blob = await readBlob(response, (bytes) => onProgress?.({ bytes, documents })).catch(() => {
    throw new ConnectionLost();
  });
  return { name: said?.[1] ?? 'rinnovo', blob, documents };
}

const secondsBetween = 0.5;

async function readBlob(response: Response, tell: (bytes: number) => void): Promise<Blob> {
  let bytes = 0;
  let toldAt = 0;
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, rest) {
      bytes += piece.byteLength;
      if (performance.now() - toldAt > secondsBetween * 1_000) {
        toldAt = performance.now();
        tell(bytes);
      }
      rest.enqueue(piece);
    },
  });
  return new Response(response.body?.pipeThrough(counted), { headers: response.headers }).blob();
}

/** The address of a route, for links that download. */
export function addressOf(path: string, params: object = {}, query: object = {}): string {
  const named = params as Record<string, unknown>;
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(named[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') search.set(name, String(value));
  return search.size > 0 ? `${filled}?${search}` : filled;
}

const underWay = new Map<string, Promise<unknown>>();

async function send<R extends Route>(route: R, ask: Ask<R>, options: Options): Promise<Answer<R>> {
  const [method = 'GET', path = ''] = route.split(' ');
  const { params, query, body } = ask as { params?: object; query?: object; body?: unknown };
  const response = await reach(addressOf(path, params, query), {
    method,
    headers: headersOf(body, options),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(options.signal ? { signal: options.signal } : {}),
  });
  if (!response.ok) throw new ApiError(await readProblem(response));
  if (response.status === 204) return null as Answer<R>;
  return (await response.json()) as Answer<R>;
}

function headersOf(body: unknown, { idempotencyKey }: Options): HeadersInit {
  return {
    accept: 'application/json',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(idempotencyKey ? { 'idempotency-key': idempotencyKey } : {}),
    ...(scope.customer ? { 'rinnovo-customer': encodeURIComponent(scope.customer) } : {}),
  };
}

async function reach(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, { credentials: 'same-origin', ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ConnectionLost();
  }
}

async function readProblem(response: Response): Promise<Problem> {
  const said = (await response.json().catch(() => ({}))) as Partial<Problem>;
  const { code = 'unknown', title = response.statusText, detail = '', fields = [] } = said;
  return { status: response.status, code, title, detail, fields };
}
