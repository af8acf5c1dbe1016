import { Button, Group, Skeleton, Stack, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '#web/api/may.ts';
import { ask } from '#web/api/queries.ts';
import type { Platform } from '#web/api/types.ts';
import { count, shortDay } from '#web/ui/format.ts';
import { PageTitle } from '#web/ui/page-title.tsx';
import { problemOf } from '#web/ui/problem.tsx';
import { BillingModes, listHeading } from './billing-modes.tsx';
import { TerminationNotice } from './termination-notice.tsx';

/** A platform and its *Modalità di fatturazione*. */
export default function PlatformPage() {
  const { platformId } = useParams({ strict: false }) as { platformId: string };
  const id = Number(platformId);
  const platform = useQuery(ask('GET /v1/platforms/{id}', { params: { id } }));
  const problem = problemOf(platform);
  // What is shown while another platform is asked for must not be the one before.
  if (platform.data?.platform_id !== id) return problem ?? <Outline />;
  return (
    <>
      {problem}
      <PlatformScreen key={id} platform={platform.data} />
    </>
  );
}

function PlatformScreen({ platform }: { platform: Platform }) {
  const { t } = useTranslation('platforms');
  const { active, suspended } = platform.mailboxes;
  const isOpen = platform.state === 'open';
  const facts = [
    platform.product.name,
    t('mailboxes', { count: active + suspended }),
    ...(suspended > 0 ? [t('suspendedOfThem', { count: suspended, formatted: count(suspended) })] : []),
    ...(platform.next_expiry_on ? [t('nextExpiry', { day: shortDay(platform.next_expiry_on) })] : []),
  ];
  return (
    <>
      <PageTitle intro={facts.join(' · ')} actions={isOpen && <Acts platform={platform} />}>
        {platform.name}
      </PageTitle>
      <TerminationNotice platform={platform} />
      <Title
        order={2}
        size="h4"
        mb="sm"
        id={listHeading}
        tabIndex={-1}
        style={{ outline: 'none', scrollMarginTop: 72 }}
      >
        {t('title')}
      </Title>
      <BillingModes platform={platform} />
    </>
  );
}

/** What can be done with the whole platform; who may not do it does not see it. */
function Acts({ platform }: { platform: Platform }) {
  const { t } = useTranslation('platforms');
  const mayAdd = useMay('mailboxes:write');
  const mayEnd = useMay('platforms:terminate');
  if (platform.terminated_at) return null;
  const to = `/platforms/${platform.platform_id}`;
  return (
    <Group gap="sm">
      {mayEnd && (
        <Button component={Link} to={`${to}/end`} variant="default">
          {t('end.act')}
        </Button>
      )}
      {mayAdd && (
        <Button component={Link} to={`${to}/add`} leftSection={<IconPlus size={16} aria-hidden />}>
          {t('add.act')}
        </Button>
      )}
    </Group>
  );
}

function Outline() {
  const { t } = useTranslation();
  return (
    <Stack role="status" aria-label={t('loading')}>
      <Skeleton h={34} w={280} />
      <Skeleton h={20} w="60%" />
      <Skeleton h={380} />
    </Stack>
  );
}
