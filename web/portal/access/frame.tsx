import { Anchor, Box, Group, NativeSelect, Paper, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { askClock } from '#web/api/queries.ts';
import { changeTexts, type Language, languages } from '#web/i18n.ts';
import { languageNames } from '#web/ui/language-names.ts';
import { Logo } from '#web/ui/logo.tsx';
import { PageTitle } from '#web/ui/page-title.tsx';
import classes from './frame.module.css';

/** The frame of the screens in front of the door: one card, and the language to read it in. */
export function AccessFrame({ title, intro, children }: { title: string; intro?: string; children: ReactNode }) {
  const { t, i18n } = useTranslation();
  return (
    <Box className={classes['page'] ?? ''}>
      <Stack gap="md" w="100%" maw={420}>
        <Group component="header" justify="space-between" wrap="nowrap">
          <Logo />
          <NativeSelect
            aria-label={t('language')}
            size="xs"
            data={languages.map((language) => ({ value: language, label: languageNames[language] }))}
            value={i18n.language}
            onChange={(event) => void changeTexts(event.currentTarget.value as Language)}
          />
        </Group>
        <Paper component="main" withBorder shadow="sm" p={{ base: 'md', xs: 'xl' }} radius="md">
          <PageTitle>{title}</PageTitle>
          {intro && (
            <Text size="sm" c="dimmed" mb="md">
              {intro}
            </Text>
          )}
          {children}
        </Paper>
        <SandboxNote />
      </Stack>
    </Box>
  );
}

/** In the sandbox, where to find the logins and letters of the demo company. */
function SandboxNote() {
  const { t } = useTranslation('access');
  const { data: clock } = useQuery(askClock());
  if (!clock) return null;
  return (
    <Text component="aside" aria-label={t('sandbox.title')} size="sm" ta="center">
      {t('sandbox.logins')}{' '}
      <Anchor href="/sandbox/letters" inherit>
        {t('sandbox.letters')}
      </Anchor>
    </Text>
  );
}
