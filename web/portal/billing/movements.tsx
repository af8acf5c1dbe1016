import { Skeleton, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { askPages } from '#web/api/pages.ts';
import { DataTable } from '#web/ui/data-table.tsx';
import { DownloadButton } from '#web/ui/download-button.tsx';
import { instant, money } from '#web/ui/format.ts';
import { More } from '#web/ui/more.tsx';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { Section } from '#web/ui/section.tsx';

const documents = ['invoice', 'credit_note', 'write_off'];

/** The statement of the account, newest first: each movement with the balance before and after. */
export function Movements({ currency }: { currency: string }) {
  const { t } = useTranslation('billing');
  const list = useInfiniteQuery(askPages('GET /v1/account/movements', { limit: 25 }));
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const shown = (amount: number) => money(amount, currency);
  return (
    <Section id="movements" title={t('movements.title')}>
      {list.error && <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Skeleton height={200} />}
      {list.data && rows.length === 0 && <Text size="sm">{t('movements.empty')}</Text>}
      {rows.length > 0 && (
        <>
          <DataTable
            caption={t('movements.title')}
            rows={rows}
            keyOf={(movement) => movement.number}
            columns={[
              {
                label: t('column.what'),
                show: ({ cause, reference }) => (
                  <>
                    {t(`movements.cause.${cause}`)}
                    {documents.includes(cause) && ` ${reference}`}
                  </>
                ),
              },
              { label: t('column.date'), show: (movement) => instant(movement.at) },
              { label: t('column.before'), show: (movement) => shown(movement.balance_before), isNumber: true },
              {
                label: t('column.amount'),
                show: (movement) => <Signed {...{ amount: movement.amount, currency }} />,
                isNumber: true,
              },
              { label: t('column.after'), show: (movement) => shown(movement.balance_after), isNumber: true },
            ]}
          />
          <More
            shown={rows.length}
            hasMore={list.hasNextPage}
            isLoading={list.isFetchingNextPage}
            onMore={() => void list.fetchNextPage()}
          />
          <div>
            <DownloadButton
              route="GET /v1/account/movements"
              ask={{ query: { format: 'csv' } }}
              label={t('movements.csv')}
            />
          </div>
        </>
      )}
    </Section>
  );
}

function Signed({ amount, currency }: { amount: number; currency: string }) {
  return (
    <Text span size="sm" fw={600} {...(amount > 0 && { c: 'var(--mantine-color-green-light-color)' })}>
      {amount > 0 && '+'}
      {money(amount, currency)}
    </Text>
  );
}
