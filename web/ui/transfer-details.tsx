import { ActionIcon, CopyButton, Group, Stack, Text } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Api } from '#web/api/types.ts';
import { money } from './format.ts';
import { TransferQr } from './transfer-qr.tsx';

type Order = Pick<Api['GET /v1/orders/{id}']['answer'], 'gross' | 'currency' | 'transfer'>;

/** Where a bank transfer for an order goes, how much, and what to write on it; each can be copied. */
export function TransferDetails({ order }: { order: Order }) {
  const { t } = useTranslation('pay');
  const { payee, iban, bic, reference } = order.transfer;
  return (
    <Stack gap={4}>
      <Text size="sm">{t('transfer.help')}</Text>
      <Fact label={t('transfer.payee')} value={payee} />
      <Fact label={t('transfer.iban')} value={iban} shown={iban.replace(/(.{4})(?=.)/g, '$1 ')} />
      <Fact label={t('transfer.bic')} value={bic} />
      <Fact label={t('transfer.amount')} value={money(order.gross, order.currency)} />
      <Fact label={t('transfer.reference')} value={reference} />
      <TransferQr order={order} />
    </Stack>
  );
}

type FactProps = { label: string; value: string; shown?: string };

function Fact({ label, value, shown = value }: FactProps) {
  const { t } = useTranslation('pay');
  if (!value) return null;
  return (
    <Group gap="xs" wrap="nowrap">
      <Text size="sm" c="dimmed" w={96} flex="0 0 auto">
        {label}
      </Text>
      <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
        {shown}
      </Text>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <ActionIcon
            size="sm"
            variant="subtle"
            title={t(copied ? 'transfer.copied' : 'transfer.copy', { label })}
            aria-label={t(copied ? 'transfer.copied' : 'transfer.copy', { label })}
            onClick={copy}
          >
            {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          </ActionIcon>
        )}
      </CopyButton>
    </Group>
  );
}
