import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useMay } from '#web/api/may.ts';
import type { Account } from '#web/api/types.ts';
import { money } from '#web/ui/format.ts';
import { Section } from '#web/ui/section.tsx';
import { TopUp } from './top-up.tsx';
import { Withdraw } from './withdraw.tsx';

/** What is on the account now, and what that means. */
export function Balance({ account }: { account: Account }) {
  const { t } = useTranslation('billing');
  const mayPay = useMay('money:write');
  const { balance, currency } = account;
  const standing = balance < 0 ? 'owed' : balance === 0 ? 'empty' : 'credit';
  return (
    <Section id="balance" title={t('account.balance')}>
      <Text className="numbers" fz={36} lh={1.1} fw={700} {...(balance < 0 && { c: 'var(--mantine-color-error)' })}>
        {money(balance, currency)}
      </Text>
      <Text size="sm">{t(`account.standing.${standing}`)}</Text>
      {mayPay && (
        <Group gap="sm">
          <TopUp account={account} />
          {account.withdrawable > 0 && <Withdraw account={account} />}
        </Group>
      )}
    </Section>
  );
}
