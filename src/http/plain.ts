import { Temporal } from 'temporal-polyfill';

/** A value as JSON carries it: amounts and ids are integers, days and instants ISO texts. */
export type Plain<T> = T extends bigint
  ? number
  : T extends Temporal.PlainDate | Temporal.Instant
    ? string
    : T extends readonly (infer Item)[]
      ? Plain<Item>[]
      : T extends object
        ? { [Key in keyof T]: Plain<T[Key]> }
        : T;

/** Makes an answer of what the domain gave. An amount beyond 2^53 is a bug and not rounded. */
export function plain<T>(value: T): Plain<T> {
  return convert(value) as Plain<T>;
}

function convert(value: unknown): unknown {
  if (typeof value === 'bigint') return integer(value);
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Temporal.PlainDate || value instanceof Temporal.Instant) return value.toString();
  if (Array.isArray(value)) return value.map(convert);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, convert(entry)]));
}

function integer(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${value} does not fit JSON`);
  return number;
}
