import { Anchor, Button, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type Answer, call, scope } from '#web/api/client.ts';
import { useIntention } from '#web/api/intention.ts';
import { useMay } from '#web/api/may.ts';
import { ask, refresh } from '#web/api/queries.ts';
import type { Api } from '#web/api/types.ts';
import { withTexts } from '#web/i18n.ts';
import { useAct } from '#web/portal/access/reauthenticate.tsx';
import { HoldDialog } from '#web/ui/dialog-hold.tsx';
import { day, money } from '#web/ui/format.ts';
import { later } from '#web/ui/later.tsx';
import { PaymentWays } from '#web/ui/payment-ways.tsx';
import { ProblemNotice } from '#web/ui/problem.tsx';

const PayOrder = later(() => withTexts(import('#web/ui/pay-order.tsx'), 'pay'), 'PayOrder', 140);

export type OrderLine = Api['POST /v1/order-previews']['body']['lines'][number];
export type Order = Answer<'POST /v1/orders'>;
type Preview = Answer<'POST /v1/order-previews'>;

type Props = {
  lines: readonly OrderLine[];
  /** What is said of lines that cannot be sold, instead of the plain problem. */
  explain?: (error: unknown) => ReactNode;
  onPlaced: (order: Order) => void;
};

/** What mailboxes would cost: net, VAT, gross, first term and next renewal; then the order (R10). */
export function OrderPreview({ lines, explain, onPlaced }: Props) {
  const { t } = useTranslation('platforms');
  const act = useAct();
  const intention = useIntention();
  const mayPay = useMay('money:write');
  const body = { lines };
  const preview = useQuery({
    queryKey: [scope.customer, 'POST /v1/order-previews', body],
    queryFn: ({ signal }) => call('POST /v1/order-previews', { body }, { signal }),
    staleTime: 0,
  });
  const place = useMutation({
    mutationFn: async () => {
      const wish = { kind: 'mailboxes', lines } as const;
      const order = await act('POST /v1/orders', { body: wish }, { idempotencyKey: intention.keyOf(wish) });
      intention.done();
      return order;
    },
    onSuccess: (order) => {
      void refresh();
      onPlaced(order);
    },
  });
  if (preview.isError) {
    return explain?.(preview.error) ?? <ProblemNotice error={preview.error} onRetry={() => void preview.refetch()} />;
  }
  if (!preview.data) return <Skeleton h={180} />;
  return (
    <Paper withBorder p="md" component="section" aria-label={t('order.preview')}>
      <HoldDialog isBusy={place.isPending} />
      <Stack>
        <Terms preview={preview.data} />
        <Totals preview={preview.data} />
        {place.isError &&
          (explain?.(place.error) ?? <ProblemNotice error={place.error} onRetry={() => place.mutate()} />)}
        <Text size="sm">{t('order.nothingYet')}</Text>
        <PaymentWays kind="mailboxes" amount={preview.data.gross} />
        {mayPay && (
          <Group>
            <Button loading={place.isPending} onClick={() => place.mutate()}>
              {t('order.place')}
            </Button>
          </Group>
        )}
      </Stack>
    </Paper>
  );
}

/** Mailboxes with the same term and price stand together. */
function Terms({ preview }: { preview: Preview }) {
  const { t } = useTranslation('platforms');
  const { currency } = preview;
  const alike = Map.groupBy(preview.lines, ({ plan, mode, net, ends_on, renewal }) =>
    [plan, mode, net, ends_on, renewal.net].join(' '),
  );
  return (
    <Stack gap="xs">
      {[...alike].map(([key, lines]) => {
        const [line] = lines;
        if (!line) return null;
        const { renewal } = line;
        return (
          <div key={key}>
            <Text fw={600}>{t('order.each', { count: lines.length, amount: money(line.net, currency) })}</Text>
            <Text size="sm">{t('order.firstTerm', { from: day(line.starts_on), to: day(line.ends_on) })}</Text>
            <Text size="sm">
              {renewal.net === null
                ? t('order.renewalUnknown', { day: day(renewal.on) })
                : t(`order.renewal.${line.mode}`, { day: day(renewal.on), amount: money(renewal.net, currency) })}
            </Text>
            <details>
              <summary>
                <Text size="sm" span>
                  {t('preview.which')}
                </Text>
              </summary>
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                {lines.map(({ address }) => address).join(', ')}
              </Text>
            </details>
          </div>
        );
      })}
    </Stack>
  );
}

function Totals({ preview }: { preview: Preview }) {
  const { t, i18n } = useTranslation('platforms');
  const { net, vat, gross, vat_rate_bp: rate, vat_note: note, currency } = preview;
  const percent = new Intl.NumberFormat(i18n.language, { style: 'percent', maximumFractionDigits: 2 });
  return (
    <Stack gap={2} maw={320}>
      <Amount label={t('order.net')} amount={money(net, currency)} />
      <Amount label={t('order.vat', { rate: percent.format(rate / 10_000) })} amount={money(vat, currency)} />
      <Amount label={t('order.gross')} amount={money(gross, currency)} isStrong />
      {note && (
        <Text size="xs" c="dimmed">
          {note}
        </Text>
      )}
    </Stack>
  );
}

function Amount({ label, amount, isStrong = false }: { label: string; amount: string; isStrong?: boolean }) {
  return (
    <Group justify="space-between">
      <Text size="sm" fw={isStrong ? 700 : 400}>
        {label}
      </Text>
      <Text size="sm" fw={isStrong ? 700 : 400} className="numbers">
        {amount}
      </Text>
    </Group>
  );
}

/** An order that was just placed, how to pay it, and once it is paid the way on. */
export function PlacedOrder({ order, children }: { order: Order; children?: ReactNode }) {
  const { t } = useTranslation('platforms');
  const { data: now = order } = useQuery(ask('GET /v1/orders/{id}', { params: { id: order.order_id } }));
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <Stack>
      <div>
        <Title order={2} size="h4" ref={heading} tabIndex={-1} style={{ outline: 'none' }}>
          {t('order.placed', { number: order.number })}
        </Title>
        <Text size="sm">
          {now.state === 'open' && t('order.placedHelp')}{' '}
          <Anchor component={Link} to={`/billing/orders/${order.order_id}`} size="sm">
            {t('order.open')}
          </Anchor>
        </Text>
      </div>
      <PayOrder orderId={order.order_id} />
      {now.state === 'paid' && children}
    </Stack>
  );
}
