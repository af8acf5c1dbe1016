import { Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Answer } from '#web/api/client.ts';
import { ask } from '#web/api/queries.ts';
import { DataTable } from '#web/ui/data-table.tsx';
import { DownloadButton } from '#web/ui/download-button.tsx';
import { count, day, money } from '#web/ui/format.ts';
import { later } from '#web/ui/later.tsx';
import { PageTitle } from '#web/ui/page-title.tsx';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { Section } from '#web/ui/section.tsx';
import { WhenSeen } from '#web/ui/when-seen.tsx';
import { chartHeight } from './chart-height.ts';

const ForecastChart = later(() => import('./forecast-chart.tsx'), 'ForecastChart');
const query = { months: 12 } as const;

/** What will be invoiced over the next twelve months, and on which day, if nothing is changed (R18). */
export default function Forecast() {
  const { t } = useTranslation('billing');
  const { data, error, refetch } = useQuery(ask('GET /v1/forecast', { query }));
  const hasInvoices = (data?.invoices.length ?? 0) > 0;
  return (
    <>
      <PageTitle actions={hasInvoices && <Downloads />}>{t('forecast.title')}</PageTitle>
      <Stack gap="md">
        <Text size="sm" maw={720}>
          {t('forecast.intro')}
        </Text>
        {error && <ProblemNotice error={error} onRetry={() => void refetch()} />}
        {!data && !error && <Skeleton height={chartHeight + 200} />}
        {data?.invoices.length === 0 && <Text>{t('forecast.empty')}</Text>}
        {data && hasInvoices && <Coming forecast={data} />}
      </Stack>
    </>
  );
}

function Coming({ forecast }: { forecast: Answer<'GET /v1/forecast'> }) {
  const { t } = useTranslation('billing');
  const { invoices, months } = forecast;
  const currency = invoices[0]?.currency ?? '';
  return (
    <>
      <Section id="by-month" title={t('forecast.byMonth')}>
        <WhenSeen height={chartHeight}>
          <ForecastChart {...{ months, currency }} />
        </WhenSeen>
      </Section>
      <Section id="by-day" title={t('forecast.byDay')}>
        <DataTable
          caption={t('forecast.byDay')}
          rows={invoices}
          keyOf={(invoice) => `${invoice.due_on} ${invoice.currency}`}
          columns={[
            { label: t('column.date'), show: (invoice) => day(invoice.due_on) },
            { label: t('column.mailboxes'), show: (invoice) => count(invoice.mailboxes), isNumber: true },
            { label: t('column.net'), show: (invoice) => money(invoice.net, invoice.currency), isNumber: true },
            { label: t('column.vat'), show: (invoice) => money(invoice.vat, invoice.currency), isNumber: true },
            {
              label: t('column.gross'),
              show: (invoice) => <b>{money(invoice.gross, invoice.currency)}</b>,
              isNumber: true,
            },
          ]}
        />
      </Section>
    </>
  );
}

function Downloads() {
  const { t } = useTranslation('billing');
  return (
    <Group gap="xs">
      {(['csv', 'ics'] as const).map((format) => (
        <DownloadButton
          key={format}
          route="GET /v1/forecast"
          ask={{ query: { ...query, format } }}
          label={t(`forecast.${format}`)}
          size="xs"
        />
      ))}
    </Group>
  );
}
