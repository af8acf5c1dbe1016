import { Button, Center, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** In place of a screen that broke, such as one whose script is gone since an upgrade: what happened, and the way back. */
export function Crash() {
  const { t } = useTranslation();
  return (
    <Center mih="60vh" p="md">
      <Stack align="center" role="alert">
        <Title order={1}>{t('problem.title')}</Title>
        <Text>{t('problem.unexpected')}</Text>
        <Button onClick={() => location.reload()}>{t('problem.retry')}</Button>
      </Stack>
    </Center>
  );
}
