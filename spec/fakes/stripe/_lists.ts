import { type Form, group, text } from '#spec/fakes/stripe/_form.ts';
import { invalid } from '#spec/fakes/stripe/_problem.ts';
import type { Shelf } from '#spec/fakes/stripe/_shelf.ts';

/** Answers a list as Stripe does: newest first, 10 unless asked otherwise, at most 100. */
export function listOf<T extends { id: string; created: number }>(
  shelf: Shelf<T>,
  form: Form,
  ask: { url: string; group?: string | undefined; wanted?: (item: T) => boolean },
) {
  const limit = Number(text(form, 'limit') ?? '10');
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    throw invalid('parameter_invalid_integer', 'Limit must be from 1 to 100', 'limit');
  }
  const startingAfter = text(form, 'starting_after');
  if (startingAfter !== undefined && !shelf.get(startingAfter)) {
    throw invalid('resource_missing', `No such object: '${startingAfter}'`, 'starting_after');
  }
  const within = createdWithin(form);
  const { wanted = () => true } = ask;
  const page = shelf.page({
    limit,
    ...(startingAfter !== undefined && { startingAfter }),
    ...(ask.group !== undefined && { group: ask.group }),
    wanted: (item) => within(item.created) && wanted(item),
  });
  return { object: 'list' as const, ...page, url: ask.url };
}

function createdWithin(form: Form): (created: number) => boolean {
  const exact = text(form, 'created');
  if (exact !== undefined) return (created) => created === Number(exact);
  const range = group(form, 'created');
  const bound = (name: string, otherwise: number) => Number(text(range, name) ?? otherwise);
  const [gte, gt] = [bound('gte', -Infinity), bound('gt', -Infinity)];
  const [lte, lt] = [bound('lte', Infinity), bound('lt', Infinity)];
  return (created) => created >= gte && created > gt && created <= lte && created < lt;
}
