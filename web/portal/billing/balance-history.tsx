import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Answer } from '#web/api/client.ts';
import { ask } from '#web/api/queries.ts';
import { day, money } from '#web/ui/format.ts';
import { later } from '#web/ui/later.tsx';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { Section } from '#web/ui/section.tsx';
import { WhenSeen } from '#web/ui/when-seen.tsx';
import { chartHeight } from './chart-height.ts';

const BalanceChart = later(() => import('./balance-chart.tsx'), 'BalanceChart');

/** How the balance went over the last twelve months. */
export function BalanceHistory({ currency }: { currency: string }) {
  const { t } = useTranslation('billing');
  const { data, error, refetch } = useQuery(ask('GET /v1/account/balances', { query: { months: 12 } }));
  return (
    <Section id="history" title={t('history.title')}>
      {error && <ProblemNotice error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={chartHeight} />}
      {data && <Shown history={data} currency={currency} />}
    </Section>
  );
}

function Shown({ history, currency }: { history: Answer<'GET /v1/account/balances'>; currency: string }) {
  const { t } = useTranslation('billing');
  const { from, before, days } = history;
  const balances = [before, ...days.map(({ balance }) => balance)];
  const [lowest, highest] = [Math.min(...balances), Math.max(...balances)];
  if (lowest === highest) return <Text size="sm">{t('history.still', { balance: money(before, currency) })}</Text>;
  return (
    <>
      <WhenSeen height={chartHeight}>
        <BalanceChart {...{ history, currency }} />
      </WhenSeen>
      <Text size="sm" c="dimmed">
        {t('history.sentence', {
          from: day(from),
          before: money(before, currency),
          lowest: money(lowest, currency),
          highest: money(highest, currency),
        })}
      </Text>
    </>
  );
}
