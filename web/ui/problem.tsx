import { Alert, Button, List, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconPlugConnectedX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, ConnectionLost } from '#web/api/client.ts';

/** What went wrong and what to do: the server's own sentence, the fields it names, and a way to try again. */
export function ProblemNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t, i18n } = useTranslation();
  const isLost = error instanceof ConnectionLost;
  const fields = error instanceof ApiError ? error.problem.fields : [];
  return (
    <Alert
      role="alert"
      color={isLost ? 'yellow' : 'red'}
      icon={isLost ? <IconPlugConnectedX /> : <IconAlertTriangle />}
      title={t(isLost ? 'problem.lost' : 'problem.title')}
    >
      <Stack gap="xs" align="start">
        <Text size="sm">{problemSentence(error, { t, i18n })}</Text>
        {fields.length > 0 && (
          <List size="sm">
            {fields.map((field) => (
              <List.Item key={`${field.name} ${field.rule}`}>
                <b>{fieldName(field.name, { t, i18n })}</b>: {ruleSentence(field.rule, { t, i18n })}
              </List.Item>
            ))}
          </List>
        )}
        {onRetry && (
          <Button size="compact-sm" variant="default" onClick={onRetry}>
            {t('problem.retry')}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

type Asked = { error: unknown; refetch: () => Promise<unknown> };

/**
 * What went wrong with a question, null when nothing did: to stand above what it answered before, which stays with all
 * that was typed there, and alone only where there is nothing to keep.
 */
export function problemOf({ error, refetch }: Asked): ReactNode {
  return error === null ? null : <ProblemNotice error={error} onRetry={() => void refetch()} />;
}

export type Voice = Pick<ReturnType<typeof useTranslation>, 't' | 'i18n'>;

/**
 * What an error says to the reader. English is the server's own language, and it may say more than the general sentence
 * of the code.
 */
export function problemSentence(error: unknown, { t, i18n }: Voice): string {
  if (error instanceof ConnectionLost) return t('problem.lostHelp');
  if (!(error instanceof ApiError) || error.problem.code === 'internal_error') return t('problem.unexpected');
  const { code, detail, title } = error.problem;
  const hasMore = detail !== '' && detail !== title && i18n.language === 'en';
  return hasMore || !i18n.exists(`problems:${code}`) ? error.message : t(`problems:${code}`);
}

// lines[3].address is the address of the fourth line.
function fieldName(name: string, { t, i18n }: Voice): string {
  const last =
    name
      .replace(/\[\d+\]/g, '')
      .split('.')
      .at(-1) ?? name;
  const place = /\[(\d+)\]/.exec(name)?.[1];
  const known = i18n.exists(`problems:field.${last}`) ? t(`problems:field.${last}`) : last;
  return place === undefined ? known : `${known} (${Number(place) + 1})`;
}

/** A rule in the reader's language where we have it, else as the server says it; its number is kept. */
function ruleSentence(rule: string, { t, i18n }: Voice): string {
  const said = rule.replace(/^R\d+: /, '');
  const slug = said
    .replace('>=', 'at least')
    .replace('<=', 'at most')
    .toLowerCase()
    .replace(/[^a-z]+/g, '_')
    .replace(/^_|_$/g, '');
  const [number = ''] = /\d[\d.]*/.exec(said) ?? [];
  return i18n.exists(`problems:rule.${slug}`) ? t(`problems:rule.${slug}`, { number }) : said;
}
