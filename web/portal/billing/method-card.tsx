import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconBrandPaypal, IconCreditCard } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useMay } from '#web/api/may.ts';
import { refresh } from '#web/api/queries.ts';
import type { Api, PaymentMethod } from '#web/api/types.ts';
import { useAct } from '#web/portal/access/reauthenticate.tsx';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { told } from '#web/ui/told.ts';
import { MethodHealth } from './method-health.tsx';
import { methodName } from './method-name.ts';
import { RemoveMethod } from './remove-method.tsx';

type Props = { method: PaymentMethod; methods: readonly PaymentMethod[] };

/** One payment method: which it is, how it is doing, its place in the order, and what can be done with it. */
export function MethodCard({ method, methods }: Props) {
  const { t } = useTranslation('billing');
  const mayPay = useMay('money:write');
  const Icon = method.kind === 'paypal' ? IconBrandPaypal : IconCreditCard;
  return (
    <Paper withBorder p="md" role="listitem">
      <Group justify="space-between" align="flex-start">
        <Group gap="md" align="flex-start" wrap="nowrap" flex={1} miw={220}>
          <Icon size={28} aria-hidden />
          <Stack gap={4}>
            <Group gap="xs">
              <Text fw={600}>{methodName(method, t)}</Text>
              <Place method={method} />
            </Group>
            <MethodHealth method={method} />
          </Stack>
        </Group>
        {mayPay && <Acts {...{ method, methods }} />}
      </Group>
    </Paper>
  );
}

function Place({ method }: { method: PaymentMethod }) {
  const { t } = useTranslation('billing');
  if (method.is_default) return <Badge tt="none">{t('methods.default')}</Badge>;
  if (method.backup_rank === null) return null;
  return (
    <Badge variant="default" tt="none">
      {t('methods.backup', { place: method.backup_rank + 1 })}
    </Badge>
  );
}

type Wish = Api['PUT /v1/payment-methods/order']['body'] & { tell: string };

function Acts({ method, methods }: Props) {
  const { t } = useTranslation('billing');
  const act = useAct();
  const change = useMutation({
    mutationFn: ({ tell: _, ...body }: Wish) => act('PUT /v1/payment-methods/order', { body }),
    onSuccess: async (_, { tell }) => {
      told(tell);
      await refresh();
      // The button that was pressed is gone, or its card stands elsewhere now.
      setTimeout(() => document.activeElement === document.body && document.getElementById('methods')?.focus(), 100);
    },
  });
  // Not disabled while it works, so that it keeps the focus.
  const send = (wish: Wish) => change.isPending || change.mutate(wish);
  const { method_id: id } = method;
  const name = methodName(method, t);
  const backups = methods.filter((each) => each.backup_rank !== null && each.state === 'valid');
  const ids = backups.map((each) => each.method_id);
  const place = ids.indexOf(id);
  const isUsable = method.state === 'valid';
  const toDefault = () =>
    send({
      default_id: id,
      backup_ids: ids.filter((each) => each !== id),
      tell: t('methods.toldDefault', { name }),
    });
  const toBackups = (backup_ids: number[], tell: string) => send({ backup_ids, tell });
  const move = (by: -1 | 1) => {
    const next = ids.filter((each) => each !== id);
    next.splice(place + by, 0, id);
    toBackups(next, t('methods.toldMoved', { name, place: place + by + 1 }));
  };
  const button = { variant: 'default', size: 'xs' } as const;
  return (
    <Stack gap="xs" align="flex-end">
      <Group gap="xs" justify="flex-end">
        {isUsable && !method.is_default && (
          <Button {...button} aria-label={t('methods.toDefaultOf', { name })} onClick={toDefault}>
            {t('methods.toDefault')}
          </Button>
        )}
        {isUsable && !method.is_default && place < 0 && methods.some((each) => each.is_default) && (
          <Button
            {...button}
            aria-label={t('methods.toBackupOf', { name })}
            onClick={() => toBackups([...ids, id], t('methods.toldBackup', { name }))}
          >
            {t('methods.toBackup')}
          </Button>
        )}
        {place > 0 && (
          <Button {...button} aria-label={t('methods.upOf', { name })} onClick={() => move(-1)}>
            <IconArrowUp size={16} aria-hidden />
          </Button>
        )}
        {place >= 0 && place < ids.length - 1 && (
          <Button {...button} aria-label={t('methods.downOf', { name })} onClick={() => move(1)}>
            <IconArrowDown size={16} aria-hidden />
          </Button>
        )}
        {place >= 0 && (
          <Button
            {...button}
            aria-label={t('methods.noBackupOf', { name })}
            onClick={() =>
              toBackups(
                ids.filter((each) => each !== id),
                t('methods.toldNoBackup', { name }),
              )
            }
          >
            {t('methods.noBackup')}
          </Button>
        )}
        <RemoveMethod {...{ method, methods }} />
      </Group>
      {change.isError && <ProblemNotice error={change.error} />}
    </Stack>
  );
}
