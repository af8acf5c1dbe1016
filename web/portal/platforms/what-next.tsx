import { Anchor, Badge, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '#web/api/may.ts';
import { ask } from '#web/api/queries.ts';
import type { Mailbox } from '#web/api/types.ts';
import { money, shortDay } from '#web/ui/format.ts';
import { isChangeable } from './mode-choice.tsx';

type Props = {
  mailbox: Mailbox;
  /** Null where the person may not. */
  onRevoke: (() => void) | null;
  onBuyBack: (() => void) | null;
};

/** What happens to a mailbox by itself, and the way out of it where there is one. */
export function WhatNext({ mailbox, onRevoke, onBuyBack }: Props) {
  const { t } = useTranslation('platforms');
  const { t: common } = useTranslation();
  const seesMoney = useMay('money:read');
  const sentence = useSentence(mailbox);
  const isEnding = mailbox.next.what === 'ends' && isChangeable(mailbox) && mailbox.previous_mode !== null;
  const { address, later_mode: later } = mailbox;
  return (
    <Group gap={6}>
      {mailbox.state !== 'active' && (
        <Badge size="sm" variant="light" color={mailbox.state === 'ended' ? 'gray' : 'orange'} tt="none">
          {t(`state.${mailbox.state}`)}
        </Badge>
      )}
      <Text size="sm">
        {sentence}
        {later && ` ${t('next.later', { mode: common(`mode.${later}`) })}`}
      </Text>
      {isEnding && onRevoke && (
        <Anchor component="button" type="button" size="sm" onClick={onRevoke} aria-label={t('revokeOf', { address })}>
          {t('revoke')}
        </Anchor>
      )}
      {mailbox.suspended_for === 'expiry' && !mailbox.platform_terminated && onBuyBack && (
        <Anchor component="button" type="button" size="sm" onClick={onBuyBack} aria-label={t('buyBackOf', { address })}>
          {t('buyBack')}
        </Anchor>
      )}
      {mailbox.suspended_for === 'debt' &&
        (seesMoney ? (
          <Anchor component={Link} to="/billing/account" size="sm">
            {t('payDebt')}
          </Anchor>
        ) : (
          <Text size="sm">{t('askToPay')}</Text>
        ))}
    </Group>
  );
}

/** What the next term costs, net, and for how long. */
export function Price({ mailbox }: { mailbox: Mailbox }) {
  const { t } = useTranslation('platforms');
  const { net, mode } = mailbox.next;
  if (net === null || mode === null) return <Text size="sm">{t('noPrice')}</Text>;
  return (
    <Text size="sm" className="numbers">
      {t(`price.${mode}`, { amount: money(net, mailbox.currency) })}
    </Text>
  );
}

function useSentence(mailbox: Mailbox): string {
  const { t } = useTranslation('platforms');
  const { data: plans } = useQuery(ask('GET /v1/plans', {}));
  const { next, delete_on: kept, currency } = mailbox;
  const on = next.on ? shortDay(next.on) : '';
  const until = { day: kept ? shortDay(kept) : '' };
  if (mailbox.state === 'ended') return t('next.ended');
  if (mailbox.suspended_for === 'expiry') return t('next.inRetention', until);
  if (next.what === 'waits_for_payment') return t(kept ? 'next.waitsUntil' : 'next.waits', until);
  if (next.what === 'has_no_price') return t('next.hasNoPrice', { on });
  if (next.what === 'renews' && next.mode && next.net !== null) {
    // A plan that follows the calendar may have a shorter or longer term first; then its end is told.
    const isWhole = plans?.items.find(({ code }) => code === mailbox.plan)?.alignment === 'none';
    const facts = { on, until: next.until ? shortDay(next.until) : '', amount: money(next.net, currency) };
    return t(isWhole ? `next.renews.${next.mode}` : 'next.renews.until', facts);
  }
  return t(mailbox.platform_terminated ? 'next.endsWithPlatform' : 'next.ends', { on });
}
