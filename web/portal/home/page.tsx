import { SimpleGrid, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { scope } from '#web/api/client.ts';
import { useMay } from '#web/api/may.ts';
import { ask } from '#web/api/queries.ts';
import { PageTitle } from '#web/ui/page-title.tsx';
import { Attention } from './attention.tsx';
import { ChooseCustomer } from './choose-customer.tsx';
import { BalanceCard, NextInvoices } from './money-cards.tsx';
import { PlatformCards } from './platform-cards.tsx';

/** The first screen: what needs attention, what there is, and what comes next. */
export default function Home() {
  const { t } = useTranslation('home');
  const { data: me } = useQuery(ask('GET /v1/me', {}));
  const seesMoney = useMay('money:read');
  if (!me) return null;
  const [firstName = ''] = me.name.split(' ');
  const isStaffWithoutCustomer = me.operator_role !== null && scope.customer === null;
  return (
    <>
      <PageTitle>{t('title', { name: firstName })}</PageTitle>
      {isStaffWithoutCustomer ? (
        <ChooseCustomer />
      ) : (
        <Stack gap="xl">
          <Attention />
          {seesMoney && (
            <SimpleGrid cols={{ base: 1, md: 2 }}>
              <BalanceCard />
              <NextInvoices />
            </SimpleGrid>
          )}
          <PlatformCards />
        </Stack>
      )}
    </>
  );
}
