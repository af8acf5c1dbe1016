import { Alert, Group, Radio, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Mailbox } from '#web/api/types.ts';
import { Dialog } from '#web/ui/dialog.tsx';
import { useOwnState } from '#web/ui/own-state.ts';
import { type Order, OrderPreview, PlacedOrder } from './order-steps.tsx';

type Props = {
  mailboxes: readonly Mailbox[];
  /** Whether an order was placed. */
  onClose: (isPlaced: boolean) => void;
};

// The API takes so many in one order.
const most = 1_000;

/** Buying back mailboxes whose content is still kept (R21): mode, price, order, payment. */
export function BuyBackDialog({ mailboxes, onClose }: Props) {
  const { t } = useTranslation('platforms');
  const [order, setOrder] = useOwnState<Order | null>(mailboxes, null);
  return (
    <Dialog
      opened={mailboxes.length > 0}
      onClose={() => onClose(order !== null)}
      title={t('buyBackTitle', { count: mailboxes.length })}
      size="lg"
      closeOnClickOutside={false}
      transitionProps={{ duration: 0 }}
    >
      {order && <PlacedOrder order={order} />}
      {!order && mailboxes.length > 0 && <Steps mailboxes={mailboxes.slice(0, most)} onPlaced={setOrder} />}
    </Dialog>
  );
}

type StepsProps = { mailboxes: readonly Mailbox[]; onPlaced: (order: Order) => void };

function Steps({ mailboxes, onPlaced }: StepsProps) {
  const { t } = useTranslation('platforms');
  const { t: common } = useTranslation();
  const [mode, setMode] = useState<'monthly' | 'yearly'>(mailboxes[0]?.previous_mode ?? 'monthly');
  return (
    <Stack>
      <Text size="sm">{t('buyBackHelp', { count: mailboxes.length })}</Text>
      <Radio.Group
        label={t('column.mode')}
        value={mode}
        onChange={(chosen) => setMode(chosen === 'yearly' ? 'yearly' : 'monthly')}
      >
        <Group mt={4}>
          <Radio value="monthly" label={common('mode.monthly')} />
          <Radio value="yearly" label={common('mode.yearly')} />
        </Group>
      </Radio.Group>
      {mailboxes.length === most && <Alert color="gray">{t('mostPerOrder', { count: most })}</Alert>}
      <OrderPreview lines={mailboxes.map(({ mailbox_id }) => ({ mailbox_id, mode }))} onPlaced={onPlaced} />
    </Stack>
  );
}
