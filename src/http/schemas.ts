import { Temporal } from 'temporal-polyfill';
import Type, { type Static, type TObject, type TSchema } from 'typebox';
import { refuseRequest, years } from '#http/problems.ts';
import { hasControls } from '#kit/address.ts';

/** An id as it stands in answers and bodies. */
export const Id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });

/** An amount in minor units. */
export const Amount = Type.Integer({ minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER });
export const PositiveAmount = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });

// The calendar's rule is the format's.
export const Day = Type.String({ format: 'date', pattern: years });
export const Instant = Type.String({ format: 'date-time', pattern: years });
export const Maybe = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** One of a few words. */
export function Word<const Words extends readonly string[]>(...words: Words) {
  return Type.Unsafe<Words[number]>({ type: 'string', enum: words });
}

/** An object that takes nothing it does not know. */
export function Strict<const Properties extends Record<string, TSchema>>(properties: Properties) {
  return Type.Object(properties, { additionalProperties: false });
}

/** One of several objects, told apart by one of their words, so that only what is wrong with the one meant is told. */
export function Either<const Variants extends readonly TObject[]>(propertyName: string, variants: Variants) {
  type Meant = { [Index in keyof Variants]: Static<Variants[Index]> }[number];
  return Type.Unsafe<Meant>({
    type: 'object',
    required: [propertyName],
    discriminator: { propertyName },
    oneOf: variants,
  });
}

/** A free text of a person, without control characters. */
export function Text(most: number, least = 1) {
  return Type.String({
    minLength: least,
    maxLength: most,
    pattern: '^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f]*$',
  });
}

/** An e-mail address as somebody typed it; whether it is one, the module says. */
export const Email = Text(254, 0);

/** Why an operator moves money by hand (R37). */
export const Reason = Text(500, 3);
export const DryRun = Type.Optional(Type.Boolean({ description: 'Answer what would happen, and change nothing.' }));
export const IdParams = Strict({ id: Id });
export const Nothing = Type.Null();

export const PageQuery = {
  cursor: Type.Optional(Type.String({ maxLength: 1000 })),
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
};

/** One page: `next` is the cursor of the one after it, or null. */
export function Page<Item extends TSchema>(item: Item) {
  return Type.Object({ items: Type.Array(item), next: Maybe(Type.String()) });
}

export type Cursor = readonly (string | number)[];

type CursorKind = 'string' | 'number' | 'day';

/** What the cursor of a page says, or null on the first one. Refuses `bad_cursor`. */
export function readCursor(text: string | undefined, kinds: readonly CursorKind[]): Cursor | null {
  if (text === undefined) return null;
  const cursor = parse(Buffer.from(text, 'base64url').toString('utf8'));
  const fits =
    Array.isArray(cursor) && cursor.length === kinds.length && kinds.every((kind, i) => fitsKind(cursor[i], kind));
  if (!fits) throw refuseRequest('bad_cursor');
  return cursor as Cursor;
}

/** Makes a page of rows that were asked for with one more than `limit`. */
export function toPage<Row>(rows: readonly Row[], limit: number, keyOf: (row: Row) => readonly (string | bigint)[]) {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  const key = more ? keyOf(last).map((part) => (typeof part === 'bigint' ? Number(part) : part)) : null;
  return { items, next: key ? Buffer.from(JSON.stringify(key)).toString('base64url') : null };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function fitsKind(value: unknown, kind: CursorKind): boolean {
  if (kind === 'number') return Number.isSafeInteger(value);
  if (typeof value !== 'string' || hasControls(value)) return false;
  return kind === 'string' || isDay(value);
}

function isDay(text: string): boolean {
  try {
    return new RegExp(years).test(text) && Temporal.PlainDate.from(text).toString() === text;
  } catch {
    return false;
  }
}
