import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask, refresh } from '#web/api/queries.ts';
import { PageTitle } from '#web/ui/page-title.tsx';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { Balance } from './balance.tsx';
import { BalanceHistory } from './balance-history.tsx';
import { Movements } from './movements.tsx';
import { PayOpen } from './pay-open.tsx';
import { Threshold } from './threshold.tsx';
import { Withdrawals } from './withdrawals.tsx';

/** The prepaid account: what is on it, how it came to that, and how to put money on it or take it out. */
export default function Account() {
  const { t } = useTranslation('billing');
  const { data: account, error } = useQuery(ask('GET /v1/account', {}));
  return (
    <>
      <PageTitle>{t('account.title')}</PageTitle>
      <Stack gap="md">
        {error && <ProblemNotice error={error} onRetry={() => void refresh()} />}
        {!account && !error && <Skeleton height={180} />}
        {account && (
          <>
            <PayOpen account={account} />
            <Balance account={account} />
            <BalanceHistory currency={account.currency} />
            <Movements currency={account.currency} />
            <Threshold account={account} />
            <Withdrawals />
          </>
        )}
      </Stack>
    </>
  );
}
