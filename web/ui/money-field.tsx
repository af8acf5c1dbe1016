import { NumberInput, type NumberInputProps } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

type Props = Omit<NumberInputProps, 'value' | 'onChange' | 'min' | 'max'> & {
  currency: string;
  /** What it begins with. Minor units; null for nothing. */
  amount: number | null;
  onAmount: (amount: number | null) => void;
};

/** An amount of money, written the way the reader's language writes it, kept in minor units. */
export function MoneyField({ currency, amount, onAmount, ...field }: Props) {
  const { i18n } = useTranslation();
  const format = new Intl.NumberFormat(i18n.language, { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  // What is written stays as it is written: 25, on the way to 25,50.
  const [written, setWritten] = useState<number | string>(amount === null ? '' : amount / 10 ** digits);
  const sign = (type: string) => format.formatToParts(-1_234_567.8).find((part) => part.type === type)?.value ?? '';
  return (
    <NumberInput
      inputMode="decimal"
      hideControls
      allowNegative={false}
      decimalScale={digits}
      decimalSeparator={sign('decimal') || '.'}
      thousandSeparator={sign('group')}
      rightSection={sign('currency')}
      rightSectionWidth={48}
      rightSectionProps={{ 'aria-hidden': true }}
      autoComplete="off"
      {...field}
      value={written}
      onChange={(value) => {
        setWritten(value);
        onAmount(value === '' || Number.isNaN(Number(value)) ? null : Math.round(Number(value) * 10 ** digits));
      }}
    />
  );
}
