import { TextInput } from '@mantine/core';
import { useState } from 'react';
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
        <DayField key={name} label={t(`filter.${name}`)} day={period[name]} onDay={(day) => change(name, day)} />
      ))}
    </>
  );
}

type DayProps = { label: string; day: string | undefined; onDay: (day: string) => void };

/** A day as it is typed; it is passed on once its year is one that can be meant, for 2 and 20 stand on the way to 2027. */
function DayField({ label, day = '', onDay }: DayProps) {
  const [typed, setTyped] = useState(day);
  const type = (text: string) => {
    setTyped(text);
    const wished = /^(19|2\d)\d\d-/.test(text) ? text : '';
    if (wished !== day) onDay(wished);
  };
  return (
    <TextInput type="date" label={label} value={typed} onChange={(event) => type(event.currentTarget.value)} w={160} />
  );
}
