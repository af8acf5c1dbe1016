import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import './ui/styles.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queries } from './api/queries.ts';
import { firstLanguage, startTexts } from './i18n.ts';
import { beginScreen, router } from './portal/routes.tsx';
import { Connection } from './ui/connection.tsx';
import { Notices } from './ui/notices.tsx';
import { theme } from './ui/theme.ts';

const root = document.getElementById('root');
if (!root) throw new Error('the page has no root');
// Dialogs hold the page still with a style of their own, which asks for the nonce by this name.
Object.assign(globalThis, { __webpack_nonce__: nonce() });
const texts = startTexts(firstLanguage());
beginScreen();
await texts;
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={nonce}>
      <Connection />
      <Notices />
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);

// Vite leaves the nonce of this page's answer in a meta element.
function nonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';
}
