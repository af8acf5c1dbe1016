import {
  ApiError,
  type ApiResponse,
  ArgumentsValidationError,
  Client,
  Environment,
  OrdersController,
  PaymentsController,
  TransactionSearchController,
  VaultController,
} from '@paypal/paypal-server-sdk';
import { type FetchSettings, fetchAdapter } from '#adapters/payments/_paypal-fetch.ts';
import { ProviderUnavailable } from '#domain/payments/provider.ts';

/** The parts of PayPal's API we use. */
export type PaypalApi = {
  orders: OrdersController;
  payments: PaymentsController;
  vault: VaultController;
  search: TransactionSearchController;
  /** What the SDK has no controller for. */
  get(path: string, query?: Readonly<Record<string, string>>): Promise<ApiResponse<unknown>>;
};

/** Calls PayPal: a definite no is a PaypalNo, an answer nobody understands or none at all is ProviderUnavailable. */
export type PaypalCall = <T>(work: (api: PaypalApi) => Promise<ApiResponse<T>>) => Promise<T>;

export type PaypalAccess = FetchSettings & {
  clientId: string;
  clientSecret: string;
  environment: 'live' | 'sandbox';
};

/** PayPal understood a request and refused it: nothing happened. `issue` is its own word, e.g. `INSTRUMENT_DECLINED`. */
export class PaypalNo extends Error {
  override readonly name = 'PaypalNo';
  readonly status: number;
  readonly issue: string;
  readonly links: readonly Link[];

  constructor(status: number, issue: string, links: readonly Link[]) {
    super(`${status} ${issue}`);
    this.status = status;
    this.issue = issue;
    this.links = links;
  }
}

export type Link = { rel: string; href: string };

/** PayPal through its SDK. */
export function createPaypalCall(access: PaypalAccess): PaypalCall {
  let api: PaypalApi | undefined;
  return async (work) => {
    api ??= createApi(access);
    const used = api;
    try {
      return (await work(used)).result;
    } catch (error) {
      // The SDK keeps a failed sign-in for ever and a withdrawn token to its end: the next call starts with a new client.
      if (isSignIn(error) && api === used) api = undefined;
      throw translate(error);
    }
  };
}

/** PayPal does not take our keys. It says nothing about any charge, so for a charge it is no answer. */
export class KeysRefused extends ProviderUnavailable {}

/** Without it nothing else was sent. */
class SignInFailed extends Error {
  override readonly name = 'SignInFailed';
  readonly isRefused: boolean;

  constructor(message: string, isRefused: boolean) {
    super(message);
    this.isRefused = isRefused;
  }
}

function createApi(access: PaypalAccess): PaypalApi {
  let signingIn: ReturnType<Client['clientCredentialsAuthManager']['fetchToken']> | undefined;
  const client = new Client({
    environment: access.environment === 'live' ? Environment.Production : Environment.Sandbox,
    clientCredentialsAuthCredentials: {
      oAuthClientId: access.clientId,
      oAuthClientSecret: access.clientSecret,
      oAuthClockSkew: 60,
      // Left alone, the SDK signs in once for each of the calls that find no token at the same moment.
      oAuthTokenProvider: (_last, manager) => {
        signingIn ??= manager
          .fetchToken()
          .catch(failSignIn)
          .finally(() => {
            signingIn = undefined;
          });
        return signingIn;
      },
    },
    unstable_httpClientOptions: { adapter: fetchAdapter(access) },
  });
  return {
    orders: new OrdersController(client),
    payments: new PaymentsController(client),
    vault: new VaultController(client),
    search: new TransactionSearchController(client),
    get: async (path, query = {}) => {
      const request = client.getRequestBuilderFactory()('GET', path);
      for (const [name, value] of Object.entries(query)) request.query(name, value);
      request.authenticate([{ oauth2: true }]);
      const answer = await request.callAsText();
      return { ...answer, result: JSON.parse(answer.result) as unknown };
    },
  };
}

function failSignIn(error: unknown): never {
  if (!(error instanceof ApiError)) throw new SignInFailed(`PayPal did not answer: ${reasonOf(error)}`, false);
  const isRefused = error.statusCode >= 400 && error.statusCode < 500 && error.statusCode !== 429;
  const why = isRefused ? ': are the client id and secret right, and of this environment?' : '';
  throw new SignInFailed(`PayPal does not let us in (${error.statusCode})${why}`, isRefused);
}

function isSignIn(error: unknown): boolean {
  return error instanceof SignInFailed || (error instanceof ApiError && error.statusCode === 401);
}

// What says nothing about the request itself: a token that ran out, too many requests, the same request under way.
const undecided = new Set([401, 408, 409, 425, 429]);

function translate(error: unknown): Error {
  if (error instanceof ArgumentsValidationError) return error; // never sent: our own bug
  if (error instanceof SignInFailed) {
    return error.isRefused ? new KeysRefused(error.message) : new ProviderUnavailable(error.message);
  }
  if (!(error instanceof ApiError)) return new ProviderUnavailable(`PayPal did not answer: ${reasonOf(error)}`);
  const { statusCode } = error;
  const { issue, links } = readBody(error.body);
  if (statusCode === 403) return new KeysRefused(`PayPal does not allow that with these keys: ${issue}`);
  if (statusCode >= 500 || statusCode < 400 || undecided.has(statusCode)) {
    return new ProviderUnavailable(`PayPal answered ${statusCode} ${issue}`);
  }
  return new PaypalNo(statusCode, issue, links);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function readBody(body: unknown): { issue: string; links: Link[] } {
  const parsed = typeof body === 'string' ? tryJson(body) : undefined;
  const details = Array.isArray(parsed?.details) ? (parsed.details as { issue?: unknown }[]) : [];
  const issue = details[0]?.issue ?? parsed?.name ?? 'UNKNOWN';
  return { issue: String(issue), links: Array.isArray(parsed?.links) ? (parsed.links as Link[]) : [] };
}

function tryJson(text: string): { name?: unknown; details?: unknown; links?: unknown } | undefined {
  try {
    return JSON.parse(text) as { name?: unknown };
  } catch {
    return undefined;
  }
}
