import { Button, Group } from '@mantine/core';
import { IconBrandPaypal, IconCreditCard } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Answer } from '#web/api/client.ts';
import { call } from '#web/api/client.ts';
import { useIntention } from '#web/api/intention.ts';
import { money } from '#web/ui/format.ts';
import { leaveToPay } from '#web/ui/leave.ts';
import { ClosedWays } from '#web/ui/payment-ways.tsx';
import { ProblemNotice } from '#web/ui/problem.tsx';

type Props = {
  link: string;
  order: Pick<Answer<'GET /v1/order-links/{link}'>, 'order_id' | 'gross' | 'currency' | 'ways'>;
};

const kinds = [
  { kind: 'card', Icon: IconCreditCard, variant: 'filled' },
  { kind: 'paypal', Icon: IconBrandPaypal, variant: 'default' },
] as const;

/** The ways to the provider's page, where the order is paid. */
export function PayPages({ link, order }: Props) {
  const { t } = useTranslation('order-link');
  const { t: named } = useTranslation('pay');
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
  const closed = order.ways.flatMap(({ why, ...way }) =>
    why ? [{ ...way, why, name: named(`ways.by.${way.kind ?? 'transfer'}`) }] : [],
  );
  return (
    <>
      <Group gap="sm">
        {kinds.map(({ kind, Icon, variant }) => (
          <Button
            key={kind}
            variant={variant}
            leftSection={<Icon size={18} aria-hidden />}
            disabled={closed.some((way) => way.kind === kind) || (isBusy && visit.variables !== kind)}
            loading={isBusy && visit.variables === kind}
            onClick={() => visit.mutate(kind)}
          >
            {t(`pay.${kind}`, { amount: money(order.gross, order.currency) })}
          </Button>
        ))}
      </Group>
      <ClosedWays ways={closed} />
      {visit.isError && <ProblemNotice error={visit.error} />}
    </>
  );
}
