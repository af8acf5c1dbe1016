import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '#web/api/queries.ts';
import { filterOf, type MailboxSearch } from './search.ts';

export const pageSize = 50;

/** One page of a platform's mailboxes, how many match in all, and the way to the pages around it. */
export function useMailboxes(platformId: number, search: MailboxSearch) {
  const query = { ...filterOf(platformId, search), sort: search.sort ?? 'address', limit: pageSize } as const;
  const about = JSON.stringify(query);
  const [turned, setTurned] = useState<{ about: string; cursors: readonly string[] }>({ about, cursors: [] });
  // Another filter begins at its own first page.
  const cursors = turned.about === about ? turned.cursors : [];
  const cursor = cursors.at(-1);
  // The first page alone says how many there are.
  const first = useQuery(ask('GET /v1/mailboxes', { query }));
  const page = useQuery(ask('GET /v1/mailboxes', { query: cursor === undefined ? query : { ...query, cursor } }));
  // What was done to its last mailboxes may empty a page: then the one before it is the last.
  const isEmptied = cursor !== undefined && !page.isPlaceholderData && page.data?.items.length === 0;
  if (isEmptied) setTurned({ about, cursors: cursors.slice(0, -1) });
  const next = page.isPlaceholderData ? null : (page.data?.next ?? null);
  return {
    page,
    total: first.data?.total ?? null,
    from: cursors.length * pageSize + 1,
    goOn: next === null ? null : () => setTurned({ about, cursors: [...cursors, next] }),
    goBack: cursors.length === 0 ? null : () => setTurned({ about, cursors: cursors.slice(0, -1) }),
  };
}

export type MailboxPages = ReturnType<typeof useMailboxes>;
