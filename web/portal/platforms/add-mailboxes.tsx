import { Alert, Button, Group, Paper, Radio, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '#web/api/may.ts';
import { ask } from '#web/api/queries.ts';
import type { Platform } from '#web/api/types.ts';
import { money } from '#web/ui/format.ts';
import { PageTitle } from '#web/ui/page-title.tsx';
import { problemOf } from '#web/ui/problem.tsx';
import { type Addresses, AddressFields, addressesOf, mostAddresses } from './address-fields.tsx';
import { without } from './addresses.ts';
import { type Order, type OrderLine, OrderPreview, PlacedOrder } from './order-steps.tsx';
import { badLinesOf, UnsoldAddresses } from './unsold-addresses.tsx';

/** New mailboxes for a platform: which, with which plan and mode, what they cost, the order, and its payment (R10). */
export default function AddMailboxes() {
  const { t } = useTranslation('platforms');
  const { platformId } = useParams({ strict: false }) as { platformId: string };
  const id = Number(platformId);
  const platform = useQuery(ask('GET /v1/platforms/{id}', { params: { id } }));
  const someone = useQuery(ask('GET /v1/mailboxes', { query: { platform_id: id, limit: 1 } }));
  const mayAdd = useMay('mailboxes:write');
  const problem = problemOf(platform);
  if (platform.data?.platform_id !== id || someone.isPending) return problem ?? <Skeleton h={420} />;
  const { name, state, terminated_at } = platform.data;
  const isOpen = state === 'open' && terminated_at === null;
  // Most new addresses have the domain of the ones before.
  const domain = someone.data?.items[0]?.address.split('@')[1] ?? '';
  return (
    <>
      {problem}
      <PageTitle>{t('add.title', { name })}</PageTitle>
      {!isOpen && <Alert color="gray">{t('add.ends')}</Alert>}
      {isOpen && !mayAdd && <Alert color="gray">{t('add.onlyAdmin')}</Alert>}
      {isOpen && mayAdd && <Steps key={id} platform={platform.data} domain={domain} />}
    </>
  );
}

type Mode = 'monthly' | 'yearly';

function Steps({ platform, domain }: { platform: Platform; domain: string }) {
  const { t } = useTranslation('platforms');
  const [wished, setWished] = useState<readonly OrderLine[] | null>(null);
  const [order, setOrder] = useState<Order | null>(null);
  const [addresses, setAddresses] = useState<Addresses>({
    by: 'list',
    text: '',
    numbered: { name: '', from: 1, count: 1, domain },
  });
  const change = (value: Addresses) => {
    setAddresses(value);
    setWished(null);
  };
  if (order) {
    return (
      <PlacedOrder order={order}>
        <Group>
          <Button component={Link} to={`/platforms/${platform.platform_id}`}>
            {t('order.toMailboxes')}
          </Button>
        </Group>
      </PlacedOrder>
    );
  }
  return (
    <Stack maw={760}>
      <Wishes {...{ platform, addresses }} onAddresses={change} onWish={setWished} />
      {wished && (
        <OrderPreview
          lines={wished}
          onPlaced={setOrder}
          explain={(error) => {
            const bad = badLinesOf(error, wished);
            if (!bad) return undefined;
            const takeOut = () => {
              const unwanted = new Set(bad.map(({ address }) => address.toLowerCase()));
              const text = without(addressesOf(addresses).join('\n'), unwanted);
              setAddresses({ ...addresses, by: 'list', text });
              setWished(wished.filter((line) => !('address' in line) || !unwanted.has(line.address.toLowerCase())));
            };
            return <UnsoldAddresses lines={bad} onTakeOut={bad.length < wished.length ? takeOut : null} />;
          }}
        />
      )}
    </Stack>
  );
}

type WishesProps = {
  platform: Platform;
  addresses: Addresses;
  onAddresses: (addresses: Addresses) => void;
  onWish: (lines: readonly OrderLine[] | null) => void;
};

function Wishes({ platform, addresses, onAddresses, onWish }: WishesProps) {
  const { t } = useTranslation('platforms');
  const { t: common } = useTranslation();
  const plans = useQuery(ask('GET /v1/plans', {}));
  const sold = plans.data?.items.filter(({ product, price }) => product === platform.product.code && price) ?? [];
  const [planCode, setPlan] = useState<string | null>(null);
  const [mode, setMode] = useState<Mode>('monthly');
  const [error, setError] = useState<string | null>(null);
  const plan = sold.find(({ code }) => code === planCode) ?? sold[0];
  const problem = problemOf(plans);
  if (!plans.data) return problem ?? <Skeleton h={320} />;
  if (!plan?.price) return <Alert color="gray">{t('add.nothingSold')}</Alert>;
  const { price, currency } = plan;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wanted = addressesOf(addresses);
    const problem = wanted.length === 0 ? t('add.noAddress') : null;
    setError(wanted.length > mostAddresses ? t('mostPerOrder', { count: mostAddresses }) : problem);
    if (problem || wanted.length > mostAddresses) return;
    onWish(wanted.map((address) => ({ platform_id: platform.platform_id, plan: plan.code, address, mode })));
  };
  return (
    <form onSubmit={submit} noValidate>
      <Paper withBorder p="md">
        <Stack>
          {problem}
          <AddressFields value={addresses} onChange={onAddresses} error={error} />
          {sold.length > 1 && (
            <Radio.Group
              label={t('column.plan')}
              value={plan.code}
              onChange={(code) => {
                setPlan(code);
                onWish(null);
              }}
            >
              <Stack gap={6} mt={4}>
                {sold.map(({ code, name }) => (
                  <Radio key={code} value={code} label={name} />
                ))}
              </Stack>
            </Radio.Group>
          )}
          <Radio.Group
            label={t('column.mode')}
            description={t('add.modeHelp')}
            value={mode}
            onChange={(chosen) => {
              setMode(chosen === 'yearly' ? 'yearly' : 'monthly');
              onWish(null);
            }}
          >
            <Group mt={6}>
              {(['monthly', 'yearly'] as const).map((each) => (
                <Radio
                  key={each}
                  value={each}
                  label={`${common(`mode.${each}`)}, ${t(`price.${each}`, { amount: money(price[each], currency) })}`}
                />
              ))}
            </Group>
          </Radio.Group>
          <Text size="xs" c="dimmed">
            {t('add.perMailbox')}
          </Text>
          <Group>
            <Button type="submit">{t('add.preview')}</Button>
          </Group>
        </Stack>
      </Paper>
    </form>
  );
}
