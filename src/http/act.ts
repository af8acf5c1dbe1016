import type { FastifyReply, FastifyRequest } from 'fastify';
import { getSeller } from '#domain/customers/sellers.ts';
import type { Act } from '#domain/events/record.ts';
import type { Transact } from '#domain/payments/providers.ts';
import type { HttpContext } from '#http/context.ts';
import { answerOnce, answerTogether } from '#http/idempotency.ts';
import { type Plain, plain } from '#http/plain.ts';
import { actorOf } from '#http/principal.ts';
import { readMoment } from '#kit/clock.ts';
import { asCustomer, type Tx, transaction } from '#kit/db.ts';

declare module 'fastify' {
  interface FastifyInstance {
    context: HttpContext;
  }
  interface FastifyContextConfig {
    /** For a customer's own route that touches people, whose logins stand outside row-level security. */
    asSystem?: boolean;
  }
}

/** A request whose address holds the id of what it is about. */
export type AboutOne = FastifyRequest & { params: { id: number } };

/** The customer a request is about; a route that asks for it has said so in its access. */
export function customerOf(request: FastifyRequest): bigint {
  if (!request.customer) throw new Error(`${request.routeOptions.url} is about no customer`);
  return request.customer.customerId;
}

/** How the request's transactions run: through row-level security for a customer, as the system for operators and sign-in. */
export function transactOf(request: FastifyRequest): Transact {
  const { database } = request.server.context;
  const { customer, routeOptions } = request;
  return customer && !routeOptions.config.asSystem
    ? (work) => asCustomer(database.api, customer.customerId, work)
    : (work) => transaction(database.system, work);
}

/** Reads something, seeing only the customer's rows where the request is about one. */
export async function read<T>(request: FastifyRequest, work: (tx: Tx) => Promise<T>): Promise<Plain<T>> {
  return plain(await transactOf(request)(work));
}

/**
 * Does something in one transaction and answers what it gave; 201 for a POST. With `dry_run` in the body the very same
 * is done and undone, so that the preview cannot differ from the act. With an Idempotency-Key the answer is kept in the
 * same transaction and given again (see idempotency.ts).
 */
export async function change<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  work: (tx: Tx, act: Act) => Promise<T>,
): Promise<Plain<T>> {
  const transact = transactOf(request);
  const perform = async (tx: Tx) => plain(await work(tx, await actOf(request, tx)));
  if (isDryRun(request)) return preview(transact, perform);
  if (request.method === 'POST' && reply.statusCode === 200) reply.code(201);
  return transact((tx) => answerTogether(tx, { request, reply, perform: () => perform(tx) }));
}

/**
 * Does something that speaks with somebody else's machine between its transactions (rule 4), and answers what it gave.
 * An Idempotency-Key is taken before and its answer kept after.
 */
export async function converse<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  work: (transact: Transact, act: Act) => Promise<T>,
): Promise<Plain<T>> {
  const transact = transactOf(request);
  if (request.method === 'POST' && reply.statusCode === 200) reply.code(201);
  const perform = async () => plain(await work(transact, await transact((tx) => actOf(request, tx))));
  return answerOnce(transact, { request, reply, perform });
}

/** Who does it, when, and on which business day. */
export async function actOf(request: FastifyRequest, tx: Tx): Promise<Act> {
  const { timeZone } = await getSeller(tx);
  return { actor: actorOf(request.principal), ...(await readMoment(tx, timeZone)) };
}

function isDryRun(request: FastifyRequest): boolean {
  const { body } = request;
  return typeof body === 'object' && body !== null && 'dry_run' in body && body.dry_run === true;
}

/** Leaves the transaction with its answer and without its effects. */
class Undone extends Error {
  readonly answer: unknown;
  constructor(answer: unknown) {
    super('a dry run was undone');
    this.answer = answer;
  }
}

async function preview<T>(transact: Transact, perform: (tx: Tx) => Promise<T>): Promise<T> {
  try {
    return await transact(async (tx) => {
      throw new Undone(await perform(tx));
    });
  } catch (error) {
    if (error instanceof Undone) return error.answer as T;
    throw error;
  }
}
