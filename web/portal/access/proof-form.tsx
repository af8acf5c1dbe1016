import { Anchor, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '#web/api/client.ts';
import { ask, queries } from '#web/api/queries.ts';
import { PasswordField } from '#web/ui/password-field.tsx';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { CodeField } from './code-field.tsx';
import { answerProof, type Need } from './proof.ts';

/** Asks for the password, and the second factor of those who have one, over the screen that stays as it is. */
export default function ProofDialog({ need }: { need: Need }) {
  const { t } = useTranslation('access');
  const { t: common } = useTranslation();
  return (
    <Modal
      opened
      onClose={() => answerProof(false)}
      title={t(`proof.${need}.title`)}
      closeButtonProps={{ 'aria-label': common('close') }}
      closeOnClickOutside={false}
      zIndex={400}
      centered
    >
      <ProofForm need={need} />
    </Modal>
  );
}

function ProofForm({ need }: { need: Need }) {
  const { t } = useTranslation('access');
  const { t: common } = useTranslation();
  const me = queries.getQueryData(ask('GET /v1/me', {}).queryKey);
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const proof = { password, ...(me?.second_factor && { code: code.trim() }) };
  const send = useMutation({
    mutationFn: async () => {
      if (need === 'proof') await call('PUT /v1/session/proof', { body: proof });
      else await call('POST /v1/sessions', { body: { email: me?.email ?? '', ...proof } });
    },
    onSuccess: () => answerProof(true),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // The dialog is drawn inside the form it interrupted.
    event.stopPropagation();
    send.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">{t(`proof.${need}.help`, { email: me?.email })}</Text>
        {send.isError && <ProblemNotice error={send.error} />}
        <input type="email" autoComplete="username" value={me?.email ?? ''} readOnly hidden />
        <PasswordField
          label={t('password')}
          autoComplete="current-password"
          data-autofocus
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {me?.second_factor && <CodeField value={code} onChange={setCode} />}
        <Group justify="space-between">
          {need === 'session' ? (
            <Anchor href="/sign-in" size="sm">
              {t('proof.session.other')}
            </Anchor>
          ) : (
            <Button variant="default" onClick={() => answerProof(false)}>
              {common('cancel')}
            </Button>
          )}
          <Button type="submit" loading={send.isPending}>
            {t(`proof.${need}.send`)}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
