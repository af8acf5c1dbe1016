import { Button, Group, Paper, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, refresh } from '#web/api/queries.ts';
import type { Api } from '#web/api/types.ts';
import { useAct } from '#web/portal/access/reauthenticate.tsx';
import { ConfirmButton } from '#web/ui/confirm-button.tsx';
import { instant } from '#web/ui/format.ts';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { told } from '#web/ui/told.ts';

type Passkey = Api['GET /v1/me/passkeys']['answer']['items'][number];

/** One passkey: when it came and was last used, another name for it, and the way to do without it. */
export function PasskeyLine({ passkey }: { passkey: Passkey }) {
  const { t } = useTranslation('settings');
  const act = useAct();
  const { data: me } = useQuery(ask('GET /v1/me', {}));
  const { data: passkeys } = useQuery(ask('GET /v1/me/passkeys', {}));
  const [isRenaming, setRenaming] = useState(false);
  const rename = useRef<HTMLButtonElement>(null);
  const wasRenaming = useRef(false);
  // Once the button is back, it has the focus again.
  useEffect(() => {
    if (wasRenaming.current && !isRenaming) rename.current?.focus();
    wasRenaming.current = isRenaming;
  }, [isRenaming]);
  const { passkey_id: id, name } = passkey;
  const isLast = me?.second_factors.length === 1 && passkeys?.items.length === 1;
  const remove = async () => {
    await act('DELETE /v1/me/passkeys/{id}', { params: { id } });
    told(t('passkeys.removed', { name }));
    await refresh();
  };
  return (
    <Paper withBorder p="sm" role="listitem">
      {isRenaming ? (
        <Rename passkey={passkey} onDone={() => setRenaming(false)} />
      ) : (
        <Group justify="space-between">
          <Stack gap={2} flex={1} miw={200}>
            <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
              {name}
            </Text>
            <Text size="sm">
              {passkey.used_at ? t('passkeys.used', { when: instant(passkey.used_at) }) : t('passkeys.neverUsed')}
            </Text>
            <Text size="sm" c="dimmed">
              {t('passkeys.since', { when: instant(passkey.created_at) })}
            </Text>
          </Stack>
          <Group gap="xs">
            <Button
              ref={rename}
              variant="default"
              size="xs"
              aria-label={t('passkeys.renameOf', { name })}
              onClick={() => setRenaming(true)}
            >
              {t('passkeys.rename')}
            </Button>
            <ConfirmButton
              label={t('passkeys.remove')}
              describe={t('passkeys.removeOf', { name })}
              title={t('passkeys.removeTitle', { name })}
              text={t(isLast ? 'passkeys.removeLast' : 'passkeys.removeText')}
              confirm={t('passkeys.remove')}
              act={remove}
              focusAfter="passkeys"
            />
          </Group>
        </Group>
      )}
    </Paper>
  );
}

function Rename({ passkey: { passkey_id: id, name }, onDone }: { passkey: Passkey; onDone: () => void }) {
  const { t } = useTranslation('settings');
  const { t: common } = useTranslation();
  const act = useAct();
  const [wanted, setWanted] = useState(name);
  const save = useMutation({
    mutationFn: () => act('PATCH /v1/me/passkeys/{id}', { params: { id }, body: { name: wanted.trim() } }),
    onSuccess: async () => {
      told(t('passkeys.renamed', { name: wanted.trim() }));
      await refresh();
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {save.isError && <ProblemNotice error={save.error} />}
        <Group align="flex-end">
          <TextInput
            label={t('passkeys.newName', { name })}
            value={wanted}
            onChange={(event) => setWanted(event.currentTarget.value)}
            required
            withAsterisk={false}
            maxLength={100}
            autoComplete="off"
            autoFocus
            flex={1}
            miw={200}
          />
          <Button type="submit" loading={save.isPending}>
            {t('save')}
          </Button>
          <Button variant="default" onClick={onDone}>
            {common('cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
