import { Anchor, Group, NativeSelect, Skeleton, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { askPages } from '#web/api/pages.ts';
import type { Api } from '#web/api/types.ts';
import { type Column, DataTable } from '#web/ui/data-table.tsx';
import { DownloadButton } from '#web/ui/download-button.tsx';
import { deadline, instant, money } from '#web/ui/format.ts';
import { More } from '#web/ui/more.tsx';
import { PageTitle } from '#web/ui/page-title.tsx';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { OrderBadge } from './order-badge.tsx';

type Order = Api['GET /v1/orders']['answer']['items'][number];
type State = Order['state'];
const states: readonly State[] = ['open', 'paid', 'expired', 'withdrawn'];

/** Every order, newest first. */
export default function Orders() {
  const { t } = useTranslation('billing');
  const [state, setState] = useState<State | ''>('');
  const list = useInfiniteQuery(askPages('GET /v1/orders', { limit: 25, ...(state && { state }) }));
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const columns: Column<Order>[] = [
    {
      label: t('column.number'),
      show: ({ order_id: id, number }) => (
        <Anchor component={Link} to={`/billing/orders/${id}`} inherit>
          {number}
        </Anchor>
      ),
    },
    { label: t('column.what'), show: ({ kind }) => t(`orders.kind.${kind}`) },
    { label: t('column.placed'), show: (order) => instant(order.placed_at) },
    { label: t('column.expires'), show: (order) => (order.state === 'open' ? deadline(order.expires_at) : '—') },
    { label: t('column.state'), show: (order) => <OrderBadge state={order.state} /> },
    { label: t('column.gross'), show: (order) => money(order.gross, order.currency), isNumber: true },
  ];
  return (
    <>
      <PageTitle>{t('orders.title')}</PageTitle>
      <Stack gap="md">
        <Text size="sm" maw={720}>
          {t('orders.intro')}
        </Text>
        <Group align="flex-end" justify="space-between">
          <NativeSelect
            label={t('column.state')}
            value={state}
            data={[
              { value: '', label: t('filter.all') },
              ...states.map((each) => ({ value: each, label: t(`orders.state.${each}`) })),
            ]}
            onChange={(event) => setState(event.currentTarget.value as State | '')}
          />
          <DownloadButton route="GET /v1/orders" ask={{ query: { format: 'csv' } }} label={t('orders.csv')} />
        </Group>
        {list.error && <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />}
        {list.isPending && <Skeleton height={220} />}
        <div role="status">
          {list.data && rows.length === 0 && <Text>{t(state ? 'orders.noneSuch' : 'orders.empty')}</Text>}
        </div>
        {rows.length > 0 && (
          <DataTable caption={t('orders.title')} rows={rows} keyOf={(order) => order.order_id} columns={columns} />
        )}
        <More
          shown={rows.length}
          hasMore={list.hasNextPage}
          isLoading={list.isFetchingNextPage}
          onMore={() => void list.fetchNextPage()}
        />
      </Stack>
    </>
  );
}
