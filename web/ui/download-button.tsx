import { Button, type ButtonProps } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { callFile, type Route } from '#web/api/client.ts';
import type { Api } from '#web/api/types.ts';
import { needOf, prove } from '#web/portal/access/proof.ts';
import { problemSentence } from './problem.tsx';

type Props<R extends Route> = ButtonProps & {
  route: R;
  ask: Omit<Api[R], 'answer'>;
  label: string;
  /** Of what, for who does not see the row it stands in. */
  describe?: string;
};

/** Fetches a file and saves it under the name the server gives it. */
export function DownloadButton<R extends Route>({ route, ask, label, describe, ...button }: Props<R>) {
  const { t, i18n } = useTranslation();
  const fetching = useMutation({
    mutationFn: () => fetchFile(route, ask),
    onSuccess: ({ name, blob }) => save(name, blob),
    onError: (error) =>
      notifications.show({ color: 'red', title: t('problem.title'), message: problemSentence(error, { t, i18n }) }),
  });
  return (
    <Button
      variant="default"
      size="compact-sm"
      leftSection={<IconDownload size={16} aria-hidden />}
      {...(describe && { 'aria-label': describe })}
      {...button}
      loading={fetching.isPending}
      onClick={() => fetching.mutate()}
    >
      {label}
    </Button>
  );
}

async function fetchFile(...wish: Parameters<typeof callFile>): ReturnType<typeof callFile> {
  try {
    return await callFile(...wish);
  } catch (error) {
    const need = needOf(error);
    if (!need || !(await prove(need))) throw error;
    return fetchFile(...wish);
  }
}

function save(name: string, blob: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
