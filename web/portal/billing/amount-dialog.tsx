import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '#web/ui/dialog.tsx';
import { HoldDialog, LeaveButton } from '#web/ui/dialog-hold.tsx';
import { MoneyField } from '#web/ui/money-field.tsx';
import { ProblemNotice } from '#web/ui/problem.tsx';

type Props<Preview> = {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  intro: string;
  label: string;
  hint: string;
  currency: string;
  /** What stands in the field at first; the least and the most that are taken. Minor units. */
  initial: number | null;
  least: number;
  most?: number;
  /** Asks the server what would happen. */
  preview: (amount: number) => Promise<Preview>;
  /** Says what would happen. */
  say: (preview: Preview) => ReactNode;
  confirm: string;
  act: (amount: number) => Promise<unknown>;
};

/** An amount, then what will happen with it as the server says, then the act: two steps, each with a way back. */
export function AmountDialog<Preview>(props: Props<Preview>) {
  const { isOpen, onClose, title } = props;
  return (
    <Dialog opened={isOpen} onClose={onClose} title={title} centered>
      <Steps {...props} />
    </Dialog>
  );
}

function Steps<Preview>({ preview, say, act, confirm, onClose, ...entry }: Props<Preview>) {
  const { t } = useTranslation('billing');
  const { t: common } = useTranslation();
  const [amount, setAmount] = useState(entry.initial);
  const look = useMutation({ mutationFn: preview });
  const perform = useMutation({ mutationFn: act });
  const told = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (look.isSuccess) told.current?.focus();
  }, [look.isSuccess]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (amount === null) return;
    if (look.isSuccess) perform.mutate(amount);
    else look.mutate(amount);
  };
  const failed = perform.error ?? look.error;
  return (
    <form onSubmit={submit}>
      <HoldDialog isBusy={look.isPending || perform.isPending} />
      <Stack>
        {look.isSuccess ? (
          <div ref={told} tabIndex={-1} style={{ outline: 'none' }}>
            {say(look.data)}
          </div>
        ) : (
          <Entry {...entry} amount={amount} onAmount={setAmount} />
        )}
        {failed && <ProblemNotice error={failed} />}
        <Group justify="flex-end">
          {look.isSuccess ? (
            <LeaveButton
              onClick={() => {
                look.reset();
                perform.reset();
              }}
            >
              {t('amount.back')}
            </LeaveButton>
          ) : (
            <LeaveButton onClick={onClose}>{common('cancel')}</LeaveButton>
          )}
          <Button type="submit" loading={look.isPending || perform.isPending || perform.isSuccess}>
            {look.isSuccess ? confirm : t('amount.next')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

type EntryProps = Pick<Props<unknown>, 'intro' | 'label' | 'hint' | 'currency' | 'least' | 'most'> & {
  amount: number | null;
  onAmount: (amount: number | null) => void;
};

function Entry({ intro, label, hint, currency, amount, onAmount, least, most }: EntryProps) {
  const { t } = useTranslation('billing');
  const isOff = amount !== null && (amount < least || (most !== undefined && amount > most));
  return (
    <>
      <Text size="sm">{intro}</Text>
      <MoneyField
        label={label}
        description={hint}
        currency={currency}
        amount={amount}
        onAmount={onAmount}
        required
        withAsterisk={false}
        data-autofocus
        {...(isOff && { error: t('amount.off') })}
      />
    </>
  );
}
