import { Paper, Text } from '@mantine/core';
import { Area, AreaChart, CartesianGrid, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { Answer } from '#web/api/client.ts';
import { day, money, month } from '#web/ui/format.ts';
import { chartHeight } from './chart-height.ts';

type Point = { at: number; balance: number };
type Props = { history: Answer<'GET /v1/account/balances'>; currency: string };

/** The balance as a line of steps: it stays what it was until it moves. What it says stands in words below it. */
export function BalanceChart({ history, currency }: Props) {
  const { from, until, before, days } = history;
  const points: Point[] = [
    { at: Date.parse(from), balance: before },
    ...days.map(({ on, balance }) => ({ at: Date.parse(on), balance })),
    { at: Date.parse(until), balance: days.at(-1)?.balance ?? before },
  ];
  return (
    <div aria-hidden>
      <ResponsiveContainer width="100%" height={chartHeight}>
        <AreaChart data={points} margin={{ top: 8, right: 8, bottom: 0, left: 0 }} accessibilityLayer={false}>
          <CartesianGrid vertical={false} stroke="var(--mantine-color-default-border)" />
          <XAxis
            dataKey="at"
            type="number"
            scale="time"
            domain={['dataMin', 'dataMax']}
            ticks={monthsBetween(from, until)}
            tickFormatter={(at: number) => month(new Date(at).toISOString())}
            {...axis}
            minTickGap={24}
          />
          <YAxis tickFormatter={(amount: number) => money(amount, currency)} width={84} {...axis} />
          <ReferenceLine y={0} stroke="var(--mantine-color-dimmed)" />
          <Tooltip
            isAnimationActive={false}
            content={({ active, payload }) => (active ? <Tip point={payload[0]?.payload} currency={currency} /> : null)}
          />
          <Area
            type="stepAfter"
            dataKey="balance"
            isAnimationActive={false}
            stroke="var(--mantine-primary-color-filled)"
            strokeWidth={2}
            fill="var(--mantine-primary-color-light)"
          />
        </AreaChart>
      </ResponsiveContainer>
    </div>
  );
}

const axis = { tickLine: false, axisLine: false, tick: { fill: 'var(--mantine-color-dimmed)', fontSize: 12 } } as const;

function Tip({ point, currency }: { point: Point | undefined; currency: string }) {
  if (!point) return null;
  return (
    <Paper withBorder shadow="sm" p="xs">
      <Text size="sm">{day(new Date(point.at).toISOString())}</Text>
      <Text size="sm" fw={600} className="numbers">
        {money(point.balance, currency)}
      </Text>
    </Paper>
  );
}

/** The firsts of the months, where the marks below the chart stand. */
function monthsBetween(from: string, until: string): number[] {
  const first = new Date(from);
  const marks: number[] = [];
  for (let i = 1; i <= 12; i++) {
    const mark = Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + i, 1);
    if (mark <= Date.parse(until)) marks.push(mark);
  }
  return marks;
}
