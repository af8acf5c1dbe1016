import { createTheme, type MantineColorsTuple } from '@mantine/core';

const lagoon: MantineColorsTuple = [
  '#e6fbff',
  '#d3f2f8',
  '#a9e3ee',
  '#7bd3e4',
  '#56c6dc',
  '#3fbdd7',
  '#2eb8d4',
  '#1aa2bc',
  '#0b7285',
  '#005c6d',
];

/** Calm, with contrast that passes WCAG 2.2 AA in both themes. */
export const theme = createTheme({
  primaryColor: 'lagoon',
  primaryShade: { light: 8, dark: 6 },
  colors: { lagoon },
  autoContrast: true,
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  headings: { fontWeight: '650' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
});
