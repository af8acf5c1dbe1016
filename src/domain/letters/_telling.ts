import assert from 'node:assert/strict';
import { Temporal } from 'temporal-polyfill';
import type { Seller } from '#domain/customers/types.ts';
import type { Happened } from '#domain/events/reaction.ts';
import type { Act } from '#domain/events/record.ts';
import type { Tx } from '#kit/db.ts';
import type { Links } from './_links.ts';
import type { LetterFacts, LetterKind, Listed } from './types.ts';

/** What a teller works with: the transaction of the reaction, who sells, and where the links lead. */
export type Telling = { tx: Tx; act: Act; seller: Seller; links: Links };

/**
 * A letter to be written to everybody it concerns. `step` says what it is about: nobody gets the same step twice (R34).
 * `invoiceId` is the debt it speaks of: it is withdrawn when that is paid before it left.
 */
export type LetterPlan = {
  [Kind in LetterKind]: { kind: Kind; customerId: bigint; step: string; invoiceId?: bigint; facts: LetterFacts[Kind] };
}[LetterKind];

/** Turns facts of one type into the letters that tell of them; few queries, however many facts. */
export type Teller = (telling: Telling, events: readonly Happened[]) => Promise<LetterPlan[]>;

/** An id in what happened. */
export function idOf(event: Happened, name: string): bigint {
  const value = event.data[name];
  assert(typeof value === 'number', `${event.type} tells its ${name}`);
  return BigInt(value);
}

/** An amount in what happened, minor units. */
export function amountOf(event: Happened, name: string): bigint {
  return idOf(event, name);
}

/** Some ids in what happened. */
export function idsOf(event: Happened, name: string): bigint[] {
  const value = event.data[name];
  assert(Array.isArray(value), `${event.type} tells its ${name}`);
  return value.map((id) => BigInt(Number(id)));
}

/** A day in what happened. */
export function dayOf(event: Happened, name: string): Temporal.PlainDate {
  const value = event.data[name];
  assert(typeof value === 'string', `${event.type} tells its ${name}`);
  return Temporal.PlainDate.from(value);
}

/** A count in what happened. */
export function countOf(event: Happened, name: string): number {
  return Number(idOf(event, name));
}

/** A list as a letter gets it. */
export function listed<Row>(rows: readonly Row[], url: string): Listed<Row> {
  return { count: rows.length, rows, url };
}

/** The customers of these facts, each once. */
export function customersOf(events: readonly Happened[]): bigint[] {
  return [...new Set(events.map((event) => event.customerId))];
}
