import { Anchor, Button, Card, Group, Skeleton, Stack, Table, Text, Title, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '#web/api/may.ts';
import { ask } from '#web/api/queries.ts';
import { count, money, shortDay } from '#web/ui/format.ts';
import { useUpcoming } from './use-upcoming.ts';

/** The balance of the prepaid account, and the way to more of it. */
export function BalanceCard() {
  const { t } = useTranslation('home');
  const mayPay = useMay('money:write');
  const { data: account } = useQuery(ask('GET /v1/account', {}));
  return (
    <Card withBorder component="section" aria-labelledby="balance">
      <Stack gap="sm" h="100%">
        <Title order={2} size="h4" id="balance">
          {t('balance.title')}
        </Title>
        {account ? (
          <Text className="numbers" fz={32} fw={700} {...(account.balance < 0 && { c: 'var(--mantine-color-error)' })}>
            {money(account.balance, account.currency)}
          </Text>
        ) : (
          <Skeleton height={44} width={160} />
        )}
        {account && <Text size="sm">{t(`balance.${standing(account.balance)}`)}</Text>}
        <Group mt="auto">
          {mayPay && (
            <Button component={Link} to="/billing/account" variant="default">
              {t('balance.topUp')}
            </Button>
          )}
          <Anchor component={Link} to="/billing/account" size="sm">
            {t('balance.movements')}
          </Anchor>
        </Group>
      </Stack>
    </Card>
  );
}

function standing(balance: number): 'owed' | 'empty' | 'credit' {
  if (balance < 0) return 'owed';
  return balance === 0 ? 'empty' : 'credit';
}

/** The invoices that come next, by date, as the forecast says. */
export function NextInvoices() {
  const { t } = useTranslation('home');
  const { data, isPending } = useUpcoming();
  const next = data?.invoices.slice(0, 5) ?? [];
  return (
    <Card withBorder component="section" aria-labelledby="next-invoices">
      <Stack gap="sm">
        <Title order={2} size="h4" id="next-invoices">
          {t('next.title')}
        </Title>
        {isPending && <Skeleton height={140} />}
        {data && next.length === 0 && <Text size="sm">{t('next.empty')}</Text>}
        {next.length > 0 && (
          <Table verticalSpacing={6}>
            <VisuallyHidden component="caption">{t('next.title')}</VisuallyHidden>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">{t('next.day')}</Table.Th>
                <Table.Th scope="col">{t('next.mailboxes')}</Table.Th>
                <Table.Th scope="col" ta="end">
                  {t('next.gross')}
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {next.map((invoice) => (
                <Table.Tr key={`${invoice.due_on} ${invoice.currency}`}>
                  <Table.Td>{shortDay(invoice.due_on)}</Table.Td>
                  <Table.Td className="numbers">{count(invoice.mailboxes)}</Table.Td>
                  <Table.Td className="numbers" ta="end">
                    {money(invoice.gross, invoice.currency)}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
        <Anchor component={Link} to="/billing/forecast" size="sm">
          {t('next.all')}
        </Anchor>
      </Stack>
    </Card>
  );
}
