import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Days of issue, both included; none where nothing is written. */
export type Period = { from?: string; until?: string };

type Props = { period: Period; onPeriod: (period: Period) => void };

/** From which day until which. */
export function PeriodFilter({ period, onPeriod }: Props) {
  const { t } = useTranslation('billing');
  const change = (name: keyof Period, value: string) => {
    const { [name]: _, ...rest } = period;
    onPeriod(value ? { ...rest, [name]: value } : rest);
  };
  return (
    <>
      {(['from', 'until'] as const).map((name) => (
        <TextInput
          key={name}
          type="date"
          label={t(`filter.${name}`)}
          value={period[name] ?? ''}
          onChange={(event) => change(name, event.currentTarget.value)}
          w={160}
        />
      ))}
    </>
  );
}
