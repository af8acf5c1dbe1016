import { Button, Skeleton, Stack } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { type Answer, ApiError, addressOf, call } from '#web/api/client.ts';
import { ask } from '#web/api/queries.ts';
import { OrderSummary } from '#web/portal/billing/order-summary.tsx';
import { CameBack } from '#web/ui/came-back.tsx';
import { forgetLeaving, paceOf, type Return, useReturn } from '#web/ui/leave.ts';
import { PageTitle } from '#web/ui/page-title.tsx';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { Section } from '#web/ui/section.tsx';
import { TransferDetails } from '#web/ui/transfer-details.tsx';
import { ClosedLink } from './closed.tsx';
import { LinkFrame } from './frame.tsx';
import { PayPages } from './pay-pages.tsx';

/** One order, opened by its link without login: what it is for, and the ways to pay it (R8). */
export default function OrderLink() {
  const { t } = useTranslation('order-link');
  const { link = '' } = useParams({ strict: false });
  const orderId = Number(link.split('-')[1]);
  const back = useReturn(orderId, () => call('PUT /v1/order-links/{link}/payment-return', { params: { link } }));
  const asked = useQuery({
    ...ask('GET /v1/order-links/{link}', { params: { link } }),
    refetchInterval: ({ state: { error } }) => (isDead(error) ? false : paceOf(back)),
  });
  const dead = isDead(asked.error) ? asked.error : null;
  useEffect(() => {
    if (dead) forgetLeaving(orderId);
  }, [dead, orderId]);
  return (
    <LinkFrame>
      {dead && <ClosedLink state={dead.problem.fields.find(({ name }) => name === 'state')?.rule} />}
      {asked.error && !dead && (
        <>
          <PageTitle>{t('title')}</PageTitle>
          <ProblemNotice error={asked.error} onRetry={() => void asked.refetch()} />
        </>
      )}
      {asked.isPending && <Skeleton height={420} />}
      {asked.data && !asked.error && <Open {...{ link, back }} order={asked.data} />}
    </LinkFrame>
  );
}

function isDead(error: unknown): error is ApiError {
  return error instanceof ApiError && error.problem.code === 'link_dead';
}

type OpenProps = { link: string; order: Answer<'GET /v1/order-links/{link}'>; back: Return };

function Open({ link, order, back }: OpenProps) {
  const { t } = useTranslation('order-link');
  return (
    <>
      <PageTitle
        actions={
          <Button
            component="a"
            href={addressOf('/v1/order-links/{link}/pdf', { link })}
            download
            variant="default"
            size="xs"
            leftSection={<IconDownload size={16} aria-hidden />}
          >
            {t('download')}
          </Button>
        }
      >
        {t('order', { number: order.number })}
      </PageTitle>
      <Stack gap="md">
        <div role="status">{back && <CameBack stage={back} />}</div>
        <Section id="order" title={t('from', { seller: order.transfer.payee })}>
          <OrderSummary order={order} />
        </Section>
        {back !== 'asking' && (
          <Section id="pay" title={t('pay.title')} intro={t('pay.intro')} isForPaper={false}>
            <PayPages {...{ link, order }} />
          </Section>
        )}
        {order.transfer.iban !== '' && (
          <Section id="transfer" title={t('transfer.title')} intro={t('transfer.intro')}>
            <TransferDetails order={order} />
          </Section>
        )}
      </Stack>
    </>
  );
}
