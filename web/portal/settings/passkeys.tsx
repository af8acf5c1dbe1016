import { Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, refresh } from '#web/api/queries.ts';
import { canUsePasskeys } from '#web/portal/access/passkeys.ts';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { Section } from '#web/ui/section.tsx';
import { AddPasskey } from './add-passkey.tsx';
import { PasskeyLine } from './passkey-line.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';

/** The passkeys: added, named, removed; and the recovery codes that come with the first second factor. */
export function Passkeys() {
  const { t } = useTranslation('settings');
  const { data, error } = useQuery(ask('GET /v1/me/passkeys', {}));
  const [codes, setCodes] = useState<readonly string[]>([]);
  const put = () => {
    setCodes([]);
    document.getElementById('passkeys')?.focus();
  };
  return (
    <Section id="passkeys" title={t('passkeys.title')} intro={t('passkeys.intro')}>
      {error && <ProblemNotice error={error} onRetry={() => void refresh()} />}
      {!data && !error && <Skeleton height={60} />}
      {data && data.items.length > 0 && (
        <Stack gap="sm" role="list" aria-labelledby="passkeys">
          {data.items.map((passkey) => (
            <PasskeyLine key={passkey.passkey_id} passkey={passkey} />
          ))}
        </Stack>
      )}
      {codes.length > 0 && <RecoveryCodes codes={codes} onDone={put} />}
      {canUsePasskeys ? <AddPasskey onCodes={setCodes} /> : <Text size="sm">{t('passkeys.cannot')}</Text>}
    </Section>
  );
}
