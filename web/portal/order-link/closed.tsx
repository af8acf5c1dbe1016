import { Alert, Text } from '@mantine/core';
import { IconCircleCheck, IconClockX, IconFileOff, IconLinkOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '#web/ui/page-title.tsx';

const looks = {
  paid: { color: 'green', Icon: IconCircleCheck },
  expired: { color: 'yellow', Icon: IconClockX },
  withdrawn: { color: 'gray', Icon: IconFileOff },
  unknown: { color: 'red', Icon: IconLinkOff },
} as const;

/** A link that opens nothing any more, and what that means for who holds it. */
export function ClosedLink({ state }: { state: string | undefined }) {
  const { t } = useTranslation('order-link');
  const known = state === 'paid' || state === 'expired' || state === 'withdrawn' ? state : 'unknown';
  const { color, Icon } = looks[known];
  return (
    <>
      <PageTitle>{t(`closed.${known}.title`)}</PageTitle>
      <Alert role="status" color={color} icon={<Icon />}>
        <Text size="sm">{t(`closed.${known}.help`)}</Text>
      </Alert>
    </>
  );
}
