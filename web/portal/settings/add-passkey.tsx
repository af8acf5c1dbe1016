import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { refresh } from '#web/api/queries.ts';
import { PasskeyNotice } from '#web/portal/access/passkey-button.tsx';
import { ceremony } from '#web/portal/access/passkeys.ts';
import { useAct } from '#web/portal/access/reauthenticate.tsx';
import { told } from '#web/ui/told.ts';
import { deviceOf } from './device.ts';

/** Has the device make a passkey and keeps it under a name, to tell it from others. */
export function AddPasskey({ onCodes }: { onCodes: (codes: readonly string[]) => void }) {
  const { t } = useTranslation('settings');
  const act = useAct();
  const [name, setName] = useState<string | null>(null);
  const { browser, system } = deviceOf(navigator.userAgent);
  const shown = name ?? (browser && system ? t('sessions.device', { browser, system }) : browser || system);
  const add = useMutation({
    mutationFn: async () => {
      const asked = await act('POST /v1/me/passkey-challenges', {});
      const { make } = await ceremony();
      return act('POST /v1/me/passkeys', { body: { name: shown.trim(), passkey: await make(asked) } });
    },
    onSuccess: ({ recovery_codes }) => {
      told(t('passkeys.added', { name: shown.trim() }));
      onCodes(recovery_codes);
      setName(null);
      return refresh();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack align="stretch">
        {add.isError && <PasskeyNotice error={add.error} />}
        <Group align="flex-end">
          <TextInput
            label={t('passkeys.name')}
            description={t('passkeys.nameHelp')}
            value={shown}
            onChange={(event) => setName(event.currentTarget.value)}
            required
            withAsterisk={false}
            maxLength={100}
            autoComplete="off"
            flex={1}
            miw={220}
          />
          <Button type="submit" loading={add.isPending}>
            {t('passkeys.add')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
