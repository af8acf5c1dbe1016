import { Group, List, Paper, Stack, Table, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { Key, ReactNode } from 'react';

export type Column<Row> = {
  label: string;
  show: (row: Row) => ReactNode;
  /** Numbers and amounts stand at the end, figure under figure. */
  isNumber?: boolean;
  /** What is done with a row needs no heading on a phone. */
  isAct?: boolean;
};

type Props<Row> = {
  /** What the table holds, for who does not see it. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => Key;
};

/** Rows as a table where there is room for one, else each as a card. The first column tells which row it is. */
export function DataTable<Row>(props: Props<Row>) {
  const isNarrow = useMediaQuery('(max-width: 61.99em)', false, { getInitialValueInEffect: false });
  return isNarrow ? <Cards {...props} /> : <Wide {...props} />;
}

function Wide<Row>({ caption, columns, rows, keyOf }: Props<Row>) {
  return (
    <Table verticalSpacing="xs" aria-label={caption}>
      <Table.Thead>
        <Table.Tr>
          {columns.map(({ label, isNumber, isAct }) => (
            <Table.Th key={label} scope="col" ta={isNumber || isAct ? 'end' : 'start'}>
              {label}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr key={keyOf(row)}>
            {columns.map(({ label, show, isNumber, isAct }) => (
              <Table.Td
                key={label}
                ta={isNumber || isAct ? 'end' : 'start'}
                {...(isNumber && { className: 'numbers' })}
                style={{ overflowWrap: 'anywhere' }}
              >
                {show(row)}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Cards<Row>({ caption, columns, rows, keyOf }: Props<Row>) {
  const [first, ...others] = columns;
  return (
    <List listStyleType="none" aria-label={caption} spacing="xs" styles={{ itemWrapper: whole, itemLabel: whole }}>
      {rows.map((row) => (
        <List.Item key={keyOf(row)}>
          <Paper withBorder p="sm">
            <Stack gap={6}>
              <Text component="div" size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
                {first?.show(row)}
              </Text>
              {others.map(({ label, show, isNumber, isAct }) =>
                isAct ? (
                  <div key={label}>{show(row)}</div>
                ) : (
                  <Group key={label} justify="space-between" gap="sm" align="baseline" wrap="nowrap">
                    <Text size="sm" c="dimmed">
                      {label}
                    </Text>
                    <Text
                      component="div"
                      size="sm"
                      ta="end"
                      {...(isNumber && { className: 'numbers' })}
                      style={{ overflowWrap: 'anywhere' }}
                    >
                      {show(row)}
                    </Text>
                  </Group>
                ),
              )}
            </Stack>
          </Paper>
        </List.Item>
      ))}
    </List>
  );
}

const whole = { display: 'block', width: '100%' } as const;
