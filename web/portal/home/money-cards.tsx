import { Anchor, Button, Card, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '#web/api/may.ts';
import { ask } from '#web/api/queries.ts';
import { count, money, shortDay } from '#web/ui/format.ts';
import classes from './money-cards.module.css';
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
          <table className={classes['invoices'] ?? ''} aria-labelledby="next-invoices">
            <thead>
              <tr>
                <th scope="col">{t('next.day')}</th>
                <th scope="col">{t('next.mailboxes')}</th>
                <th scope="col">{t('next.gross')}</th>
              </tr>
            </thead>
            <tbody>
              {next.map((invoice) => (
                <tr key={`${invoice.due_on} ${invoice.currency}`}>
                  <td>{shortDay(invoice.due_on)}</td>
                  <td className="numbers">{count(invoice.mailboxes)}</td>
                  <td className="numbers">{money(invoice.gross, invoice.currency)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <Anchor component={Link} to="/billing/forecast" size="sm">
          {t('next.all')}
        </Anchor>
      </Stack>
    </Card>
  );
}
