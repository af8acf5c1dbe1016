import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '#spec/fakes/random.ts';

/**
 * What goes wrong on the way: `lost` never answers, `reset` cuts the connection, `error` answers 5xx; `_before` means that
 * nothing was done, `_after` that all of it was. `slow` answers late.
 */
export type Fault =
  | 'lost_before'
  | 'lost_after'
  | 'reset_before'
  | 'reset_after'
  | 'error_before'
  | 'error_after'
  | 'slow';

export type FaultRates = { [fault in Fault]?: number };

/** A provider on its worst day: more than a quarter of its answers are lost, cut, wrong or late. */
export const highestRates: FaultRates = {
  lost_before: 0.02,
  lost_after: 0.02,
  reset_before: 0.05,
  reset_after: 0.05,
  error_before: 0.05,
  error_after: 0.05,
  slow: 0.03,
};

export type Faults = {
  /** The fault of the next request of this operation, if any. */
  next(operation: string): Fault | undefined;
  /** The next request of this operation meets this fault, whatever the rates. */
  once(operation: string, fault: Fault): void;
  /** From now on: each fault with its probability, 0 to 1, for every operation that `among` accepts. */
  set(rates: FaultRates, among?: (operation: string) => boolean): void;
  /** How often each fault has struck. */
  struck(): ReadonlyMap<Fault, number>;
};

/** Faults on demand, one by one or at random. None until asked for. */
export function createFaults(random: Random = Math.random): Faults {
  let rates: [Fault, number][] = [];
  let among: (operation: string) => boolean = () => true;
  const planned = new Map<string, Fault[]>();
  const struck = new Map<Fault, number>();
  const draw = (operation: string) => {
    if (rates.length === 0 || !among(operation)) return undefined;
    let left = random();
    for (const [fault, rate] of rates) {
      left -= rate;
      if (left < 0) return fault;
    }
    return undefined;
  };
  return {
    next: (operation) => {
      const fault = planned.get(operation)?.shift() ?? draw(operation);
      if (fault) struck.set(fault, (struck.get(fault) ?? 0) + 1);
      return fault;
    },
    once: (operation, fault) => planned.set(operation, [...(planned.get(operation) ?? []), fault]),
    set: (wanted, accepted = () => true) => {
      rates = Object.entries(wanted) as [Fault, number][];
      among = accepted;
    },
    struck: () => struck,
  };
}

/** An answer as it would go over the wire. */
export type WireAnswer = { status: number; headers: Record<string, string>; body: string };

export type Exchange = { request: IncomingMessage; response: ServerResponse };

/** What a fake server brings to a fault: the work, how its 5xx looks, and how late `slow` is. */
export type FaultyWork = {
  work(): Promise<WireAnswer>;
  /** Told whether the work had begun, because some servers remember a failure then. */
  failure(begun: boolean): WireAnswer;
  slowMilliseconds: number;
};

/** Does the work and answers, or breaks as the fault says. A lost answer keeps its connection open until the caller leaves. */
export async function answerUnder(fault: Fault | undefined, { request, response }: Exchange, faulty: FaultyWork) {
  if (fault === 'lost_before') return;
  if (fault === 'reset_before') return void request.socket.destroy();
  if (fault === 'error_before') return send(response, faulty.failure(false));
  if (fault === 'slow') await delay(faulty.slowMilliseconds);
  const answer = await faulty.work();
  if (fault === 'lost_after') return;
  if (fault === 'reset_after') return void request.socket.destroy();
  send(response, fault === 'error_after' ? faulty.failure(true) : answer);
}

function send(response: ServerResponse, { status, headers, body }: WireAnswer): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
