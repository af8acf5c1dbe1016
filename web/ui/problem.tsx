import { Alert, Button, List, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconPlugConnectedX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ApiError, ConnectionLost } from '#web/api/client.ts';

/** What went wrong and what to do: the server's own sentence, the fields it names, and a way to try again. */
export function ProblemNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
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
        <Text size="sm">{sentence(error, t('problem.lostHelp'), t('problem.unexpected'))}</Text>
        {fields.length > 0 && (
          <List size="sm">
            {fields.map((field) => (
              <List.Item key={`${field.name} ${field.rule}`}>
                <b>{field.name}</b>: {field.rule}
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

function sentence(error: unknown, lost: string, unexpected: string): string {
  if (error instanceof ConnectionLost) return lost;
  if (error instanceof ApiError && error.problem.status < 500) return error.message;
  return unexpected;
}
