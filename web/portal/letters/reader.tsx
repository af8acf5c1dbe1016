import { Button, Code, Group, Paper, SegmentedControl, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '#web/api/queries.ts';
import { instant } from '#web/ui/format.ts';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { framed } from './framed.ts';
import { StateBadge } from './letter-list.tsx';
import classes from './letters.module.css';

/** One letter as it was sent, as HTML or as text, and the way to paper. */
export function Reader({ letterId }: { letterId: number }) {
  const { t } = useTranslation('letters');
  const [face, setFace] = useState('html');
  const heading = useRef<HTMLHeadingElement>(null);
  const frame = useRef<HTMLIFrameElement>(null);
  const { data: letter, error } = useQuery({
    ...ask('GET /v1/letters/{id}', { params: { id: letterId } }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const isThere = letter?.letter_id === letterId;
  useEffect(() => {
    if (isThere) heading.current?.focus({ preventScroll: true });
  }, [isThere]);
  if (error) return <ProblemNotice error={error} />;
  if (!isThere) return <Skeleton height={420} />;
  const print = () => (face === 'html' ? frame.current?.contentWindow?.print() : window.print());
  return (
    <Paper component="article" withBorder p="md" aria-labelledby="letter">
      <Stack gap="sm">
        <Title
          order={2}
          size="h4"
          id="letter"
          lang={letter.language}
          ref={heading}
          tabIndex={-1}
          style={{ outline: 'none' }}
        >
          {letter.subject}
        </Title>
        <Group gap="xs">
          <StateBadge state={letter.state} />
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {t('to', { recipient: letter.recipient })}
          </Text>
          <Text size="sm" c="dimmed">
            {instant(letter.sent_at ?? letter.written_at)}
          </Text>
        </Group>
        <Group justify="space-between" className="no-print">
          <SegmentedControl
            size="xs"
            value={face}
            onChange={setFace}
            aria-label={t('face.label')}
            data={[
              { value: 'html', label: t('face.html') },
              { value: 'text', label: t('face.text') },
            ]}
          />
          <Button size="xs" variant="default" leftSection={<IconPrinter size={16} />} onClick={print}>
            {t('print')}
          </Button>
        </Group>
        {face === 'html' ? (
          <Frame ref={frame} html={letter.html} title={letter.subject} />
        ) : (
          <Code block className={classes['text'] ?? ''}>
            {letter.text}
          </Code>
        )}
      </Stack>
    </Paper>
  );
}

type FrameProps = { html: string; title: string; ref: React.RefObject<HTMLIFrameElement | null> };

/** The letter in a frame of its own: no scripts, nothing loaded, and as high as it is long. */
function Frame({ html, title, ref }: FrameProps) {
  const [height, setHeight] = useState(600);
  const shown = useMemo(() => framed(html), [html]);
  return (
    <iframe
      ref={ref}
      className={classes['letter'] ?? ''}
      title={title}
      sandbox="allow-same-origin allow-modals allow-popups allow-popups-to-escape-sandbox"
      srcDoc={shown}
      height={height}
      onLoad={(event) => {
        const body = event.currentTarget.contentDocument?.documentElement;
        if (body) setHeight(Math.ceil(body.scrollHeight) + 2);
      }}
    />
  );
}
