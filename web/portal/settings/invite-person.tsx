import { Button, NativeSelect, Radio, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useIntention } from '#web/api/intention.ts';
import { refresh } from '#web/api/queries.ts';
import type { Api } from '#web/api/types.ts';
import { type Language, languages } from '#web/i18n.ts';
import { useAct } from '#web/portal/access/reauthenticate.tsx';
import { languageNames } from '#web/ui/language-names.ts';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { Section } from '#web/ui/section.tsx';
import { told } from '#web/ui/told.ts';

export type Role = Api['POST /v1/people']['body']['role'];
export const roles: readonly Role[] = ['admin', 'billing', 'technical'];

/** Invites somebody by letter, with a role. */
export function InvitePerson() {
  const { t, i18n } = useTranslation('settings');
  const act = useAct();
  const intention = useIntention();
  const nobody = { email: '', name: '', language: i18n.language as Language, role: 'technical' as Role };
  const [person, setPerson] = useState(nobody);
  const invite = useMutation({
    mutationFn: () => act('POST /v1/people', { body: person }, { idempotencyKey: intention.keyOf(person) }),
    onSuccess: ({ invited }) => {
      intention.done();
      told(t(invited ? 'invite.sent' : 'invite.added', { email: person.email, name: person.name }));
      setPerson(nobody);
      return refresh();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    invite.mutate();
  };
  return (
    <Section id="invite" title={t('invite.title')} intro={t('invite.intro')}>
      <form onSubmit={submit}>
        <Stack align="start">
          {(['email', 'name'] as const).map((field) => (
            <TextInput
              key={field}
              type={field === 'email' ? 'email' : 'text'}
              label={t(`invite.${field}`)}
              value={person[field]}
              onChange={(event) => setPerson({ ...person, [field]: event.currentTarget.value })}
              required
              withAsterisk={false}
              maxLength={200}
              autoComplete="off"
              w="100%"
              maw={400}
            />
          ))}
          <NativeSelect
            label={t('invite.language')}
            data={languages.map((one) => ({ value: one, label: languageNames[one] }))}
            value={person.language}
            onChange={(event) => setPerson({ ...person, language: event.currentTarget.value as Language })}
          />
          <Radio.Group
            label={t('invite.role')}
            value={person.role}
            onChange={(role) => setPerson({ ...person, role: role as Role })}
          >
            <Stack gap="xs" mt="xs">
              {roles.map((one) => (
                <Radio key={one} value={one} label={t(`role.${one}.name`)} description={t(`role.${one}.may`)} />
              ))}
            </Stack>
          </Radio.Group>
          {invite.isError && <ProblemNotice error={invite.error} />}
          <Button type="submit" loading={invite.isPending}>
            {t('invite.send')}
          </Button>
        </Stack>
      </form>
    </Section>
  );
}
