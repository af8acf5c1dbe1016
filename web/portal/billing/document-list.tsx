import { Group, Skeleton, Stack, Text } from '@mantine/core';
import type { Key, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type Column, DataTable } from '#web/ui/data-table.tsx';
import { More } from '#web/ui/more.tsx';
import { ProblemNotice } from '#web/ui/problem.tsx';

type Pages<Row> = {
  data: { pages: readonly { items: readonly Row[] }[] } | undefined;
  error: Error | null;
  isPending: boolean;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => Promise<unknown>;
  refetch: () => Promise<unknown>;
};

type Props<Row> = {
  caption: string;
  filters: ReactNode;
  download?: ReactNode;
  list: Pages<Row>;
  columns: readonly Column<Row>[];
  keyOf: (row: Row) => Key;
  /** What is said when there is nothing: at all, or for this filter. */
  empty: string;
};

/** A list of documents with its filters, and what can be taken out of it. */
export function DocumentList<Row>({ caption, filters, download, list, columns, keyOf, empty }: Props<Row>) {
  const { t } = useTranslation('billing');
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Stack gap="md">
      <Group align="flex-end" justify="space-between" role="search" aria-label={t('filter.label')}>
        <Group align="flex-end" gap="sm">
          {filters}
        </Group>
        <Group gap="xs">{download}</Group>
      </Group>
      {list.error && <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Skeleton height={220} />}
      <div role="status">{list.data && rows.length === 0 && <Text>{empty}</Text>}</div>
      {rows.length > 0 && <DataTable {...{ caption, rows, columns, keyOf }} />}
      <More
        shown={rows.length}
        hasMore={list.hasNextPage}
        isLoading={list.isFetchingNextPage}
        onMore={() => void list.fetchNextPage()}
      />
    </Stack>
  );
}

/** Whether there is nothing to take out; while that is not known there might be. */
export function hasNone({ data }: Pages<unknown>): boolean {
  return data?.pages[0]?.items.length === 0;
}
