import { Anchor, List, Text } from '@mantine/core';
import { IconCalendarX, IconMailPause, IconPlugConnectedX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Mailbox } from '#web/api/types.ts';
import { day } from '#web/ui/format.ts';
import { Notice } from './notice.tsx';
import type { Attention } from './use-attention.ts';

/** What ends soon: mailboxes that do not renew, those suspended, platforms that were terminated. */
export function EndingNotices({ ending, endingInAll, suspended, suspendedInAll, terminated }: Attention) {
  const { t } = useTranslation('home');
  return (
    <>
      {suspended.length > 0 && (
        <Notice
          color="red"
          Icon={IconMailPause}
          title={t('suspended.title', { count: suspendedInAll })}
          text={t('suspended.help', { count: suspendedInAll })}
        >
          <Mailboxes items={suspended} inAll={suspendedInAll} dateOf={(one) => one.delete_on} say="suspended.deleted" />
        </Notice>
      )}
      {terminated.map((platform) => (
        <Notice
          key={platform.platform_id}
          color="orange"
          Icon={IconPlugConnectedX}
          title={t('terminated.title', { platform: platform.name })}
          text={
            platform.last_expiry_on
              ? t('terminated.help', { day: day(platform.last_expiry_on) })
              : t('terminated.helpWithoutDay')
          }
        >
          <Anchor component={Link} to={`/platforms/${platform.platform_id}`} size="sm">
            {t('terminated.go')}
          </Anchor>
        </Notice>
      ))}
      {ending.length > 0 && (
        <Notice
          color="yellow"
          Icon={IconCalendarX}
          title={t('ending.title', { count: endingInAll })}
          text={t('ending.help', { count: endingInAll })}
        >
          <Mailboxes items={ending} inAll={endingInAll} dateOf={(one) => one.next.on} say="ending.on" />
        </Notice>
      )}
    </>
  );
}

type Props = {
  items: readonly Mailbox[];
  inAll: number;
  dateOf: (mailbox: Mailbox) => string | null;
  say: 'suspended.deleted' | 'ending.on';
};

function Mailboxes({ items, inAll, dateOf, say }: Props) {
  const { t } = useTranslation('home');
  const rest = inAll - items.length;
  return (
    <>
      <List size="sm" spacing={4}>
        {items.map((mailbox) => {
          const on = dateOf(mailbox);
          return (
            <List.Item key={mailbox.mailbox_id} style={{ overflowWrap: 'anywhere' }}>
              <Anchor component={Link} to={`/platforms/${mailbox.platform_id}`} inherit>
                {mailbox.address}
              </Anchor>
              {on && <> · {t(say, { day: day(on) })}</>}
            </List.Item>
          );
        })}
      </List>
      {rest > 0 && (
        <Text size="sm" c="dimmed">
          {t('more', { count: rest })}
        </Text>
      )}
    </>
  );
}
