import { Button, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useIntention } from '#web/api/intention.ts';
import { refresh } from '#web/api/queries.ts';
import type { Account } from '#web/api/types.ts';
import { useAct } from '#web/portal/access/reauthenticate.tsx';
import { deadline, money } from '#web/ui/format.ts';
import { PaymentWays } from '#web/ui/payment-ways.tsx';
import { AmountDialog } from './amount-dialog.tsx';

/** Credits the account: amount, confirm, order, pay (R7). */
export function TopUp({ account }: { account: Account }) {
  const { t } = useTranslation('billing');
  const [isOpen, dialog] = useDisclosure();
  const act = useAct();
  const intention = useIntention();
  const navigate = useNavigate();
  const { currency, debt, top_up_minimum: least } = account;
  const place = async (amount: number) => {
    const body = { kind: 'top_up', amount } as const;
    const order = await act('POST /v1/orders', { body }, { idempotencyKey: intention.keyOf(body) });
    intention.done();
    void refresh();
    await navigate({ to: `/billing/orders/${order.order_id}` });
  };
  return (
    <>
      <Button onClick={dialog.open}>{t('topUp.do')}</Button>
      <AmountDialog
        isOpen={isOpen}
        onClose={dialog.close}
        title={t('topUp.title')}
        intro={t(debt > 0 ? 'topUp.introDebt' : 'topUp.intro', { debt: money(debt, currency) })}
        label={t('topUp.amount')}
        hint={t('topUp.hint', { least: money(least, currency) })}
        currency={currency}
        initial={debt > 0 ? Math.max(debt, least) : null}
        least={least}
        preview={(amount) => act('POST /v1/orders', { body: { kind: 'top_up', amount, dry_run: true } })}
        say={(order) => (
          <Stack gap="xs">
            <Text>{t('topUp.preview', { amount: money(order.gross, order.currency) })}</Text>
            <Text size="sm">{t('topUp.previewExpiry', { when: deadline(order.expires_at) })}</Text>
            <Text size="sm">{t('topUp.previewHelp')}</Text>
            <PaymentWays kind="top_up" amount={order.gross} />
          </Stack>
        )}
        confirm={t('topUp.confirm')}
        act={place}
      />
    </>
  );
}
