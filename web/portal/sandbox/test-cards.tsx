import { Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Dialog } from '#web/ui/dialog.tsx';

// As the sandbox's payment pages show them; there is no full number anywhere.
const cards = [
  ['success', '4242…4242'],
  ['insufficient_funds', '4000…9995'],
  ['generic_decline', '4000…0002'],
  ['stolen_card', '4000…9979'],
  ['expired_card', '5200…0069'],
  ['authentication_required', '4000…3184'],
  ['credit_limit', '5555…4444'],
  ['registration_refused', '4000…0341'],
  ['refund_fails', '4000…5126'],
  ['timeout_before', '4000…0408'],
  ['timeout_after', '4000…0504'],
  ['slow', '4000…0202'],
  ['paypal', 'PayPal'],
] as const;

/** What each of the sandbox's cards does, to try out every turn a payment may take. */
export function TestCards({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('sandbox');
  return (
    <Dialog opened onClose={onClose} title={t('cards.title')} size="lg">
      <Stack>
        <Text size="sm">{t('cards.intro')}</Text>
        <Table aria-label={t('cards.title')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t('cards.card')}</Table.Th>
              <Table.Th scope="col">{t('cards.does')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {cards.map(([name, shown]) => (
              <Table.Tr key={name}>
                <Table.Td className="numbers">{shown}</Table.Td>
                <Table.Td>{t(`cards.what.${name}`)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Stack>
    </Dialog>
  );
}
