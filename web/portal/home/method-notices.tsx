import { Button } from '@mantine/core';
import { IconCreditCardOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { day } from '#web/ui/format.ts';
import { Notice } from './notice.tsx';
import type { Attention } from './use-attention.ts';

/** Payment methods that failed or are about to, and renewals that have none. */
export function MethodNotices({ failed, expiring, wanting, hasValidMethod, invoices, account }: Attention) {
  const { t } = useTranslation('home');
  const [next] = invoices;
  const isUncovered = next !== undefined && account !== undefined && !hasValidMethod && account.balance < next.gross;
  return (
    <>
      {failed.map((method) => (
        <Notice
          key={method.method_id}
          color="orange"
          Icon={IconCreditCardOff}
          title={t(`methods.${method.state}`, { method: nameOf(method) })}
          text={t('methods.failedHelp')}
        >
          <Go />
        </Notice>
      ))}
      {expiring.map((method) => (
        <Notice
          key={method.method_id}
          color="orange"
          Icon={IconCreditCardOff}
          title={t('methods.expiring', { method: nameOf(method), day: day(method.expires_on ?? '') })}
          text={t('methods.expiringHelp')}
        >
          <Go />
        </Notice>
      ))}
      {wanting.map((method) => (
        <Notice
          key={method.method_id}
          color="orange"
          Icon={IconCreditCardOff}
          title={t('methods.wantsOwner', { method: nameOf(method) })}
          text={t('methods.wantsOwnerHelp')}
        >
          <Go />
        </Notice>
      ))}
      {isUncovered && failed.length === 0 && account.debt === 0 && (
        <Notice
          color="orange"
          Icon={IconCreditCardOff}
          title={t('methods.none')}
          text={t('methods.noneHelp', { day: day(next.due_on) })}
        >
          <Go />
        </Notice>
      )}
    </>
  );
}

function Go() {
  const { t } = useTranslation('home');
  return (
    <Button component={Link} to="/billing/methods" variant="default" size="compact-md" w="fit-content">
      {t('methods.go')}
    </Button>
  );
}

function nameOf({ brand, last_four }: { brand: string; last_four: string }): string {
  return last_four ? `${brand} •••• ${last_four}` : brand;
}
