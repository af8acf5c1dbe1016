import { AppShell, Box, Burger, Button, Group, Loader, NativeSelect, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArrowsExchange } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { type MouseEvent, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { scope } from '#web/api/client.ts';
import { ask, askClock } from '#web/api/queries.ts';
import { Logo } from '#web/ui/logo.tsx';
import { ProofDialog } from './access/reauthenticate.tsx';
import { AccountMenu } from './account-menu.tsx';
import { Navigation } from './navigation.tsx';
import { SandboxBar } from './sandbox/bar.tsx';
import classes from './shell.module.css';

/** The frame of everything behind the sign-in: who we are for, where we can go, and in the sandbox, what day it is. */
export function Shell() {
  const { t } = useTranslation();
  const [isOpen, menu] = useDisclosure();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const isLoading = useRouterState({ select: (state) => state.isLoading });
  // On a phone the menu has done its work once somebody went somewhere.
  // biome-ignore lint/correctness/useExhaustiveDependencies: closes whenever the path changes
  useEffect(menu.close, [path]);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 260, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={{ base: 'sm', sm: 'lg' }}
    >
      {/* biome-ignore lint/a11y/useValidAnchor: it leads somewhere on this page, as links do */}
      <a className="skip-link" href="#content" onClick={skip}>
        {t('skip')}
      </a>
      <AppShell.Header zIndex={110}>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={isOpen} onClick={menu.toggle} hiddenFrom="sm" size="sm" aria-label={t('menu')} />
            <Logo />
            {isLoading && <Loader size="xs" aria-label={t('loading')} />}
          </Group>
          <Group gap="sm" wrap="nowrap">
            <CustomerChoice />
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes['navbar'] ?? ''} {...(!isOpen && { 'data-closed': true })}>
        <Box p="sm" style={{ overflowY: 'auto' }}>
          <Navigation />
        </Box>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <ProofDialog />
        <Sandbox />
        <Box maw={1180} mx="auto">
          <Outlet />
        </Box>
      </AppShell.Main>
    </AppShell>
  );
}

/** To the content without a change of the address, where a screen may keep what it shows. */
function skip(event: MouseEvent): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}

/** The bar of the sandbox, where there is one. */
function Sandbox() {
  const { data: clock } = useQuery(askClock());
  return clock && <SandboxBar today={clock.on} />;
}

/** For which customer; a single one is told, several can be chosen from. */
function CustomerChoice() {
  const { t } = useTranslation();
  const { data: me } = useQuery(ask('GET /v1/me', {}));
  const customers = me?.customers ?? [];
  const [only] = customers;
  if (me?.operator_role != null) return <StaffChoice />;
  if (customers.length < 2) {
    return (
      <Text size="sm" visibleFrom="xs" truncate maw={220}>
        {only?.name}
      </Text>
    );
  }
  return (
    <NativeSelect
      aria-label={t('customer')}
      size="xs"
      maw={200}
      data={customers.map(({ code, name }) => ({ value: code, label: name }))}
      value={scope.customer ?? only?.code ?? ''}
      onChange={(event) => {
        scope.customer = event.currentTarget.value;
        // From the beginning, so that nothing of the customer before stays on the screen or in memory.
        location.assign('/');
      }}
    />
  );
}

/** Our staff sees one customer at a time and goes back to choose another. */
function StaffChoice() {
  const { t } = useTranslation();
  if (!scope.customer) return null;
  return (
    <Button
      size="compact-sm"
      variant="default"
      aria-label={t('changeCustomer', { customer: scope.customer })}
      leftSection={<IconArrowsExchange size={16} />}
      onClick={() => {
        scope.customer = null;
        location.assign('/');
      }}
    >
      {scope.customer}
    </Button>
  );
}
