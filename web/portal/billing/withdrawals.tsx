import { Badge } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask } from '#web/api/queries.ts';
import { DataTable } from '#web/ui/data-table.tsx';
import { instant, money } from '#web/ui/format.ts';
import { Section } from '#web/ui/section.tsx';

const colors = { created: 'blue', succeeded: 'green', failed: 'red' } as const;

/** Credit that was taken out, and whether it has arrived; nothing while there is none. */
export function Withdrawals() {
  const { t } = useTranslation('billing');
  const { data } = useQuery({
    ...ask('GET /v1/withdrawals', {}),
    refetchInterval: (query) => (query.state.data?.items.some(({ state }) => state === 'created') ? 4_000 : false),
  });
  if (!data || data.items.length === 0) return null;
  return (
    <Section id="withdrawals" title={t('withdraw.list')}>
      <DataTable
        caption={t('withdraw.list')}
        rows={data.items}
        keyOf={(refund) => refund.refund_id}
        columns={[
          { label: t('column.date'), show: (refund) => instant(refund.created_at) },
          {
            label: t('column.state'),
            show: ({ state }) => (
              <Badge variant="light" color={colors[state]} tt="none">
                {t(`withdraw.state.${state}`)}
              </Badge>
            ),
          },
          { label: t('column.amount'), show: (refund) => money(refund.amount, refund.currency), isNumber: true },
        ]}
      />
    </Section>
  );
}
