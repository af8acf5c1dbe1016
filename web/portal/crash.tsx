import { Button, Center, Stack, Text, Title } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, ConnectionLost } from '#web/api/client.ts';
import { problemSentence } from '#web/ui/problem.tsx';

/**
 * In place of a screen that broke, such as one whose script is gone since an upgrade, or that could not be asked for: what
 * happened, and the way back. A lost connection tries by itself once it is back.
 */
export function Crash({ error }: { error: unknown }) {
  const { t, i18n } = useTranslation();
  const router = useRouter();
  const isLost = error instanceof ConnectionLost;
  useEffect(() => {
    if (!isLost) return;
    const askAgain = () => void router.invalidate();
    addEventListener('online', askAgain);
    return () => removeEventListener('online', askAgain);
  }, [isLost, router]);
  // What was asked for can be asked for again; what broke here has to be loaded anew.
  const retry = isLost || error instanceof ApiError ? () => void router.invalidate() : () => location.reload();
  return (
    <Center mih="60vh" p="md">
      <Stack align="center" role="alert">
        <Title order={1}>{t(isLost ? 'problem.lost' : 'problem.title')}</Title>
        <Text>{problemSentence(error, { t, i18n })}</Text>
        <Button onClick={retry}>{t('problem.retry')}</Button>
      </Stack>
    </Center>
  );
}
