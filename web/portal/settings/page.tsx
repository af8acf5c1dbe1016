import { Stack, Tabs } from '@mantine/core';
import { IconKey, IconShieldLock, IconUser, IconUsers } from '@tabler/icons-react';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '#web/api/may.ts';
import { later } from '#web/ui/later.tsx';
import { PageTitle } from '#web/ui/page-title.tsx';
import { Profile } from './profile.tsx';

const Password = later(() => import('./password.tsx'), 'Password', 240);
const Passkeys = later(() => import('./passkeys.tsx'), 'Passkeys', 240);
const SecondFactor = later(() => import('./second-factor.tsx'), 'SecondFactor', 240);
const Sessions = later(() => import('./sessions.tsx'), 'Sessions', 240);
const People = later(() => import('./people.tsx'), 'People', 240);
const Tokens = later(() => import('./tokens.tsx'), 'Tokens', 240);

const tabs = [
  { name: 'profile', Icon: IconUser, needs: null },
  { name: 'security', Icon: IconShieldLock, needs: null },
  { name: 'people', Icon: IconUsers, needs: 'people:read' },
  { name: 'tokens', Icon: IconKey, needs: 'tokens:write' },
] as const;
type TabName = (typeof tabs)[number]['name'];

/** Everything about a login and who else has one. The tab stands in the address, so that it can be linked to. */
export default function Settings() {
  const { t } = useTranslation('settings');
  const navigate = useNavigate();
  const hash = useRouterState({ select: (state) => state.location.hash });
  const rights = { 'people:read': useMay('people:read'), 'tokens:write': useMay('tokens:write') };
  const shown = tabs.filter(({ needs }) => needs === null || rights[needs]);
  const current = shown.find(({ name }) => name === hash)?.name ?? 'profile';
  return (
    <>
      <PageTitle>{t('title')}</PageTitle>
      <Tabs
        value={current}
        onChange={(name) => void navigate({ to: '/settings', hash: name ?? 'profile', replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="md" aria-label={t('title')}>
          {shown.map(({ name, Icon }) => (
            <Tabs.Tab key={name} value={name} leftSection={<Icon size={16} />}>
              {t(`tab.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {shown.map(({ name }) => (
          <Tabs.Panel key={name} value={name}>
            <Stack maw={760}>{panels[name]}</Stack>
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  );
}

const panels: Record<TabName, React.ReactNode> = {
  profile: <Profile />,
  security: (
    <>
      <Password />
      <Passkeys />
      <SecondFactor />
      <Sessions />
    </>
  ),
  people: <People />,
  tokens: <Tokens />,
};
