import { Paper, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { Answer } from '#web/api/client.ts';
import { money, month } from '#web/ui/format.ts';
import { chartHeight } from './chart-height.ts';

type Month = Answer<'GET /v1/forecast'>['months'][number];
type Props = { months: readonly Month[]; currency: string };

/** What will be invoiced in each month, as bars; the table below says the same. */
export function ForecastChart({ months, currency }: Props) {
  return (
    <div aria-hidden>
      <ResponsiveContainer width="100%" height={chartHeight}>
        <BarChart data={[...months]} margin={{ top: 8, right: 8, bottom: 0, left: 0 }} accessibilityLayer={false}>
          <CartesianGrid vertical={false} stroke="var(--mantine-color-default-border)" />
          <XAxis dataKey="month" tickFormatter={(iso: string) => month(iso)} {...axis} minTickGap={12} />
          <YAxis tickFormatter={(amount: number) => money(amount, currency)} width={84} {...axis} />
          <Tooltip
            isAnimationActive={false}
            cursor={{ fill: 'var(--mantine-color-default-hover)' }}
            content={({ active, payload }) => (active ? <Tip of={payload[0]?.payload} currency={currency} /> : null)}
          />
          <Bar
            dataKey="gross"
            isAnimationActive={false}
            fill="var(--mantine-primary-color-filled)"
            radius={[4, 4, 0, 0]}
            maxBarSize={48}
          />
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}

const axis = { tickLine: false, axisLine: false, tick: { fill: 'var(--mantine-color-dimmed)', fontSize: 12 } } as const;

function Tip({ of, currency }: { of: Month | undefined; currency: string }) {
  const { t } = useTranslation('billing');
  if (!of) return null;
  return (
    <Paper withBorder shadow="sm" p="xs">
      <Text size="sm">{month(of.month)}</Text>
      <Text size="sm" fw={600} className="numbers">
        {money(of.gross, currency)}
      </Text>
      <Text size="sm">{t('forecast.invoices', { count: of.invoices })}</Text>
    </Paper>
  );
}
