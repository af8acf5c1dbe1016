import { Anchor, Badge, Card, Group, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ask } from '#web/api/queries.ts';
import type { Platform } from '#web/api/types.ts';
import { count, day } from '#web/ui/format.ts';

/** The platforms, each with its mailboxes and modes at a glance. */
export function PlatformCards() {
  const { t } = useTranslation('home');
  const { data, isPending } = useQuery(ask('GET /v1/platforms', {}));
  return (
    <Stack component="section" gap="sm" aria-labelledby="platforms">
      <Title order={2} size="h3" id="platforms">
        {t('platforms.title')}
      </Title>
      {isPending && <Skeleton height={150} maw={380} />}
      {data?.items.length === 0 && <Text size="sm">{t('platforms.empty')}</Text>}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {data?.items.map((platform) => (
          <PlatformCard key={platform.platform_id} platform={platform} />
        ))}
      </SimpleGrid>
    </Stack>
  );
}

function PlatformCard({ platform }: { platform: Platform }) {
  const { t } = useTranslation('home');
  const { t: common } = useTranslation();
  const { mailboxes, modes } = platform;
  return (
    <Card withBorder component="article">
      <Stack gap={6}>
        <Title order={3} size="h4" style={{ overflowWrap: 'anywhere' }}>
          <Anchor component={Link} to={`/platforms/${platform.platform_id}`} inherit>
            {platform.name}
          </Anchor>
        </Title>
        <Text size="sm" c="dimmed">
          {platform.product.name}
        </Text>
        <Text size="sm">
          {t('platforms.active', { count: mailboxes.active })}
          {mailboxes.suspended > 0 && ` · ${t('platforms.suspended', { count: mailboxes.suspended })}`}
        </Text>
        {(['monthly', 'yearly', 'none'] as const).some((mode) => modes[mode] > 0) && (
          <Group gap="xs">
            {(['monthly', 'yearly', 'none'] as const)
              .filter((mode) => modes[mode] > 0)
              .map((mode) => (
                <Badge key={mode} variant="default" tt="none" fw={500}>
                  {common(`mode.${mode}`)}: {count(modes[mode])}
                </Badge>
              ))}
          </Group>
        )}
        {platform.terminated_at && (
          <Badge color="orange" variant="light" tt="none" autoContrast>
            {t('platforms.terminated')}
          </Badge>
        )}
        {platform.next_expiry_on && (
          <Text size="sm">{t('platforms.nextExpiry', { day: day(platform.next_expiry_on) })}</Text>
        )}
      </Stack>
    </Card>
  );
}
