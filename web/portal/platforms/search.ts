import type { Api } from '#web/api/types.ts';

type Query = NonNullable<Api['GET /v1/mailboxes']['query']>;

export type MailboxFilter = Pick<Query, 'platform_id' | 'mode' | 'state' | 'plan' | 'text'>;
export type MailboxSort = NonNullable<Query['sort']>;

/** Which mailboxes are shown and in which order, as it stands in the address: it can be kept, sent, and gone back to. */
export type MailboxSearch = Pick<Query, 'mode' | 'state' | 'plan' | 'text' | 'sort'>;

export const modes = ['monthly', 'yearly', 'none'] as const;
export const states = ['active', 'suspended', 'ended'] as const;
export const sorts = ['address', '-address', 'expires_on', '-expires_on'] as const;

/** Reads it from an address; what it says wrongly is left out. */
export function readMailboxSearch(search: Record<string, unknown>): MailboxSearch {
  const { mode, state, plan, text, sort } = search;
  return {
    ...(isOne(modes, mode) && { mode }),
    ...(isOne(states, state) && { state }),
    ...(isOne(sorts, sort) && { sort }),
    ...(isText(plan) && { plan }),
    // A number typed into the search stands in the address as one.
    ...((isText(text) || typeof text === 'number') && { text: String(text) }),
  };
}

/** What the server is asked for, both to list and to change all that match. */
export function filterOf(platformId: number, { sort: _, ...filter }: MailboxSearch): MailboxFilter {
  return { platform_id: platformId, ...filter };
}

function isOne<const Words extends readonly string[]>(words: Words, value: unknown): value is Words[number] {
  return typeof value === 'string' && words.includes(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 254;
}
