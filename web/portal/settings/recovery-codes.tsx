import { Alert, Button, Code, CopyButton, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconLifebuoy } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

/** The recovery codes, which are shown this once: copied or kept as a file before one goes on. */
export function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const { t } = useTranslation('settings');
  const { t: common } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  const text = codes.join('\n');
  return (
    <Alert
      id="recovery-codes"
      ref={box}
      tabIndex={-1}
      color="green"
      icon={<IconLifebuoy />}
      title={t('recovery.title')}
      style={{ outline: 'none' }}
    >
      <Stack gap="sm">
        <Text size="sm">{t('recovery.text')}</Text>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing={6} maw={460} role="list" aria-label={t('recovery.title')}>
          {codes.map((code) => (
            <Code key={code} role="listitem" fz="md" style={{ whiteSpace: 'nowrap' }}>
              {code}
            </Code>
          ))}
        </SimpleGrid>
        <Group>
          <CopyButton value={text}>
            {({ copied, copy }) => (
              <Button size="compact-md" variant="default" onClick={copy}>
                {common(copied ? 'copied' : 'copy')}
              </Button>
            )}
          </CopyButton>
          <Button
            size="compact-md"
            variant="default"
            component="a"
            href={`data:text/plain;charset=utf-8,${encodeURIComponent(`${text}\n`)}`}
            download={t('recovery.file')}
          >
            {t('recovery.download')}
          </Button>
          <Button size="compact-md" onClick={onDone}>
            {t('recovery.done')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
