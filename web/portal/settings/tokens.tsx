import { Badge, Group, Paper, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask, refresh } from '#web/api/queries.ts';
import type { Api } from '#web/api/types.ts';
import { useAct } from '#web/portal/access/reauthenticate.tsx';
import { ConfirmButton } from '#web/ui/confirm-button.tsx';
import { instant } from '#web/ui/format.ts';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { Section } from '#web/ui/section.tsx';
import { told } from '#web/ui/told.ts';
import { NewToken } from './new-token.tsx';

type Token = Api['GET /v1/tokens']['answer']['items'][number];

/** API tokens: what programs may do in the customer's name. */
export function Tokens() {
  const { t } = useTranslation('settings');
  const { data, error } = useQuery(ask('GET /v1/tokens', {}));
  return (
    <>
      <NewToken />
      <Section id="token-list" title={t('tokens.title')} intro={t('tokens.intro')}>
        {error && <ProblemNotice error={error} onRetry={() => void refresh()} />}
        {!data && !error && <Skeleton height={90} />}
        {data?.items.length === 0 && <Text size="sm">{t('tokens.empty')}</Text>}
        <Stack gap="sm" role="list" aria-labelledby="token-list">
          {data?.items.map((token) => (
            <Line key={token.token_id} token={token} />
          ))}
        </Stack>
      </Section>
    </>
  );
}

function Line({ token }: { token: Token }) {
  const { t } = useTranslation('settings');
  const act = useAct();
  const revoke = async () => {
    await act('DELETE /v1/tokens/{id}', { params: { id: token.token_id } });
    told(t('tokens.revoked', { name: token.name }));
    await refresh();
  };
  const used = token.used_at ? t('tokens.used', { when: instant(token.used_at) }) : t('tokens.neverUsed');
  const until = token.expires_at ? t('tokens.until', { when: instant(token.expires_at) }) : t('tokens.forever');
  return (
    <Paper withBorder p="sm" role="listitem">
      <Group justify="space-between">
        <Stack gap={4} flex={1} miw={200}>
          <Group gap="xs">
            <Text fw={600}>{token.name}</Text>
            {token.revoked_at && (
              <Badge color="gray" variant="light" tt="none">
                {t('tokens.isRevoked', { when: instant(token.revoked_at) })}
              </Badge>
            )}
          </Group>
          <Group gap={6}>
            {token.scopes.map((scope) => (
              <Badge key={scope} variant="default" tt="none" fw={500}>
                {t(`scope.${scope.replace(':', '_')}`)}
              </Badge>
            ))}
          </Group>
          <Text size="sm" c="dimmed">
            {t('tokens.created', { when: instant(token.created_at) })} · {used} · {until}
          </Text>
        </Stack>
        {!token.revoked_at && (
          <ConfirmButton
            label={t('tokens.revoke')}
            describe={t('tokens.revokeOf', { name: token.name })}
            title={t('tokens.revokeTitle', { name: token.name })}
            text={t('tokens.revokeText')}
            confirm={t('tokens.revoke')}
            act={revoke}
            focusAfter="token-list"
          />
        )}
      </Group>
    </Paper>
  );
}
