import { Button, type ButtonProps, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Dialog } from './dialog.tsx';
import { HoldDialog, LeaveButton } from './dialog-hold.tsx';
import { ProblemNotice } from './problem.tsx';

type Props = ButtonProps & {
  /** What the button says; `describe` adds of what, for who does not see the row it stands in. */
  label: string;
  describe?: string;
  /** What will happen, said before it does. */
  title: string;
  text: string;
  confirm: string;
  act: () => Promise<unknown>;
  /** The id of what takes the focus when the button itself is gone afterwards. */
  focusAfter?: string;
};

/** A button whose act is explained and asked for once more before it is done. */
export function ConfirmButton({ label, describe, title, text, confirm, act, focusAfter, ...button }: Props) {
  const { t } = useTranslation();
  const [isOpen, dialog] = useDisclosure();
  const run = useMutation({
    mutationFn: act,
    onSuccess: () => {
      dialog.close();
      // After the dialog has given the focus back to a button that may be gone.
      if (focusAfter) setTimeout(() => document.getElementById(focusAfter)?.focus(), 250);
    },
  });
  const open = () => {
    run.reset();
    dialog.open();
  };
  return (
    <>
      <Button variant="default" size="xs" {...button} {...(describe && { 'aria-label': describe })} onClick={open}>
        {label}
      </Button>
      <Dialog opened={isOpen} onClose={dialog.close} title={title} centered>
        <HoldDialog isBusy={run.isPending} />
        <Stack>
          <Text size="sm">{text}</Text>
          {run.isError && <ProblemNotice error={run.error} />}
          <Group justify="flex-end">
            <LeaveButton onClick={dialog.close}>{t('cancel')}</LeaveButton>
            <Button color="red" loading={run.isPending} onClick={() => run.mutate()} data-autofocus>
              {confirm}
            </Button>
          </Group>
        </Stack>
      </Dialog>
    </>
  );
}
