import type { FastifyReply } from 'fastify';

/** Sends a small page of our own; `parts` are HTML already escaped. */
export function page(reply: FastifyReply, title: string, parts: readonly string[]): FastifyReply {
  const nonce = reply.cspNonce.style;
  return reply.type('text/html; charset=utf-8').send(
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style nonce="${nonce}">${styles}</style></head>
<body><main><h1>${title}</h1>${parts.join('\n')}</main></body></html>`,
  );
}

const styles = `:root{color-scheme:light dark}body{font:16px/1.6 system-ui,sans-serif;margin:0}main{max-width:60rem;
margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;width:100%}td,th{text-align:start;padding:.4rem .8rem .4rem 0;
border-bottom:1px solid color-mix(in srgb,currentColor 20%,transparent);vertical-align:top}pre{white-space:pre-wrap;
overflow-wrap:anywhere}iframe{width:100%;height:44rem;border:1px solid color-mix(in srgb,currentColor 20%,transparent)}`;
