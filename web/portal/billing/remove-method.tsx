import { Alert, Button, Group, List, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ApiError } from '#web/api/client.ts';
import { ask, refresh } from '#web/api/queries.ts';
import type { PaymentMethod } from '#web/api/types.ts';
import { useAct } from '#web/portal/access/reauthenticate.tsx';
import { Dialog } from '#web/ui/dialog.tsx';
import { HoldDialog, LeaveButton } from '#web/ui/dialog-hold.tsx';
import { day } from '#web/ui/format.ts';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { told } from '#web/ui/told.ts';
import { methodName } from './method-name.ts';

type Props = { method: PaymentMethod; methods: readonly PaymentMethod[] };

/** Removes a method; the last one after the warning that names what will renew without it (R32). */
export function RemoveMethod({ method, methods }: Props) {
  const { t } = useTranslation('billing');
  const { t: common } = useTranslation();
  const [isOpen, dialog] = useDisclosure();
  const act = useAct();
  const name = methodName(method, t);
  const seemsLast = method.state === 'valid' && !methods.some((each) => each !== method && each.state === 'valid');
  const remove = useMutation({
    mutationFn: (confirmed: boolean) =>
      act('DELETE /v1/payment-methods/{id}', { params: { id: method.method_id }, query: { confirmed } }),
    onSuccess: async () => {
      dialog.close();
      told(t('methods.toldRemoved', { name }));
      await refresh();
      setTimeout(() => document.getElementById('methods')?.focus(), 250);
    },
  });
  const wasTold = remove.error instanceof ApiError && remove.error.problem.code === 'last_method';
  const isLast = seemsLast || wasTold;
  const open = () => {
    remove.reset();
    dialog.open();
  };
  return (
    <>
      <Button variant="default" size="xs" aria-label={t('methods.removeOf', { name })} onClick={open}>
        {t('methods.remove')}
      </Button>
      <Dialog opened={isOpen} onClose={dialog.close} title={t('methods.removeTitle', { name })} centered>
        <HoldDialog isBusy={remove.isPending} />
        <Stack>
          <Text size="sm">{t(method.is_default && !isLast ? 'methods.removeDefaultHelp' : 'methods.removeHelp')}</Text>
          {isLast && <LastWarning />}
          {remove.isError && !wasTold && <ProblemNotice error={remove.error} />}
          <Group justify="flex-end">
            <LeaveButton onClick={dialog.close} data-autofocus>
              {common('cancel')}
            </LeaveButton>
            <Button color="red" loading={remove.isPending} onClick={() => remove.mutate(isLast)}>
              {t(isLast ? 'methods.removeAnyway' : 'methods.remove')}
            </Button>
          </Group>
        </Stack>
      </Dialog>
    </>
  );
}

const named = 5;

function LastWarning() {
  const { t } = useTranslation('billing');
  const query = { state: 'active', sort: 'expires_on', limit: 20 } as const;
  const monthly = useQuery(ask('GET /v1/mailboxes', { query: { ...query, mode: 'monthly' } }));
  const yearly = useQuery(ask('GET /v1/mailboxes', { query: { ...query, mode: 'yearly' } }));
  const all = [...(monthly.data?.items ?? []), ...(yearly.data?.items ?? [])];
  const renewing = all
    .filter(({ next }) => next.what === 'renews' && next.on !== null)
    .sort((a, b) => (a.expires_on < b.expires_on ? -1 : 1));
  const more = (monthly.data?.total ?? 0) + (yearly.data?.total ?? 0) - Math.min(renewing.length, named);
  return (
    <Alert color="orange" icon={<IconAlertTriangle />} title={t('methods.last')} role="alert">
      <Stack gap="xs">
        <Text size="sm">{t(renewing.length > 0 ? 'methods.lastHelp' : 'methods.lastHelpNone')}</Text>
        <List size="sm">
          {renewing.slice(0, named).map(({ mailbox_id, address, next }) => (
            <List.Item key={mailbox_id} style={{ overflowWrap: 'anywhere' }}>
              {t('methods.renews', { address, day: day(next.on ?? '') })}
            </List.Item>
          ))}
        </List>
        {renewing.length > 0 && more > 0 && <Text size="sm">{t('methods.lastMore', { count: more })}</Text>}
      </Stack>
    </Alert>
  );
}
