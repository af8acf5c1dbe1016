import { Button, Code, CopyButton, Group, List, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { renderSVG } from 'uqr';
import { useAct } from '#web/portal/access/reauthenticate.tsx';
import { ProblemNotice } from '#web/ui/problem.tsx';

type Props = {
  secret: string;
  uri: string;
  onCodes: (codes: readonly string[]) => Promise<void>;
  onCancel: () => void;
};

/** The secret to scan or type, and the first code that shows it arrived. */
export function SetUpAuthenticator({ secret, uri, onCodes, onCancel }: Props) {
  const { t } = useTranslation('settings');
  const { t: common } = useTranslation();
  const act = useAct();
  const [code, setCode] = useState('');
  const steps = useRef<HTMLOListElement>(null);
  useEffect(() => steps.current?.focus(), []);
  const confirm = useMutation({
    mutationFn: () => act('PUT /v1/me/second-factor', { body: { code: code.replace(/\s/g, '') } }),
    onSuccess: ({ recovery_codes }) => onCodes(recovery_codes),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        confirm.mutate();
      }}
    >
      <List ref={steps as never} type="ordered" spacing="md" tabIndex={-1} style={{ outline: 'none' }}>
        <List.Item>
          <Stack gap="xs">
            <Text size="sm">{t('setUp.scan')}</Text>
            <img
              src={`data:image/svg+xml,${encodeURIComponent(renderSVG(uri, { border: 2 }))}`}
              width={180}
              height={180}
              alt={t('setUp.qr')}
            />
            <Text size="sm">{t('setUp.type')}</Text>
            <Group gap="xs">
              <Code style={{ overflowWrap: 'anywhere' }}>{secret.match(/.{1,4}/g)?.join(' ')}</Code>
              <CopyButton value={secret}>
                {({ copied, copy }) => (
                  <Button size="compact-sm" variant="default" onClick={copy}>
                    {common(copied ? 'copied' : 'copy')}
                  </Button>
                )}
              </CopyButton>
            </Group>
          </Stack>
        </List.Item>
        <List.Item>
          <Stack gap="sm">
            <TextInput
              label={t('setUp.code')}
              value={code}
              onChange={(event) => setCode(event.currentTarget.value)}
              required
              withAsterisk={false}
              minLength={6}
              maxLength={10}
              inputMode="numeric"
              autoComplete="one-time-code"
              w={200}
            />
            {confirm.isError && <ProblemNotice error={confirm.error} />}
            <Group>
              <Button type="submit" loading={confirm.isPending}>
                {t('setUp.confirm')}
              </Button>
              <Button variant="default" onClick={onCancel}>
                {common('cancel')}
              </Button>
            </Group>
          </Stack>
        </List.Item>
      </List>
    </form>
  );
}
