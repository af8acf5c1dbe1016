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
  '#0e7e93',
  '#005c6d',
];

/** Calm, with contrast that passes WCAG 2.2 AA in both themes. */
export const theme = createTheme({
  primaryColor: 'lagoon',
  primaryShade: 8,
  colors: { lagoon },
  autoContrast: true,
  // Where black and white stand out alike.
  luminanceThreshold: 0.19,
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  headings: { fontWeight: '650' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
  components: {
    Anchor: { defaultProps: { underline: 'always' } },
    // The head of a dialog is not the banner of the page.
    ModalHeader: { defaultProps: { role: 'presentation' } },
  },
});
