/** What becomes of one request: its answer is lost before or after the work, or it carries a header more. */
export type Twist = { lost: 'before' | 'after' } | { header: readonly [name: string, value: string] };

/** The way to a provider. `next` twists the next POST to a path that fits. */
export type Wire = { fetch: typeof fetch; next(path: RegExp, twist: Twist): void };

/** Node's own fetch, with somebody standing in between. */
export function createWire(): Wire {
  let waiting: { path: RegExp; twist: Twist } | undefined;
  return {
    next: (path, twist) => {
      waiting = { path, twist };
    },
    fetch: (input, init) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      if (!waiting || init?.method !== 'POST' || !waiting.path.test(pathname)) return fetch(input, init);
      const { twist } = waiting;
      waiting = undefined;
      return twisted(twist, input, init);
    },
  };
}

async function twisted(twist: Twist, input: string | URL | Request, init: RequestInit): Promise<Response> {
  if ('header' in twist) {
    const headers = new Headers(init.headers);
    headers.set(...twist.header);
    return fetch(input, { ...init, headers });
  }
  if (twist.lost === 'after') await (await fetch(input, init)).arrayBuffer();
  throw new TypeError('the answer was lost on purpose');
}
