import { Button, Group, List, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { scope } from '#web/api/client.ts';
import { ask } from '#web/api/queries.ts';
import { ProblemNotice } from '#web/ui/problem.tsx';

/** Our staff sees the area of one customer at a time: which one is chosen here, for this tab. */
export function ChooseCustomer() {
  const { t } = useTranslation('home');
  const [text, setText] = useState('');
  const { data, error, isPending } = useQuery(
    ask('GET /v1/customers', { query: { limit: 10, ...(text.trim() && { text: text.trim() }) } }),
  );
  const choose = (code: string) => {
    scope.customer = code;
    location.assign('/');
  };
  return (
    <Stack maw={560}>
      <Text>{t('staff.intro')}</Text>
      <TextInput
        label={t('staff.search')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        autoComplete="off"
      />
      {error && <ProblemNotice error={error} />}
      {isPending && !error && <Skeleton height={120} />}
      <div aria-live="polite">
        {data?.items.length === 0 && <Text size="sm">{t('staff.nobody')}</Text>}
        <List listStyleType="none" spacing="xs">
          {data?.items.map(({ code, name }) => (
            <List.Item key={code}>
              <Group gap="sm">
                <Button variant="default" size="compact-md" onClick={() => choose(code)}>
                  {name}
                </Button>
                <Text size="sm" c="dimmed">
                  {code}
                </Text>
              </Group>
            </List.Item>
          ))}
        </List>
      </div>
    </Stack>
  );
}
