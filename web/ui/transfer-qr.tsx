import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { encode } from 'uqr';
import type { Api } from '#web/api/types.ts';
import { epcText } from './epc.ts';

type Order = Pick<Api['GET /v1/orders/{id}']['answer'], 'gross' | 'currency' | 'transfer'>;

/** The transfer as a code that banking apps read (EPC), where it is in euro. */
export function TransferQr({ order }: { order: Order }) {
  const { t } = useTranslation('pay');
  const text = epcText(order);
  if (text === null) return null;
  const { data, size } = encode(text, { ecc: 'M', border: 4 });
  const dots = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return (
    <Group gap="md" align="center">
      <svg
        role="img"
        aria-label={t('qr.label')}
        viewBox={`0 0 ${size} ${size}`}
        width={176}
        height={176}
        shapeRendering="crispEdges"
      >
        <rect width={size} height={size} fill="#fff" />
        <path d={dots.join('')} fill="#000" />
      </svg>
      <Text size="sm" maw={220} flex={1} miw={140}>
        {t('qr.help')}
      </Text>
    </Group>
  );
}
