import { Button, type ButtonProps } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Route } from '#web/api/client.ts';
import type { Api } from '#web/api/types.ts';
import { fetchFile, save, tellProblem } from './download.ts';

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
    onError: (error) => tellProblem(error, { t, i18n }),
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
