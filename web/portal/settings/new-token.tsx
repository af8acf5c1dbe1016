import { Alert, Button, Checkbox, Code, CopyButton, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { refresh } from '#web/api/queries.ts';
import type { Api } from '#web/api/types.ts';
import { useAct } from '#web/portal/access/reauthenticate.tsx';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { Section } from '#web/ui/section.tsx';

type Scope = Api['POST /v1/tokens']['body']['scopes'][number];

const scopes: readonly Scope[] = [
  'mailboxes:read',
  'mailboxes:write',
  'platforms:terminate',
  'money:read',
  'money:write',
  'letters:read',
  'events:read',
];
const lives = ['30', '90', '365', 'never'] as const;

/** Makes a token; its text is shown once, to be copied. */
export function NewToken() {
  const { t } = useTranslation('settings');
  const act = useAct();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<Scope[]>(['mailboxes:read']);
  const [life, setLife] = useState<string>('90');
  const make = useMutation({
    mutationFn: () => {
      const expires_at = life === 'never' ? null : new Date(Date.now() + Number(life) * 86_400_000).toISOString();
      return act('POST /v1/tokens', { body: { name: name.trim(), scopes: chosen, expires_at } });
    },
    onSuccess: () => {
      setName('');
      return refresh();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <Section id="new-token" title={t('newToken.title')} intro={t('newToken.intro')}>
      {make.data && <Made token={make.data.token} onDone={make.reset} />}
      <form onSubmit={submit}>
        <Stack align="start">
          <TextInput
            label={t('newToken.name')}
            description={t('newToken.nameHelp')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            required
            withAsterisk={false}
            maxLength={100}
            autoComplete="off"
            w="100%"
            maw={400}
          />
          <Checkbox.Group
            label={t('newToken.scopes')}
            value={chosen}
            onChange={(values) => setChosen(values as Scope[])}
          >
            <Stack gap="xs" mt="xs">
              {scopes.map((scope) => (
                <Checkbox key={scope} value={scope} label={t(`scope.${scope.replace(':', '_')}`)} />
              ))}
            </Stack>
          </Checkbox.Group>
          <NativeSelect
            label={t('newToken.life')}
            data={lives.map((one) => ({ value: one, label: t(`newToken.lives.${one}`) }))}
            value={life}
            onChange={(event) => setLife(event.currentTarget.value)}
          />
          {make.isError && <ProblemNotice error={make.error} />}
          <Button type="submit" loading={make.isPending} disabled={chosen.length === 0}>
            {t('newToken.make')}
          </Button>
        </Stack>
      </form>
    </Section>
  );
}

function Made({ token, onDone }: { token: string; onDone: () => void }) {
  const { t } = useTranslation('settings');
  const { t: common } = useTranslation();
  return (
    <Alert role="status" color="green" title={t('newToken.madeTitle')}>
      <Stack gap="sm">
        <Text size="sm">{t('newToken.made')}</Text>
        <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {token}
        </Code>
        <Group>
          <CopyButton value={token}>
            {({ copied, copy }) => (
              <Button size="compact-md" variant="default" onClick={copy}>
                {common(copied ? 'copied' : 'copy')}
              </Button>
            )}
          </CopyButton>
          <Button size="compact-md" onClick={onDone}>
            {t('newToken.done')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
