import {
  ActionIcon,
  Box,
  Button,
  NativeSelect,
  Paper,
  Stack,
  Text,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useClickOutside, useDisclosure } from '@mantine/hooks';
import { IconLogout, IconMoon, IconSettings, IconSun, IconUserCircle } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { call, scope } from '#web/api/client.ts';
import { ask, queries } from '#web/api/queries.ts';
import { changeTexts, type Language, languages } from '#web/i18n.ts';
import { tellProblem } from '#web/ui/download.ts';
import { languageNames } from '#web/ui/language-names.ts';
import { needOf } from './access/proof.ts';

/** Who is signed in, the language, the theme, and the way out. */
export function AccountMenu() {
  const { t } = useTranslation();
  const [isOpen, menu] = useDisclosure();
  const button = useRef<HTMLButtonElement>(null);
  const frame = useClickOutside(menu.close);
  const closeByKey = (event: React.KeyboardEvent) => {
    if (event.key !== 'Escape' || !isOpen) return;
    menu.close();
    button.current?.focus();
  };
  return (
    // Whoever leaves it by keyboard has done with it.
    <Box
      ref={frame}
      pos="relative"
      onKeyDown={closeByKey}
      onBlur={(event) => event.relatedTarget && !event.currentTarget.contains(event.relatedTarget) && menu.close()}
    >
      <ActionIcon
        ref={button}
        variant="subtle"
        size="lg"
        aria-label={t('you')}
        aria-expanded={isOpen}
        onClick={menu.toggle}
      >
        <IconUserCircle />
      </ActionIcon>
      {isOpen && (
        <Paper withBorder shadow="md" p="sm" pos="absolute" right={0} top="calc(100% + 8px)" w={250}>
          <Choices close={menu.close} />
        </Paper>
      )}
    </Box>
  );
}

function Choices({ close }: { close: () => void }) {
  const { t, i18n } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const { data: me } = useQuery(ask('GET /v1/me', {}));
  const isDark = useComputedColorScheme('light') === 'dark';
  const wide = { variant: 'subtle', justify: 'flex-start', size: 'sm' } as const;
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
        {me?.email}
      </Text>
      <NativeSelect
        label={t('language')}
        size="xs"
        data={languages.map((language) => ({ value: language, label: languageNames[language] }))}
        value={i18n.language}
        onChange={(event) => void changeTexts(event.currentTarget.value as Language)}
      />
      <Button
        {...wide}
        leftSection={isDark ? <IconSun size={16} /> : <IconMoon size={16} />}
        onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
      >
        {t(isDark ? 'theme.light' : 'theme.dark')}
      </Button>
      <Button {...wide} component={Link} to="/settings" leftSection={<IconSettings size={16} />} onClick={close}>
        {t('nav.settings')}
      </Button>
      <SignOut />
    </Stack>
  );
}

function SignOut() {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const signOut = useMutation({
    mutationFn: endSession,
    onSuccess: async () => {
      scope.customer = null;
      queries.clear();
      await navigate({ to: '/sign-in' });
    },
    onError: (error) => tellProblem(error, { t, i18n }),
  });
  return (
    <Button
      variant="subtle"
      justify="flex-start"
      size="sm"
      leftSection={<IconLogout size={16} />}
      loading={signOut.isPending}
      onClick={() => signOut.mutate()}
    >
      {t('signOut')}
    </Button>
  );
}

/** Whose session has ended already is out. */
async function endSession(): Promise<void> {
  try {
    await call('DELETE /v1/session', {});
  } catch (error) {
    if (needOf(error) !== 'session') throw error;
  }
}
