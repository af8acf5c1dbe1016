import { Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Answer } from '#web/api/client.ts';
import { DataTable } from '#web/ui/data-table.tsx';
import { deadline, instant, money, rate } from '#web/ui/format.ts';
import { OrderBadge } from './order-badge.tsx';

type Order = Pick<
  Answer<'GET /v1/orders/{id}'>,
  | 'kind'
  | 'state'
  | 'lines'
  | 'net'
  | 'vat'
  | 'vat_rate_bp'
  | 'gross'
  | 'currency'
  | 'placed_at'
  | 'expires_at'
  | 'closed_at'
>;

/** What an order is for, its amounts, and until when it can be paid. */
export function OrderSummary({ order }: { order: Order }) {
  const { t } = useTranslation('billing');
  const { t: common } = useTranslation();
  const { currency, lines, kind, state, closed_at: closedAt } = order;
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <OrderBadge state={state} />
        <Text size="sm" c="dimmed">
          {t('order.placed', { when: instant(order.placed_at) })}
        </Text>
      </Group>
      <Text>{t(`order.for.${kind}`)}</Text>
      {lines.length > 0 && (
        <DataTable
          caption={t('order.lines')}
          rows={lines}
          keyOf={(line) => line.line_no}
          columns={[
            { label: t('column.address'), show: (line) => line.address },
            { label: t('column.mode'), show: (line) => common(`mode.${line.mode}`) },
            { label: t('column.net'), show: (line) => money(line.net, currency), isNumber: true },
          ]}
        />
      )}
      <Stack gap={2} component="dl" m={0}>
        {order.vat_rate_bp > 0 && (
          <>
            <Sum label={t('column.net')} text={money(order.net, currency)} />
            <Sum label={t('order.vat', { rate: rate(order.vat_rate_bp) })} text={money(order.vat, currency)} />
          </>
        )}
        <Sum label={t('order.total')} text={money(order.gross, currency)} isTotal />
      </Stack>
      <Text size="sm">
        {state === 'open' && t('order.expires', { when: deadline(order.expires_at) })}
        {state !== 'open' && closedAt && t(`order.closed.${state}`, { when: instant(closedAt) })}
      </Text>
    </Stack>
  );
}

function Sum({ label, text, isTotal = false }: { label: string; text: string; isTotal?: boolean }) {
  return (
    <Group justify="space-between" gap="sm" maw={360}>
      <Text component="dt" size={isTotal ? 'md' : 'sm'} fw={isTotal ? 700 : 400}>
        {label}
      </Text>
      <Text component="dd" m={0} size={isTotal ? 'lg' : 'sm'} fw={isTotal ? 700 : 400} className="numbers">
        {text}
      </Text>
    </Group>
  );
}
