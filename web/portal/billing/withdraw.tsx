import { Button, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { useIntention } from '#web/api/intention.ts';
import { refresh } from '#web/api/queries.ts';
import type { Account } from '#web/api/types.ts';
import { useAct } from '#web/portal/access/reauthenticate.tsx';
import { money } from '#web/ui/format.ts';
import { told } from '#web/ui/told.ts';
import { AmountDialog } from './amount-dialog.tsx';

/** Takes free credit out, to the cards and PayPal accounts it came from (R6). */
export function Withdraw({ account }: { account: Account }) {
  const { t } = useTranslation('billing');
  const [isOpen, dialog] = useDisclosure();
  const act = useAct();
  const intention = useIntention();
  const { currency, withdrawable } = account;
  const withdraw = async (amount: number) => {
    await act('POST /v1/withdrawals', { body: { amount } }, { idempotencyKey: intention.keyOf(amount) });
    intention.done();
    dialog.close();
    told(t('withdraw.told', { amount: money(amount, currency) }));
    await refresh();
  };
  const preview = async (amount: number) => {
    const answer = await act('POST /v1/withdrawals', { body: { amount, dry_run: true } });
    return { amount, balance: answer.account.balance };
  };
  return (
    <>
      <Button variant="default" onClick={dialog.open}>
        {t('withdraw.do')}
      </Button>
      <AmountDialog
        isOpen={isOpen}
        onClose={dialog.close}
        title={t('withdraw.title')}
        intro={t('withdraw.intro')}
        label={t('withdraw.amount')}
        hint={t('withdraw.hint', { most: money(withdrawable, currency) })}
        currency={currency}
        initial={withdrawable}
        least={1}
        most={withdrawable}
        preview={preview}
        say={({ amount, balance }) => (
          <Stack gap="xs">
            <Text>{t('withdraw.preview', { amount: money(amount, currency), balance: money(balance, currency) })}</Text>
            <Text size="sm">{t('withdraw.previewHelp')}</Text>
          </Stack>
        )}
        confirm={t('withdraw.confirm')}
        act={withdraw}
      />
    </>
  );
}
