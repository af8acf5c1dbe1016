import { Anchor, Button, Divider, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '#web/api/client.ts';
import { ask, queries } from '#web/api/queries.ts';
import type { Api } from '#web/api/types.ts';
import { Dialog } from '#web/ui/dialog.tsx';
import { HoldDialog, LeaveButton } from '#web/ui/dialog-hold.tsx';
import { PasswordField } from '#web/ui/password-field.tsx';
import { CodeField } from './code-field.tsx';
import { PasskeyButton, PasskeyNotice } from './passkey-button.tsx';
import { canUsePasskeys, enterWithPasskey, signAgain, signAtDoor } from './passkeys.ts';
import { answerProof, type Need } from './proof.ts';

type Me = Api['GET /v1/me']['answer'];
type Proof = 'passkey' | { password: string; code?: string };

/** Asks for the password, and the second factor of those who have one, over the screen that stays as it is; or for a passkey. */
export function ProofWindow({ need }: { need: Need }) {
  const { t } = useTranslation('access');
  return (
    <Dialog
      opened
      onClose={() => answerProof(false)}
      title={t(`proof.${need}.title`)}
      closeOnClickOutside={false}
      zIndex={400}
      centered
    >
      <ProofForm need={need} />
    </Dialog>
  );
}

function ProofForm({ need }: { need: Need }) {
  const { t } = useTranslation('access');
  const { t: common } = useTranslation();
  const me = queries.getQueryData(ask('GET /v1/me', {}).queryKey);
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const send = useMutation({
    mutationFn: (proof: Proof) => (need === 'proof' ? proveAgain(proof) : enterAgain(proof, me)),
    onSuccess: () => answerProof(true),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // The dialog is drawn inside the form it interrupted.
    event.stopPropagation();
    send.mutate({ password, ...(me?.second_factor && { code: code.trim() }) });
  };
  const isByPasskey = send.isPending && send.variables === 'passkey';
  return (
    <form onSubmit={submit}>
      <HoldDialog isBusy={send.isPending && !isByPasskey} />
      <Stack>
        <Text size="sm">{t(`proof.${need}.help`, { email: me?.email })}</Text>
        {send.isError && <PasskeyNotice error={send.error} />}
        {canUsePasskeys && me?.second_factors.includes('passkey') && (
          <>
            <PasskeyButton
              loading={isByPasskey}
              disabled={send.isPending && !isByPasskey}
              onUse={() => send.mutate('passkey')}
            />
            <Divider label={t('passkey.or')} />
          </>
        )}
        <input type="email" autoComplete="username" value={me?.email ?? ''} readOnly hidden />
        <PasswordField
          label={t('password')}
          autoComplete="current-password"
          data-autofocus
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {me?.second_factor && (
          <CodeField value={code} onChange={setCode} recoveryOnly={!me.second_factors.includes('code')} />
        )}
        <Group justify="space-between">
          {need === 'session' ? (
            <Anchor href="/sign-in" size="sm">
              {t('proof.session.other')}
            </Anchor>
          ) : (
            <LeaveButton onClick={() => answerProof(false)}>{common('cancel')}</LeaveButton>
          )}
          <Button type="submit" loading={send.isPending && !isByPasskey} disabled={isByPasskey}>
            {t(`proof.${need}.send`)}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

async function proveAgain(proof: Proof): Promise<void> {
  const body = proof === 'passkey' ? { passkey: await signAgain() } : proof;
  await call('PUT /v1/session/proof', { body });
}

async function enterAgain(proof: Proof, me: Me | undefined): Promise<void> {
  if (proof !== 'passkey') {
    await call('POST /v1/sessions', { body: { email: me?.email ?? '', ...proof } });
    return;
  }
  await enterWithPasskey(await signAtDoor());
  // A device may hold the passkeys of several people: the screen of one is not gone on with by another.
  const { user_id } = await call('GET /v1/me', {});
  if (user_id !== me?.user_id) location.assign('/');
}
