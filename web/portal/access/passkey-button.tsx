import { Alert, Button, type ButtonProps } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '#web/ui/problem.tsx';

type Props = ButtonProps & { onUse: () => void; autoFocus?: boolean };

/** Asks for a passkey. */
export function PasskeyButton({ onUse, ...button }: Props) {
  const { t } = useTranslation('access');
  return (
    <Button variant="default" fullWidth leftSection={<IconFingerprint size={18} />} {...button} onClick={onUse}>
      {t('passkey.use')}
    </Button>
  );
}

/** What came of it when it was not what was hoped for: nothing was chosen, or the server said no. */
export function PasskeyNotice({ error }: { error: unknown }) {
  const { t } = useTranslation('access');
  const reason = reasonIn(error);
  if (reason === undefined) return <ProblemNotice error={error} />;
  return (
    <Alert role="alert" color="yellow" icon={<IconFingerprint />}>
      {t(`passkey.stopped.${reason}`, { host: location.hostname })}
    </Alert>
  );
}

// By its name: the class is loaded only when a passkey is used.
function reasonIn(error: unknown): string | undefined {
  return error instanceof Error && error.name === 'PasskeyStopped' ? error.message : undefined;
}
