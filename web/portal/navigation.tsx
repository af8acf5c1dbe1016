import { NavLink, Stack, Text } from '@mantine/core';
import {
  type Icon,
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
import { useMay } from '#web/api/may.ts';
import { ask } from '#web/api/queries.ts';

const billing = [
  { to: '/billing/account', key: 'nav.account', Icon: IconWallet },
  { to: '/billing/methods', key: 'nav.methods', Icon: IconCreditCard },
  { to: '/billing/orders', key: 'nav.orders', Icon: IconShoppingCart },
  { to: '/billing/documents', key: 'nav.documents', Icon: IconFileInvoice },
  { to: '/billing/forecast', key: 'nav.forecast', Icon: IconCalendarStats },
] as const;
const more = [
  { to: '/letters', key: 'nav.letters', Icon: IconMail, needs: 'letters:read' },
  { to: '/activity', key: 'nav.activity', Icon: IconHistory, needs: 'events:read' },
] as const;

/** Where one can go, as far as one's role reaches: platforms by name, billing, and the rest. */
export function Navigation() {
  const { t } = useTranslation();
  const seesMailboxes = useMay('mailboxes:read');
  const seesMoney = useMay('money:read');
  const { data: platforms } = useQuery({ ...ask('GET /v1/platforms', {}), enabled: seesMailboxes });
  return (
    <Stack gap="md" component="nav" aria-label={t('menu')}>
      <Entry to="/" label={t('nav.home')} Icon={IconHome} />
      {platforms && platforms.items.length > 0 && (
        <Section label={t('nav.platforms')}>
          {platforms.items.map(({ platform_id: id, name }) => (
            <Entry key={id} to={`/platforms/${id}`} label={name} Icon={IconMailbox} />
          ))}
        </Section>
      )}
      {seesMoney && (
        <Section label={t('nav.billing')}>
          {billing.map(({ to, key, Icon }) => (
            <Entry key={to} to={to} label={t(key)} Icon={Icon} />
          ))}
        </Section>
      )}
      <Section label={t('nav.more')}>
        {more.map(({ to, key, Icon, needs }) => (
          <Entry key={to} to={to} label={t(key)} Icon={Icon} needs={needs} />
        ))}
        <Entry to="/settings" label={t('nav.settings')} Icon={IconSettings} />
      </Section>
    </Stack>
  );
}

type EntryProps = { to: string; label: string; Icon: Icon; needs?: string };

function Entry({ to, label, Icon, needs = '' }: EntryProps) {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const mayGo = useMay(needs);
  const isHere = path === to || (to !== '/' && path.startsWith(`${to}/`));
  if (needs !== '' && !mayGo) return null;
  return (
    <NavLink
      component={Link}
      to={to}
      label={label}
      leftSection={<Icon size={18} />}
      active={isHere}
      {...(isHere && { 'aria-current': 'page' as const })}
    />
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
