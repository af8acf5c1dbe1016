import type { FastifyRequest } from 'fastify';

type Properties = Record<string, { type?: string; items?: { type?: string } }>;

/**
 * What stands in an address is text: numbers, switches and lists in it become what the schema says. Bodies are JSON and
 * are taken as they are, so that an amount of "5" or null is refused and not guessed.
 */
export function readAddress(request: FastifyRequest): void {
  const schema = request.routeOptions.schema;
  convert(request.params, schema?.params);
  convert(request.query, schema?.querystring);
}

function convert(values: unknown, schema: unknown): void {
  const properties = (schema as { properties?: Properties } | undefined)?.properties;
  if (!properties || typeof values !== 'object' || values === null) return;
  const record = values as Record<string, unknown>;
  for (const [name, { type, items }] of Object.entries(properties)) {
    const value = record[name];
    if (type === 'array' && value !== undefined) {
      record[name] = (Array.isArray(value) ? value : [value]).map((one) => converted(one, items?.type));
    } else record[name] = converted(value, type);
    if (record[name] === undefined) delete record[name];
  }
}

function converted(value: unknown, type: string | undefined): unknown {
  if (typeof value !== 'string') return value;
  if (type === 'integer' && /^-?\d{1,16}$/.test(value)) return Number(value);
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}
