import { Anchor, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { type Answer, call, type Route } from '#web/api/client.ts';
import { ask, queries } from '#web/api/queries.ts';
import { PasswordField } from '#web/ui/password-field.tsx';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { CodeField } from './code-field.tsx';
import { answerProof, type Need, needOf, proofStore, prove } from './proof.ts';

/**
 * `call` for acts of a person who is present: when the session has ended or the act wants a fresh proof, a dialog asks
 * for it over the screen and the same act is done again, so that nothing typed is lost. Who gives up gets the refusal.
 */
export function useAct(): typeof call {
  return act;
}

async function act<R extends Route>(...wish: Parameters<typeof call<R>>): Promise<Answer<R>> {
  try {
    return await call(...wish);
  } catch (error) {
    const need = needOf(error);
    if (!need || !(await prove(need))) throw error;
    return act(...wish);
  }
}

/** The dialog that proves who is there. It stands once, in the frame of the signed-in screens. */
export function ProofDialog() {
  const asked = useSyncExternalStore(proofStore.subscribe, proofStore.current);
  useEndedSessions();
  const { t } = useTranslation('access');
  const { t: common } = useTranslation();
  return (
    <Modal
      opened={asked !== null}
      onClose={() => answerProof(false)}
      title={asked && t(`proof.${asked.need}.title`)}
      closeButtonProps={{ 'aria-label': common('close') }}
      closeOnClickOutside={false}
      zIndex={400}
      centered
    >
      {asked && <ProofForm need={asked.need} />}
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

// Also a question asked in the background may find the session ended; then all of them are asked once more.
function useEndedSessions(): void {
  useEffect(() => {
    const stop = queries.getQueryCache().subscribe((event) => {
      if (event.type !== 'updated' || event.action.type !== 'error') return;
      if (needOf(event.action.error) !== 'session' || event.query.queryKey[1] === 'GET /v1/me') return;
      void prove('session').then((isProved) => (isProved ? queries.invalidateQueries() : undefined));
    });
    return () => {
      stop();
      answerProof(false);
    };
  }, []);
}
