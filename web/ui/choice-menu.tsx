import { Button, Paper, UnstyledButton } from '@mantine/core';
import { IconCheck, IconChevronDown } from '@tabler/icons-react';
import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react';
import classes from './choice-menu.module.css';

type Choice<Value extends string> = { value: Value; label: string };

type Props<Value extends string> = {
  /** What the button is for, besides the word it shows. */
  describe: string;
  value: Value;
  choices: readonly Choice<Value>[];
  onChoose: (value: Value) => void;
};

/**
 * A button that shows one of a few words and opens the menu of all of them. The browser draws it over everything, closes
 * it by Escape or a click elsewhere, and gives the focus back; so a page may hold many of them at no cost.
 */
export function ChoiceMenu<Value extends string>({ describe, value, choices, onChoose }: Props<Value>) {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  // Once for each time it is opened: what is drawn again meanwhile must not open what was just closed.
  useLayoutEffect(() => {
    if (!isOpen || !menu.current || !button.current) return;
    menu.current.showPopover({ source: button.current });
    place(menu.current, button.current);
    const chosen = menu.current.querySelector<HTMLElement>('[aria-checked=true]');
    (chosen ?? menu.current.querySelector<HTMLElement>('button'))?.focus();
  }, [isOpen]);
  return (
    <>
      <Button
        ref={button}
        size="compact-sm"
        variant="default"
        rightSection={<IconChevronDown size={14} aria-hidden />}
        aria-label={describe}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(true)}
      >
        {choices.find((choice) => choice.value === value)?.label}
      </Button>
      {isOpen && (
        <Paper
          ref={menu}
          popover="auto"
          role="menu"
          aria-label={describe}
          withBorder
          shadow="md"
          p={4}
          className={classes['menu'] ?? ''}
          onToggle={(event) => event.newState === 'closed' && setOpen(false)}
          onKeyDown={walk}
          // Whoever leaves it by keyboard has done with it.
          onBlur={(event) => event.currentTarget.contains(event.relatedTarget) || menu.current?.hidePopover()}
        >
          {choices.map((choice) => (
            <UnstyledButton
              key={choice.value}
              role="menuitemradio"
              aria-checked={choice.value === value}
              tabIndex={-1}
              className={classes['choice'] ?? ''}
              onClick={() => {
                // Before anything is opened that will give the focus back to who has it now.
                button.current?.focus();
                menu.current?.hidePopover();
                if (choice.value !== value) onChoose(choice.value);
              }}
            >
              <IconCheck size={14} aria-hidden visibility={choice.value === value ? 'visible' : 'hidden'} />
              {choice.label}
            </UnstyledButton>
          ))}
        </Paper>
      )}
    </>
  );
}

/** Below the button, or above it where there is no room. */
function place(menu: HTMLElement, button: HTMLElement): void {
  const { left, top, bottom } = button.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const isRoomBelow = bottom + height + 8 <= innerHeight;
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  menu.style.top = `${isRoomBelow ? bottom + 4 : top - height - 4}px`;
  // It stands where the button was.
  addEventListener('scroll', () => menu.hidePopover(), { once: true, capture: true });
}

function walk(event: KeyboardEvent<HTMLElement>): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('button')];
  const here = items.indexOf(document.activeElement as HTMLElement);
  const steps: Record<string, number> = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: items.length - 1 };
  const to = steps[event.key];
  if (to === undefined) return;
  event.preventDefault();
  items[(to + items.length) % items.length]?.focus();
}
