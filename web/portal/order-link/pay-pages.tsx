import { Button, Group } from '@mantine/core';
import { IconBrandPaypal, IconCreditCard } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call } from '#web/api/client.ts';
import { useIntention } from '#web/api/intention.ts';
import { money } from '#web/ui/format.ts';
import { leaveToPay } from '#web/ui/leave.ts';
import { ProblemNotice } from '#web/ui/problem.tsx';

type Props = { link: string; order: { order_id: number; gross: number; currency: string } };

const kinds = [
  { kind: 'card', Icon: IconCreditCard, variant: 'filled' },
  { kind: 'paypal', Icon: IconBrandPaypal, variant: 'default' },
] as const;

/** The ways to the provider's page, where the order is paid. */
export function PayPages({ link, order }: Props) {
  const { t } = useTranslation('order-link');
  const intention = useIntention();
  const visit = useMutation({
    mutationFn: async (kind: 'card' | 'paypal') => {
      const options = { idempotencyKey: intention.keyOf(kind) };
      const answer = await call(
        'POST /v1/order-links/{link}/payment-pages',
        { params: { link }, body: { kind } },
        options,
      );
      intention.done();
      return answer;
    },
    onSuccess: ({ url }) => leaveToPay(order.order_id, url),
  });
  const isBusy = visit.isPending || visit.isSuccess;
  return (
    <>
      <Group gap="sm">
        {kinds.map(({ kind, Icon, variant }) => (
          <Button
            key={kind}
            variant={variant}
            leftSection={<Icon size={18} aria-hidden />}
            disabled={isBusy && visit.variables !== kind}
            loading={isBusy && visit.variables === kind}
            onClick={() => visit.mutate(kind)}
          >
            {t(`pay.${kind}`, { amount: money(order.gross, order.currency) })}
          </Button>
        ))}
      </Group>
      {visit.isError && <ProblemNotice error={visit.error} />}
    </>
  );
}
