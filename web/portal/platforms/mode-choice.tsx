import { Button, Menu, Text } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Mailbox } from '#web/api/types.ts';
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
  const button = useRef<HTMLButtonElement>(null);
  const mode = mailbox.later_mode ?? mailbox.mode;
  const name = common(`mode.${mode}`);
  if (!onChange || !isChangeable(mailbox)) return <Text size="sm">{name}</Text>;
  return (
    <Menu
      position="bottom-start"
      // Inside the landmark of the content, not clipped by the table; the mode it has now takes the focus.
      portalProps={{ target: '#content' }}
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <Button
          ref={button}
          size="compact-sm"
          variant="default"
          rightSection={<IconChevronDown size={14} aria-hidden />}
          aria-label={t('changeModeOf', { address: mailbox.address, mode: name })}
        >
          {name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup
          value={mode}
          onChange={(chosen) => {
            const wanted = modes.find((each) => each === chosen);
            if (!wanted || wanted === mode) return;
            // The item is gone when the dialog gives the focus back; the button stays.
            button.current?.focus();
            onChange(wanted);
          }}
        >
          {modes.map((each) => (
            <Menu.RadioItem key={each} value={each} closeMenuOnClick data-autofocus={each === mode || undefined}>
              {common(`mode.${each}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}
