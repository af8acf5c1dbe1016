import { Group, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '#web/api/queries.ts';
import { type MailboxSearch, modes, states } from './search.ts';

type Props = {
  product: string;
  search: MailboxSearch;
  onSearch: (change: { [K in keyof MailboxSearch]: string }) => void;
};

/** Which mailboxes are shown: by a part of the address, mode, state, and plan where there are several. */
export function Filters({ product, search, onSearch }: Props) {
  const { t } = useTranslation('platforms');
  const { t: common } = useTranslation();
  const { data } = useQuery(ask('GET /v1/plans', {}));
  const plans = data?.items.filter((plan) => plan.product === product) ?? [];
  return (
    <Group gap="sm" align="end" mb="sm" component="search">
      <SearchField text={search.text ?? ''} onText={(text) => onSearch({ text })} />
      <NativeSelect
        flex="1 1 175px"
        maw={{ sm: 260 }}
        label={t('column.mode')}
        value={search.mode ?? ''}
        data={[
          { value: '', label: t('filter.anyMode') },
          ...modes.map((mode) => ({ value: mode, label: common(`mode.${mode}`) })),
        ]}
        onChange={(event) => onSearch({ mode: event.currentTarget.value })}
      />
      <NativeSelect
        flex="1 1 175px"
        maw={{ sm: 260 }}
        label={t('filter.state')}
        value={search.state ?? ''}
        data={[
          { value: '', label: t('filter.anyState') },
          ...states.map((state) => ({ value: state, label: t(`filter.${state}`) })),
        ]}
        onChange={(event) => onSearch({ state: event.currentTarget.value })}
      />
      {plans.length > 1 && (
        <NativeSelect
          flex="1 1 175px"
          maw={{ sm: 260 }}
          label={t('column.plan')}
          value={search.plan ?? ''}
          data={[
            { value: '', label: t('filter.anyPlan') },
            ...plans.map(({ code, name }) => ({ value: code, label: name })),
          ]}
          onChange={(event) => onSearch({ plan: event.currentTarget.value })}
        />
      )}
    </Group>
  );
}

function SearchField({ text, onText }: { text: string; onText: (text: string) => void }) {
  const { t } = useTranslation('platforms');
  const [typed, setTyped] = useState(text);
  const sent = useRef(text);
  const send = useDebouncedCallback((value: string) => {
    sent.current = value;
    onText(value);
  }, 300);
  // Somebody went back, or took the filters off: the field follows the address, but never what was just typed.
  useEffect(() => {
    if (text === sent.current) return;
    sent.current = text;
    setTyped(text);
  }, [text]);
  return (
    <TextInput
      label={t('filter.text')}
      type="search"
      flex="2 1 220px"
      maxLength={254}
      leftSection={<IconSearch size={16} aria-hidden />}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        send(event.currentTarget.value.trim());
      }}
    />
  );
}
