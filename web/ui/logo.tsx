import { Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import classes from './logo.module.css';

/** The way home. */
export function Logo() {
  return (
    <Link to="/" className={classes['link'] ?? ''}>
      <Group gap={8} wrap="nowrap">
        <img src="/favicon.svg" width={26} height={26} alt="" />
        <Text fw={700} size="lg">
          Rinnovo
        </Text>
      </Group>
    </Link>
  );
}
