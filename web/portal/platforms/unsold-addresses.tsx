import { Alert, Button, List, Stack } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '#web/api/client.ts';
import type { OrderLine } from './order-steps.tsx';

type BadLine = { address: string; rule: string };

// What the API says of an address, and how we say it; anything else is shown in its own words.
const rules: Readonly<Record<string, string>> = {
  'R10: an e-mail address': 'notAnAddress',
  'R10: each address once': 'twice',
  'R10: this address has a mailbox already': 'taken',
};

/** The addresses that cannot be ordered, from the fields of a refusal; null when it is about something else. */
export function badLinesOf(error: unknown, lines: readonly OrderLine[]): BadLine[] | null {
  if (!(error instanceof ApiError)) return null;
  const bad = error.problem.fields.flatMap(({ name, rule }) => {
    const at = /^lines\[(\d+)\]\.address$/.exec(name)?.[1];
    const line = at === undefined ? undefined : lines[Number(at)];
    return line && 'address' in line ? [{ address: line.address, rule }] : [];
  });
  return bad.length > 0 && bad.length === error.problem.fields.length ? bad : null;
}

/** Which addresses cannot be ordered and why; the others can go on without them. */
export function UnsoldAddresses({ lines, onTakeOut }: { lines: readonly BadLine[]; onTakeOut: (() => void) | null }) {
  const { t } = useTranslation('platforms');
  return (
    <Alert role="alert" color="red" icon={<IconAlertTriangle />} title={t('add.bad.title', { count: lines.length })}>
      <Stack gap="xs" align="start">
        <List size="sm" mah={260} style={{ overflowY: 'auto' }}>
          {lines.map(({ address, rule }) => (
            <List.Item key={address} style={{ overflowWrap: 'anywhere' }}>
              <b>{address}</b>: {rules[rule] ? t(`add.bad.${rules[rule]}`) : rule}
            </List.Item>
          ))}
        </List>
        {onTakeOut && (
          <Button size="compact-sm" variant="default" onClick={onTakeOut}>
            {t('add.bad.takeOut', { count: lines.length })}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
