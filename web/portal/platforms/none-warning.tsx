import { Alert, List, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { day } from '#web/ui/format.ts';

/** Before a renewal is turned off: what happens at the expiry, what is kept and until when, and the advice to export first (R21). */
export function NoneWarning({ count, keptUntil }: { count: number; keptUntil: readonly (string | null)[] }) {
  const { t } = useTranslation('platforms');
  const [kept, ...others] = new Set(keptUntil);
  return (
    <Alert color="orange" icon={<IconAlertTriangle />} title={t('none.title', { count })}>
      <List size="sm" spacing={4}>
        <List.Item>{t('none.suspended', { count })}</List.Item>
        <List.Item>
          {kept && others.length === 0 ? t('none.keptUntil', { day: day(kept) }) : t('none.keptByDay')}
        </List.Item>
        <List.Item>{t('none.revocable', { count })}</List.Item>
      </List>
      <ExportAdvice />
    </Alert>
  );
}

/** Export first: what was advised from the beginning, and how it is done. */
export function ExportAdvice() {
  const { t } = useTranslation('platforms');
  return (
    <Text size="sm" mt="xs">
      <b>{t('export.advice')}</b> {t('export.how')}
    </Text>
  );
}
