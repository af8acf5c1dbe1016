import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  // The server puts the nonce of each answer in its place.
  html: { cspNonce: '__NONCE__' },
  server: { host: '127.0.0.1', proxy: { '/v1': 'http://127.0.0.1:8080', '/sandbox': 'http://127.0.0.1:8080' } },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    // Which script comes from which source: how the first load is accounted for.
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // What most screens need is one file, and so are the small things that some share: dozens of files take longer
        // and compress worse. Charts and the code of a transfer stay out of it, and React, which changes more seldom.
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\//, priority: 2 },
            { name: 'common', test: /\.(js|mjs|ts|tsx)$/, minShareCount: 12, priority: 1 },
            {
              name: 'small',
              test: /^(?!.*(chart|transfer)).*\.(js|mjs|ts|tsx)$/,
              minShareCount: 3,
              maxModuleSize: 8000,
              priority: 0,
            },
          ],
        },
      },
    },
  },
});
