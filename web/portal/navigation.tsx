import { NavLink, Stack, Text } from '@mantine/core';
import {
  IconCalendarStats,
  IconCreditCard,
  IconFileInvoice,
  IconHistory,
  IconHome,
  IconMail,
  IconMailbox,
  IconSettings,
  IconShoppingCart,
  IconWallet,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useRouterState } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ask } from '#web/api/queries.ts';

const billing = [
  { to: '/billing/account', key: 'nav.account', Icon: IconWallet },
  { to: '/billing/methods', key: 'nav.methods', Icon: IconCreditCard },
  { to: '/billing/orders', key: 'nav.orders', Icon: IconShoppingCart },
  { to: '/billing/documents', key: 'nav.documents', Icon: IconFileInvoice },
  { to: '/billing/forecast', key: 'nav.forecast', Icon: IconCalendarStats },
] as const;
const more = [
  { to: '/letters', key: 'nav.letters', Icon: IconMail },
  { to: '/activity', key: 'nav.activity', Icon: IconHistory },
  { to: '/settings', key: 'nav.settings', Icon: IconSettings },
] as const;

/** Where one can go: platforms by name, billing, and the rest. */
export function Navigation() {
  const { t } = useTranslation();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const { data: platforms } = useQuery(ask('GET /v1/platforms', {}));
  return (
    <Stack gap="md" component="nav" aria-label={t('menu')}>
      <NavLink
        component={Link}
        to="/"
        label={t('nav.home')}
        leftSection={<IconHome size={18} />}
        active={path === '/'}
      />
      <Section label={t('nav.platforms')}>
        {platforms?.items.map(({ platform_id: id, name }) => (
          <NavLink
            key={id}
            component={Link}
            to={`/platforms/${id}`}
            label={name}
            leftSection={<IconMailbox size={18} />}
            active={path.startsWith(`/platforms/${id}`)}
          />
        ))}
      </Section>
      <Section label={t('nav.billing')}>
        {billing.map(({ to, key, Icon }) => (
          <NavLink
            key={to}
            component={Link}
            to={to}
            label={t(key)}
            leftSection={<Icon size={18} />}
            active={path.startsWith(to)}
          />
        ))}
      </Section>
      <Section label={t('nav.more')}>
        {more.map(({ to, key, Icon }) => (
          <NavLink
            key={to}
            component={Link}
            to={to}
            label={t(key)}
            leftSection={<Icon size={18} />}
            active={path === to}
          />
        ))}
      </Section>
    </Stack>
  );
}

function Section({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <Stack gap={2}>
      <Text size="xs" c="dimmed" fw={600} px="sm">
        {label}
      </Text>
      {children}
    </Stack>
  );
}
