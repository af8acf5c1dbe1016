import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withNonces } from '#http/web.ts';

test('the page carries the nonce of its scripts, and for the styles it makes itself the one of styles', () => {
  const html =
    '<meta property="csp-nonce" nonce="__NONCE__"><script nonce="__NONCE__"></script><link nonce="__NONCE__">';
  assert.equal(
    withNonces(html, { script: 'abc', style: 'xyz' }),
    '<meta property="csp-nonce" nonce="xyz"><script nonce="abc"></script><link nonce="abc">',
  );
});
