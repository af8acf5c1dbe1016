import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { isContention } from '#kit/db.ts';
import { type Field, Refusal, refusals } from '#kit/errors.ts';

/** What the doors themselves refuse, before any module is asked. */
export const refuseRequest = refusals({
  bad_request: [400, 'This request cannot be read.'],
  invalid_input: [422, 'Some of the input is not as it must be; nothing was changed.'],
  bad_webhook: [400, 'This message is not the provider’s word; nothing was done.'],
  bad_cursor: [400, 'This cursor is not one of ours. Start from the first page.'],
  not_signed_in: [401, 'Please sign in.'],
  not_allowed: [403, 'Your role does not allow this.'],
  not_found: [404, 'There is nothing here.'],
  customer_required: [400, 'Name the customer in the header Rinnovo-Customer.'],
  customer_unknown: [404, 'There is no such customer among yours.'],
  foreign_origin: [403, 'This request came from another site.'],
  proof_required: [403, 'Please prove once more that it is you, then try again.'],
  person_required: [403, 'Only a person who has just proved who they are can do this; a token cannot.'],
  second_factor_setup_required: [403, 'Operators set up a second factor before anything else.'],
  too_many_requests: [429, 'Too many requests. Please wait a moment.'],
  key_reused: [422, 'This Idempotency-Key was used for another request.'],
  key_busy: [409, 'The first request with this Idempotency-Key is still running.'],
  key_malformed: [400, 'An Idempotency-Key has 1 to 200 visible characters.'],
  busy: [503, 'The server is busy. Please try again in a moment.'],
  no_documents: [404, 'No document matches.'],
  too_many_documents: [422, 'An archive holds at most 10,000 documents. Choose a shorter period.'],
  sandbox_only: [404, 'There is nothing here.'],
});

/** RFC 9457; `fields` name what was wrong and the rule it breaks (R38). */
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String(),
    detail: Type.String(),
    fields: Type.Array(Type.Object({ name: Type.String(), rule: Type.String() })),
    request_id: Type.String(),
  },
  { $id: 'Problem', description: 'Why nothing was done (RFC 9457).' },
);

/** Answers an error, whoever threw it: a refusal tells why, a bug tells nothing of the inside. */
export function sendProblem(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = toRefusal(error);
  if (!refusal) request.log.error({ err: error, route: request.routeOptions.url }, 'bug');
  else if (isUnreadable(error)) request.log.warn({ err: error, route: request.routeOptions.url }, 'unreadable input');
  const { code, status, title, message: detail, fields } = refusal ?? bug;
  if (status === 429) reply.header('retry-after', reply.getHeader('retry-after') ?? '60');
  if (status === 503) reply.header('retry-after', '5');
  const body = { type: `urn:rinnovo:problem:${code}`, title, status, code, detail, fields, request_id: request.id };
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send(body);
}

const bug = new Refusal('internal_error', [500, 'Something went wrong on our side. It was written down.']);

function toRefusal(error: FastifyError | Error): Refusal | null {
  if (error instanceof Refusal) return error;
  const { statusCode = 500, validation, validationContext } = error as FastifyError;
  if (validation) return refuseRequest('invalid_input', { fields: fieldsOf(validation, validationContext ?? 'body') });
  if (isTimeout(error)) return refuseRequest('busy');
  if (isUnreadable(error)) return refuseRequest('bad_request');
  if (statusCode === 413) return new Refusal('too_large', [413, 'This request is too large.']);
  if (statusCode === 415) return new Refusal('not_json', [415, 'Send JSON, with content-type application/json.']);
  if (statusCode === 429) return refuseRequest('too_many_requests');
  if (statusCode === 503) return refuseRequest('busy');
  if (statusCode >= 400 && statusCode < 500) return refuseRequest('bad_request', { detail: error.message });
  return null;
}

/** The years of days: those that the database and all that is added to a day can hold. */
export const years = '^(19|2[0-9])[0-9]{2}-';

type Violation = NonNullable<FastifyError['validation']>[number];

function fieldsOf(violations: readonly Violation[], where: string): Field[] {
  const fields = violations.map((violation) => {
    const { missingProperty, additionalProperty } = violation.params as Record<string, string | undefined>;
    const path = violation.instancePath
      .slice(1)
      .replaceAll('/', '.')
      .replace(/\.(\d+)/g, '[$1]');
    const name = [path, missingProperty ?? additionalProperty].filter(Boolean).join('.');
    return { name: name || where, rule: ruleOf(violation) };
  });
  return [...new Map(fields.map((field) => [`${field.name} ${field.rule}`, field])).values()];
}

function ruleOf({ keyword, params, message }: Violation): string {
  if (keyword === 'required') return 'is required';
  if (keyword === 'additionalProperties') return 'is not known here';
  if (keyword === 'anyOf') return 'is none of the forms this may have';
  const { allowedValues } = params as { allowedValues?: unknown[] };
  if (keyword === 'enum' && allowedValues) return `is one of ${allowedValues.join(', ')}`;
  if (keyword === 'pattern' && params['pattern'] === years) return 'is a day between 1900 and 2999';
  return message ?? 'is not valid';
}

// A value that no column can hold. The schemas should have said so by its field: this is the net below them.
function isUnreadable({ code }: Error & { code?: string }): boolean {
  return code !== undefined && ['22007', '22008', '22021', '22P05'].includes(code);
}

// The database gave up waiting (statement or lock time-out, no free connection), or ended one of two acts that waited for
// each other.
function isTimeout(error: Error & { code?: string }): boolean {
  return isContention(error) || error.code === '57014' || /timeout exceeded when trying to connect/.test(error.message);
}
