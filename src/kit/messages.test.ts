import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileMessage, messageHtml, messageText } from './messages.ts';

test('a message chooses the plural of its language', () => {
  const it = compileMessage('{n, plural, one {# casella} other {# caselle}} di {who}', 'it');
  assert.equal(messageText(it, { n: 1, who: 'Ada' }), '1 casella di Ada');
  assert.equal(messageText(it, { n: 1250, who: 'Ada' }), '1250 caselle di Ada');
  assert.equal(messageText(it, { n: 12500, who: 'Ada' }), '12.500 caselle di Ada');
  const pl = compileMessage('{n, plural, one {# skrzynka} few {# skrzynki} other {# skrzynek}}', 'pl');
  assert.deepEqual(
    [1, 3, 5, 22].map((n) => messageText(pl, { n })),
    ['1 skrzynka', '3 skrzynki', '5 skrzynek', '22 skrzynki'],
  );
});

test('a message chooses by name, falls to other, and nests', () => {
  const message = compileMessage('{by, select, card {carta {n, plural, =1 {unica} other {#}}} other {altro}}.', 'it');
  assert.equal(messageText(message, { by: 'card', n: 1 }), 'carta unica.');
  assert.equal(messageText(message, { by: 'card', n: 2 }), 'carta 2.');
  assert.equal(messageText(message, { by: 'paypal', n: 2 }), 'altro.');
});

test('only <b> is a mark; the text leaves it out', () => {
  const message = compileMessage("<b>{amount}</b> entro l'8 <i>marzo</i>", 'it');
  assert.equal(messageText(message, { amount: '5' }), "5 entro l'8 <i>marzo</i>");
  assert.equal(messageHtml(message, { amount: '5' }), '<b>5</b> entro l&#39;8 &lt;i&gt;marzo&lt;/i&gt;');
});

test('a value never becomes markup, another line, or text read backwards', () => {
  const message = compileMessage('Ciao {name}', 'it');
  assert.equal(
    messageHtml(message, { name: '<img src="x" onerror=\'y\'>&' }),
    'Ciao &lt;img src=&quot;x&quot; onerror=&#39;y&#39;&gt;&amp;',
  );
  assert.equal(messageText(message, { name: 'Ada\r\nBcc: eve@example.com' }), 'Ciao Ada Bcc: eve@example.com');
  assert.equal(messageText(message, { name: 'a\u202egpj.exe' }), 'Ciao a gpj.exe');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => !/[<>"'\p{Cc}]/u.test(messageHtml(message, { name }))),
  );
});

test('a missing value and a broken sentence are bugs, not empty places', () => {
  assert.throws(() => messageText(compileMessage('{name}', 'it'), {}), /\{name\}/);
  for (const broken of ['{', '}', '{a', '{n, plural, one {x}}', '{n, plural, one {x} other {y}', 'a } b']) {
    assert.throws(() => compileMessage(broken, 'it'), SyntaxError, broken);
  }
});
