import { Button, SimpleGrid, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBrandPaypal, IconCreditCard, IconPlus } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useIntention } from '#web/api/intention.ts';
import { useAct } from '#web/portal/access/reauthenticate.tsx';
import { Dialog } from '#web/ui/dialog.tsx';
import { HoldDialog } from '#web/ui/dialog-hold.tsx';
import { leave } from '#web/ui/leave.ts';
import { ProblemNotice } from '#web/ui/problem.tsx';

const kinds = [
  { kind: 'card', Icon: IconCreditCard },
  { kind: 'paypal', Icon: IconBrandPaypal },
] as const;

/** Registers a card or a PayPal account on the provider's own page (R31). */
export function AddMethod() {
  const { t } = useTranslation('billing');
  const [isOpen, dialog] = useDisclosure();
  const act = useAct();
  const intention = useIntention();
  const start = useMutation({
    mutationFn: async (kind: 'card' | 'paypal') => {
      const answer = await act(
        'POST /v1/payment-methods',
        { body: { kind } },
        { idempotencyKey: intention.keyOf(kind) },
      );
      intention.done();
      return answer;
    },
    onSuccess: ({ url }) => leave(url),
  });
  const isBusy = start.isPending || start.isSuccess;
  return (
    <>
      <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={dialog.open}>
        {t('methods.add')}
      </Button>
      <Dialog opened={isOpen} onClose={dialog.close} title={t('methods.add')} centered>
        <HoldDialog isBusy={start.isPending} />
        <Stack>
          <Text size="sm">{t('methods.addHelp')}</Text>
          {start.isError && <ProblemNotice error={start.error} />}
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            {kinds.map(({ kind, Icon }, i) => (
              <Button
                key={kind}
                variant="default"
                h={72}
                leftSection={<Icon size={26} aria-hidden />}
                disabled={isBusy && start.variables !== kind}
                loading={isBusy && start.variables === kind}
                onClick={() => start.mutate(kind)}
                {...(i === 0 && { 'data-autofocus': true })}
              >
                {t(`methods.kind.${kind}`)}
              </Button>
            ))}
          </SimpleGrid>
        </Stack>
      </Dialog>
    </>
  );
}
