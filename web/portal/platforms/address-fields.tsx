import { Group, NumberInput, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { addressesIn, addressesNumbered } from './addresses.ts';

export type Addresses = {
  by: 'list' | 'number';
  text: string;
  numbered: { name: string; from: number; count: number; domain: string };
};

// The API takes so many in one order.
export const mostAddresses = 1_000;

/** The addresses that are meant. */
export function addressesOf({ by, text, numbered }: Addresses): string[] {
  return by === 'list' ? addressesIn(text) : addressesNumbered(numbered);
}

type Props = { value: Addresses; onChange: (value: Addresses) => void; error: string | null };

/** Which mailboxes are wanted: a list of addresses, or a number of them. */
export function AddressFields({ value, onChange, error }: Props) {
  const { t } = useTranslation('platforms');
  const addresses = addressesOf(value);
  return (
    <Stack gap="xs">
      <SegmentedControl
        aria-label={t('add.by.label')}
        value={value.by}
        onChange={(by) => onChange({ ...value, by: by === 'number' ? 'number' : 'list' })}
        data={[
          { value: 'list', label: t('add.by.list') },
          { value: 'number', label: t('add.by.number') },
        ]}
      />
      {value.by === 'list' ? (
        <Textarea
          label={t('add.list')}
          description={t('add.listHelp')}
          autosize
          minRows={4}
          maxRows={16}
          spellCheck={false}
          autoCapitalize="none"
          error={error}
          value={value.text}
          onChange={(event) => onChange({ ...value, text: event.currentTarget.value })}
        />
      ) : (
        <Numbered value={value} onChange={onChange} error={error} />
      )}
      <Text size="sm" c="dimmed" role="status">
        {t('add.count', { count: addresses.length })}
        {value.by === 'number' && addresses.length > 0 && `: ${[addresses[0], addresses.at(-1)].join(' – ')}`}
      </Text>
    </Stack>
  );
}

function Numbered({ value, onChange, error }: Props) {
  const { t } = useTranslation('platforms');
  const { numbered } = value;
  const change = (changed: Partial<Addresses['numbered']>) =>
    onChange({ ...value, numbered: { ...numbered, ...changed } });
  return (
    <Group align="start" gap="sm">
      <NumberInput
        label={t('add.howMany')}
        w={110}
        min={1}
        max={mostAddresses}
        allowDecimal={false}
        value={numbered.count}
        onChange={(count) => change({ count: Number(count) || 1 })}
      />
      <TextInput
        label={t('add.name')}
        spellCheck={false}
        autoCapitalize="none"
        value={numbered.name}
        onChange={(event) => change({ name: event.currentTarget.value.trim() })}
      />
      <NumberInput
        label={t('add.from')}
        w={110}
        min={0}
        max={1_000_000}
        allowDecimal={false}
        value={numbered.from}
        onChange={(from) => change({ from: Number(from) || 0 })}
      />
      <TextInput
        label={t('add.domain')}
        leftSection="@"
        spellCheck={false}
        autoCapitalize="none"
        error={error}
        value={numbered.domain}
        onChange={(event) => change({ domain: event.currentTarget.value.trim() })}
      />
    </Group>
  );
}
