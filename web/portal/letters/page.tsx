import { Anchor, Grid, NativeSelect, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '#web/ui/page-title.tsx';
import { letterKinds } from './kinds.ts';
import { LetterList } from './letter-list.tsx';
import { Reader } from './reader.tsx';

/** Every letter as it was sent: the list, and the one that is being read. On a phone one after the other. */
export default function Letters() {
  const { t } = useTranslation('letters');
  const navigate = useNavigate();
  const { letter } = useSearch({ strict: false }) as { letter?: number };
  const [kind, setKind] = useState('');
  const isNarrow = useMediaQuery('(max-width: 61.99em)', false, { getInitialValueInEffect: false });
  const isReading = letter !== undefined;
  const open = (id: number) =>
    void navigate({ to: '/letters', search: { letter: id } as never, resetScroll: isNarrow });
  return (
    <>
      <PageTitle>{t('title')}</PageTitle>
      {isNarrow && isReading && (
        <Anchor component={Link} to="/letters" display="inline-block" mb="sm">
          {t('back')}
        </Anchor>
      )}
      <Grid gap="md">
        {!(isNarrow && isReading) && (
          <Grid.Col span={{ base: 12, md: 5 }}>
            <NativeSelect
              label={t('filter')}
              mb="sm"
              data={[
                { value: '', label: t('all') },
                ...letterKinds.map((one) => ({ value: one, label: t(`kind.${one}`) })),
              ]}
              value={kind}
              onChange={(event) => setKind(event.currentTarget.value)}
            />
            <LetterList kind={kind} current={letter} onOpen={open} />
          </Grid.Col>
        )}
        {(isReading || !isNarrow) && (
          <Grid.Col span={{ base: 12, md: 7 }}>
            {isReading ? <Reader key={letter} letterId={letter} /> : <Text c="dimmed">{t('choose')}</Text>}
          </Grid.Col>
        )}
      </Grid>
    </>
  );
}
