import { messageOf } from '#kit/languages.ts';
import { cleanText, messageText } from '#kit/messages.ts';
import type { Block, Row } from './_draft.ts';
import type { Letter } from './_letter.ts';

/** The letter as plain text: the same words, lines of at most 76 characters, each link on a line of its own. */
export function letterText(letter: Letter): string {
  const { seller, portalUrl } = letter.data;
  const title = sentence(letter, `${letter.kind}.title`);
  // A new seller has not written everything yet.
  const known = (fact: string, name: string) => (fact === '' ? [] : [sentence(letter, name)]);
  const who = [cleanText(seller.name), ...known(seller.street, 'frame.address')];
  const parts = [
    `${wrap(title)}\n${'='.repeat(Math.min(title.length, WIDTH))}`,
    wrap(sentence(letter, 'frame.greeting')),
    ...letter.draft.blocks.map((block) => blockText(letter, block)),
    `${sentence(letter, 'frame.closing')}\n${cleanText(seller.name)}`,
    '-- ',
    ...known(seller.email, 'frame.questions').map((line) => wrap(line)),
    `${wrap(sentence(letter, 'frame.reason'))}\n${portalUrl}`,
    wrap([`${who.join(', ')}.`, ...known(seller.vatNumber, 'frame.vat_number')].join(' ')),
  ];
  return `${parts.join('\n\n').replace('\n-- \n\n', '\n-- \n')}\n`;
}

const WIDTH = 76;

function sentence(letter: Letter, name: string): string {
  return messageText(messageOf(letter.language, name), letter.values);
}

function blockText(letter: Letter, block: Block): string {
  if (block.is === 'text' || block.is === 'note') return wrap(sentence(letter, block.say));
  if (block.is === 'button') return `${sentence(letter, block.say)}:\n${block.url}`;
  if (block.is === 'ways') return waysText(letter, block);
  if (block.is === 'list') return listText(letter, block);
  const labels = block.facts.map((fact) => `${sentence(letter, fact.say)}:`);
  const width = Math.max(...labels.map((label) => label.length)) + 2;
  return block.facts.map((fact, at) => `${(labels[at] ?? '').padEnd(width)}${cleanText(fact.value)}`).join('\n');
}

function waysText(letter: Letter, { ways }: Extract<Block, { is: 'ways' }>): string {
  const written = ways.map(({ say, url }, at) => {
    const words = wrap(sentence(letter, `${say}.text`), '   ');
    return `${at + 1}. ${sentence(letter, `${say}.title`)}\n${words}\n   ${url}`;
  });
  return written.join('\n\n');
}

function listText(letter: Letter, { say, rows, more }: Extract<Block, { is: 'list' }>): string {
  const lines = [`${sentence(letter, say)}:`, ...rows.map(rowText)];
  if (more) {
    const words = messageText(messageOf(letter.language, 'list.more'), { count: more.count });
    lines.push(wrap(words), more.url);
  }
  return lines.join('\n');
}

function rowText({ main, detail, amount }: Row): string {
  const rest = [detail, amount].filter(Boolean).map(cleanText);
  return `- ${cleanText(main)}${rest.length > 0 ? `\n  ${rest.join('  ')}` : ''}`;
}

/** Breaks at spaces only: an amount keeps its currency, which a no-break space holds, and an address stays whole. */
function wrap(words: string, indent = ''): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of words.split(' ')) {
    if (line.length > indent.length && line.length + word.length + 1 > WIDTH) {
      lines.push(line);
      line = indent;
    }
    line += line.length > indent.length ? ` ${word}` : word;
  }
  return [...lines, line].join('\n');
}
