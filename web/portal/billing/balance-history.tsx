import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '#web/api/queries.ts';
import { day, money } from '#web/ui/format.ts';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { Section } from '#web/ui/section.tsx';
import { chartHeight } from './chart-height.ts';

const BalanceChart = lazy(() => import('./balance-chart.tsx'));

/** How the balance went over the last twelve months. */
export function BalanceHistory({ currency }: { currency: string }) {
  const { t } = useTranslation('billing');
  const { data, error, refetch } = useQuery(ask('GET /v1/account/balances', { query: { months: 12 } }));
  return (
    <Section id="history" title={t('history.title')}>
      {error && <ProblemNotice error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={chartHeight} />}
      {data?.days.length === 0 && <Text size="sm">{t('history.empty')}</Text>}
      {data && data.days.length > 0 && (
        <>
          <Suspense fallback={<Skeleton height={chartHeight} />}>
            <BalanceChart history={data} currency={currency} />
          </Suspense>
          <Text size="sm" c="dimmed">
            {t('history.sentence', {
              from: day(data.from),
              before: money(data.before, currency),
              lowest: money(Math.min(data.before, ...data.days.map(({ balance }) => balance)), currency),
              highest: money(Math.max(data.before, ...data.days.map(({ balance }) => balance)), currency),
            })}
          </Text>
        </>
      )}
    </Section>
  );
}
