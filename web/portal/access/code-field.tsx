import { Anchor, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

type Props = {
  value: string;
  onChange: (code: string) => void;
  autoFocus?: boolean;
  /** For those who have no authenticator app. */
  recoveryOnly?: boolean;
};

/** The second factor: the authenticator's six digits, or one of the recovery codes. */
export function CodeField({ value, onChange, autoFocus = false, recoveryOnly = false }: Props) {
  const { t } = useTranslation('access');
  const [wantsRecovery, setRecovery] = useState(false);
  const isRecovery = recoveryOnly || wantsRecovery;
  return (
    <Stack gap={6} align="stretch">
      <TextInput
        // A new element, so that the keyboard of a phone changes with it.
        key={String(isRecovery)}
        label={t(isRecovery ? 'code.recovery' : 'code.label')}
        description={t(isRecovery ? 'code.recoveryHelp' : 'code.help')}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        required
        withAsterisk={false}
        minLength={6}
        maxLength={40}
        autoFocus={autoFocus || wantsRecovery}
        data-autofocus={autoFocus || undefined}
        autoComplete={isRecovery ? 'off' : 'one-time-code'}
        inputMode={isRecovery ? 'text' : 'numeric'}
        spellCheck={false}
      />
      {!recoveryOnly && (
        <Anchor
          component="button"
          type="button"
          size="sm"
          ta="start"
          onClick={() => {
            onChange('');
            setRecovery(!isRecovery);
          }}
        >
          {t(isRecovery ? 'code.useAuthenticator' : 'code.useRecovery')}
        </Anchor>
      )}
    </Stack>
  );
}
