import { Alert, Button, CopyButton, Group, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { IconCheck, IconLink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Answer } from '#web/api/client.ts';
import { useMay } from '#web/api/may.ts';
import { ask, refresh } from '#web/api/queries.ts';
import { useAct } from '#web/portal/access/reauthenticate.tsx';
import { ConfirmButton } from '#web/ui/confirm-button.tsx';
import { DownloadButton } from '#web/ui/download-button.tsx';
import { PageTitle } from '#web/ui/page-title.tsx';
import { PayOrder } from '#web/ui/pay-order.tsx';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { Section } from '#web/ui/section.tsx';
import { told } from '#web/ui/told.ts';
import { Attempts } from './attempts.tsx';
import { OrderSummary } from './order-summary.tsx';

type Order = Answer<'GET /v1/orders/{id}'>;

/** One order: what it is for, how to pay it, and what became of it. */
export default function OrderScreen() {
  const { t } = useTranslation('billing');
  const { orderId } = useParams({ strict: false });
  const id = Number(orderId);
  const { data: order, error } = useQuery(ask('GET /v1/orders/{id}', { params: { id } }));
  const problem = error && <ProblemNotice error={error} onRetry={() => void refresh()} />;
  if (problem && !order) {
    return (
      <>
        <PageTitle>{t('order.unknown')}</PageTitle>
        {problem}
      </>
    );
  }
  if (!order) return <Skeleton height={420} />;
  return (
    <>
      {problem}
      <PageTitle actions={<Acts order={order} />}>{t('order.title', { number: order.number })}</PageTitle>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md" style={{ alignItems: 'start' }}>
        <Section id="order" title={t('order.what')}>
          <OrderSummary order={order} />
        </Section>
        <Stack gap="md">
          <Section id="pay" title={t('order.pay')}>
            <PayOrder orderId={id} />
          </Section>
          <Attempts orderId={id} />
          {order.state === 'open' && <Share order={order} />}
        </Stack>
      </SimpleGrid>
    </>
  );
}

function Acts({ order }: { order: Order }) {
  const { t } = useTranslation('billing');
  const mayPay = useMay('money:write');
  const act = useAct();
  const { number, order_id: id } = order;
  const withdraw = async () => {
    await act('PUT /v1/orders/{id}/withdrawal', { params: { id }, body: {} });
    told(t('order.toldWithdrawn', { number }));
    await refresh();
  };
  return (
    <Group gap="xs">
      <DownloadButton route="GET /v1/orders/{id}/pdf" ask={{ params: { id } }} label={t('document.pdf')} size="xs" />
      {mayPay && order.state === 'open' && (
        <ConfirmButton
          label={t('order.withdraw')}
          title={t('order.withdrawTitle', { number })}
          text={t(`order.withdrawText.${order.kind === 'settlement' ? 'settlement' : 'other'}`)}
          confirm={t('order.withdraw')}
          act={withdraw}
          focusAfter="order"
        />
      )}
    </Group>
  );
}

/** The link that opens this one order without login, for who pays but has none (R8). */
function Share({ order }: { order: Order }) {
  const { t } = useTranslation('billing');
  return (
    <Section id="share" title={t('share.title')} intro={t('share.intro')}>
      <Alert color="yellow" variant="light">
        <Text size="sm">{t('share.warning')}</Text>
      </Alert>
      <CopyButton value={order.link} timeout={4_000}>
        {({ copied, copy }) => (
          <div role="status">
            <Button
              variant="default"
              size="xs"
              leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconLink size={16} aria-hidden />}
              onClick={copy}
            >
              {t(copied ? 'share.copied' : 'share.copy')}
            </Button>
          </div>
        )}
      </CopyButton>
    </Section>
  );
}
