import { Button, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, refresh } from '#web/api/queries.ts';
import type { Api } from '#web/api/types.ts';
import { changeTexts, type Language, languages } from '#web/i18n.ts';
import { useAct } from '#web/portal/access/reauthenticate.tsx';
import { languageNames } from '#web/ui/language-names.ts';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { useRescuedFocus } from '#web/ui/rescued-focus.ts';
import { Section } from '#web/ui/section.tsx';
import { told } from '#web/ui/told.ts';

type Me = Api['GET /v1/me']['answer'];

/** One's name, language and address. */
export function Profile() {
  const { data: me } = useQuery(ask('GET /v1/me', {}));
  if (!me) return null;
  return (
    <>
      <NameAndLanguage key={me.user_id} me={me} />
      <Address me={me} />
    </>
  );
}

function NameAndLanguage({ me }: { me: Me }) {
  const { t } = useTranslation('settings');
  const act = useAct();
  const [name, setName] = useState(me.name);
  const [language, setLanguage] = useState(me.language as Language);
  const save = useMutation({
    mutationFn: () => act('PATCH /v1/me', { body: { name: name.trim(), language } }),
    onSuccess: async () => {
      await changeTexts(language);
      told(t('profile.saved'));
      await refresh();
    },
  });
  return (
    <Section id="profile-name" title={t('profile.title')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Stack align="start">
          {save.isError && <ProblemNotice error={save.error} />}
          <TextInput
            label={t('profile.name')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            autoComplete="name"
            required
            withAsterisk={false}
            maxLength={200}
            w="100%"
            maw={400}
          />
          <NativeSelect
            label={t('profile.language')}
            description={t('profile.languageHelp')}
            data={languages.map((one) => ({ value: one, label: languageNames[one] }))}
            value={language}
            onChange={(event) => setLanguage(event.currentTarget.value as Language)}
            w="100%"
            maw={400}
          />
          <Button type="submit" loading={save.isPending}>
            {t('save')}
          </Button>
        </Stack>
      </form>
    </Section>
  );
}

function Address({ me }: { me: Me }) {
  const { t } = useTranslation('settings');
  const act = useAct();
  const [typed, setTyped] = useState<string | null>(null);
  const email = typed ?? me.email;
  const field = useRescuedFocus<HTMLInputElement>(me.email);
  const save = useMutation({
    mutationFn: () => act('PUT /v1/me/email', { body: { email: email.trim() } }),
    onSuccess: async () => {
      told(t('email.saved'));
      await refresh();
      setTyped(null);
    },
  });
  return (
    <Section id="email" title={t('email.title')} intro={t('email.intro')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Stack align="start">
          {save.isError && <ProblemNotice error={save.error} />}
          <TextInput
            ref={field}
            type="email"
            label={t('email.label')}
            value={email}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="email"
            required
            withAsterisk={false}
            maxLength={254}
            w="100%"
            maw={400}
          />
          <Button type="submit" variant="default" loading={save.isPending} disabled={email.trim() === me.email}>
            {t('email.save')}
          </Button>
        </Stack>
      </form>
    </Section>
  );
}
