import { Button, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconAlarm, IconCreditCard, IconFileInvoice, IconPigMoney } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '#web/api/may.ts';
import { deadline, distance, money } from '#web/ui/format.ts';
import { Notice } from './notice.tsx';
import type { Attention } from './use-attention.ts';

/** What is owed, until when, and the three ways out of it (R24). */
export function DebtNotice({ account, settlement, hasValidMethod, now }: Attention) {
  const { t } = useTranslation('home');
  const mayPay = useMay('money:write');
  if (!account || account.debt === 0) return null;
  const until = account.deadline_at;
  const isLate = until !== null && Date.parse(until) <= now;
  return (
    <Notice color="red" Icon={IconAlarm} title={t('debt.title', { amount: money(account.debt, account.currency) })}>
      {until && (
        <Text size="sm">
          <b>{t(isLate ? 'debt.late' : 'debt.until', { when: deadline(until), distance: distance(until, now) })}</b>{' '}
          {t(isLate ? 'debt.afterLate' : 'debt.after')}
        </Text>
      )}
      {mayPay && <ThreeWays settlement={settlement} hasValidMethod={hasValidMethod} />}
    </Notice>
  );
}

function ThreeWays({ settlement, hasValidMethod }: Pick<Attention, 'settlement' | 'hasValidMethod'>) {
  const { t } = useTranslation('home');
  const ways = [
    { key: hasValidMethod ? 'otherMethod' : 'method', to: '/billing/methods', Icon: IconCreditCard },
    settlement
      ? { key: 'order', to: `/billing/orders/${settlement.order_id}`, Icon: IconFileInvoice }
      : { key: 'invoices', to: '/billing/documents', Icon: IconFileInvoice },
    { key: 'topUp', to: '/billing/account', Icon: IconPigMoney },
  ];
  return (
    <Stack gap="xs">
      <Text size="sm">{t('debt.ways')}</Text>
      <SimpleGrid role="list" aria-label={t('debt.waysLabel')} cols={{ base: 1, md: 3 }} spacing="sm">
        {ways.map(({ key, to, Icon }) => (
          <Stack key={key} role="listitem" gap={6}>
            <Button
              component={Link}
              to={to}
              leftSection={<Icon size={18} />}
              variant={key === 'order' || key === 'invoices' ? 'filled' : 'default'}
              styles={{ label: { whiteSpace: 'normal', lineHeight: 1.2 } }}
              h="auto"
              mih={52}
              py={6}
              fullWidth
            >
              {t(`debt.way.${key}.do`, { order: settlement?.number })}
            </Button>
            <Text size="xs" c="dimmed">
              {t(`debt.way.${key}.help`)}
            </Text>
          </Stack>
        ))}
      </SimpleGrid>
    </Stack>
  );
}
