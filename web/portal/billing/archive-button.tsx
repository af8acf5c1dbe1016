import { Button, Group, Text, VisuallyHidden } from '@mantine/core';
import { IconFileZip } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Progress } from '#web/api/client.ts';
import type { Api } from '#web/api/types.ts';
import { fetchFile, save, tellProblem } from '#web/ui/download.ts';
import { size } from '#web/ui/format.ts';
import { useRescuedFocus } from '#web/ui/rescued-focus.ts';
import { told } from '#web/ui/told.ts';

type Wish = NonNullable<Api['GET /v1/document-archives']['query']>;

/** The PDFs of all documents that the list means, as one file: long work, so it tells how far it is and can be stopped. */
export function ArchiveButton({ wish }: { wish: Wish }) {
  const { t, i18n } = useTranslation('billing');
  const { t: common } = useTranslation();
  const [progress, setProgress] = useState<Progress | null>(null);
  const stop = useRef<AbortController>(null);
  const fetching = useMutation({
    mutationFn: (query: Wish) => {
      setProgress(null);
      stop.current = new AbortController();
      return fetchFile(
        'GET /v1/document-archives',
        { query },
        { signal: stop.current.signal, onProgress: setProgress },
      );
    },
    onSuccess: ({ name, blob, documents }) => {
      save(name, blob);
      told(t('archive.done', { count: documents }));
    },
    onError: (error) => stop.current?.signal.aborted || tellProblem(error, { t, i18n }),
  });
  // Who has gone elsewhere does not wait for it any more.
  useEffect(() => () => stop.current?.abort(), []);
  const begin = useRescuedFocus<HTMLButtonElement>(fetching.isPending);
  if (!fetching.isPending) {
    return (
      <Button
        ref={begin}
        variant="default"
        size="compact-sm"
        leftSection={<IconFileZip size={16} aria-hidden />}
        onClick={() => fetching.mutate(wish)}
      >
        {t('archive.do')}
      </Button>
    );
  }
  return (
    <Group gap="xs">
      <VisuallyHidden role="status">{t('archive.waiting')}</VisuallyHidden>
      <progress aria-label={t('archive.waiting')} style={{ width: 80 }} />
      <Text size="sm" className="numbers">
        {progress
          ? t('archive.progress', { count: progress.documents, size: size(progress.bytes) })
          : t('archive.waiting')}
      </Text>
      <Button variant="default" size="compact-sm" onClick={() => stop.current?.abort()} autoFocus>
        {common('cancel')}
      </Button>
    </Group>
  );
}
