import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Mailbox } from '#web/api/types.ts';
import { ChoiceMenu } from '#web/ui/choice-menu.tsx';
import { modes } from './search.ts';

export type Mode = Mailbox['mode'];

/** Whether a mode can be chosen for it at all: not once it has ended or expired, nor while its platform ends. */
export function isChangeable(mailbox: Mailbox): boolean {
  return mailbox.state !== 'ended' && mailbox.suspended_for !== 'expiry' && !mailbox.platform_terminated;
}

type Props = { mailbox: Mailbox; onChange: ((mode: Mode) => void) | null };

/** The mode of one mailbox; where it may be changed, a menu with the three of them. Choosing asks before anything is done. */
export function ModeChoice({ mailbox, onChange }: Props) {
  const { t } = useTranslation('platforms');
  const { t: common } = useTranslation();
  const mode = mailbox.later_mode ?? mailbox.mode;
  const name = common(`mode.${mode}`);
  if (!onChange || !isChangeable(mailbox)) return <Text size="sm">{name}</Text>;
  return (
    <ChoiceMenu
      describe={t('changeModeOf', { address: mailbox.address, mode: name })}
      value={mode}
      choices={modes.map((each) => ({ value: each, label: common(`mode.${each}`) }))}
      onChoose={onChange}
    />
  );
}
