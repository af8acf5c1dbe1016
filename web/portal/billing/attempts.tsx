import { Badge, Group, List, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Answer } from '#web/api/client.ts';
import { ask } from '#web/api/queries.ts';
import { instant, money } from '#web/ui/format.ts';
import { Section } from '#web/ui/section.tsx';

type Attempt = Answer<'GET /v1/orders/{id}/payments'>['items'][number];

const colors: Record<string, string> = { succeeded: 'green', declined: 'red', action_required: 'orange' };

/** What was tried to pay an order, newest first; nothing while nothing was. */
export function Attempts({ orderId }: { orderId: number }) {
  const { t } = useTranslation('billing');
  const { data } = useQuery(ask('GET /v1/orders/{id}/payments', { params: { id: orderId } }));
  // A page that was opened and never used is nothing to tell.
  const tried = data?.items.filter(({ state }) => state !== 'offered' && state !== 'withdrawn') ?? [];
  if (tried.length === 0) return null;
  return (
    <Section id="attempts" title={t('attempts.title')}>
      <List listStyleType="none" spacing="xs" aria-labelledby="attempts">
        {tried.map((attempt) => (
          <List.Item key={attempt.charge_id}>
            <Line attempt={attempt} />
          </List.Item>
        ))}
      </List>
    </Section>
  );
}

function Line({ attempt }: { attempt: Attempt }) {
  const { t, i18n } = useTranslation('billing');
  const { state, decline_code: code } = attempt;
  const known = `billing:decline.${code}`;
  return (
    <>
      <Group gap="xs">
        <Badge variant="light" color={colors[state] ?? 'blue'} tt="none">
          {t(`attempts.state.${state}`)}
        </Badge>
        <Text size="sm">
          {money(attempt.amount, attempt.currency)} · {instant(attempt.finished_at ?? attempt.created_at)}
        </Text>
      </Group>
      {code !== null && (
        <Text size="sm" c="dimmed">
          {i18n.exists(known) ? i18n.t(known) : t('decline.other')}
        </Text>
      )}
    </>
  );
}
