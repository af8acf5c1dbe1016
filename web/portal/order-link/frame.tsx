import { Box, Group, NativeSelect, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { changeTexts, type Language, languages } from '#web/i18n.ts';
import { languageNames } from '#web/ui/language-names.ts';
import { Logo } from '#web/ui/logo.tsx';

/** The frame of a screen for somebody who has no login: whose it is, and the language to read it in. */
export function LinkFrame({ children }: { children: ReactNode }) {
  const { t, i18n } = useTranslation();
  return (
    <Box maw={760} mx="auto" p={{ base: 'sm', sm: 'xl' }}>
      <Stack gap="md">
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
        <main>{children}</main>
      </Stack>
    </Box>
  );
}
