import { messageOf } from '#kit/languages.ts';
import { escapeHtml, messageHtml, messageText } from '#kit/messages.ts';
import type { Block, Row, Tone, Way } from './_draft.ts';
import type { Letter } from './_letter.ts';

/**
 * The letter as HTML: one column of at most 560 px, no images, no scripts, dark where the reader's screen is. Styles a
 * mail program needs stand on the elements; the rest, and the dark colours, stand in the head.
 */
export function letterHtml(letter: Letter): string {
  const { data, draft, language, kind } = letter;
  const title = sentence(letter, `${kind}.title`);
  return (
    `<!doctype html><html lang="${language.code}"><head><meta charset="utf-8">` +
    '<meta name="viewport" content="width=device-width,initial-scale=1">' +
    '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">' +
    `<title>${escapeHtml(letter.subject)}</title>${STYLE}</head><body class="p" style="margin:0;background:#f3f5f8">` +
    `<div style="display:none;max-height:0;overflow:hidden">${preview(letter)}</div>` +
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" class="o">' +
    `<div class="c" style="${CARD};border-top:4px solid ${LINE[draft.tone]}"><div class="s">${escapeHtml(data.seller.name)}</div>` +
    `<h1>${title}</h1><p>${sentence(letter, 'frame.greeting')}</p>` +
    draft.blocks.map((block) => blockHtml(letter, block)).join('') +
    `<p>${sentence(letter, 'frame.closing')}<br>${escapeHtml(data.seller.name)}</p></div>` +
    `${footer(letter)}</td></tr></table></body></html>`
  );
}

const CARD =
  'max-width:512px;margin:0 auto;text-align:left;background:#fff;color:#1b2430;border-radius:8px;font:16px/1.5 -apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif';
const BUTTON =
  'display:inline-block;background:#1a56c4;color:#fff;text-decoration:none;font-weight:600;padding:11px 18px;border-radius:6px';
const LINE: Record<Tone, string> = { calm: '#1a56c4', good: '#17804a', warning: '#c27803', grave: '#c8372d' };

const STYLE =
  '<style>:root{color-scheme:light dark}.o{padding:24px 12px}.c{padding:24px;overflow-wrap:anywhere}' +
  '.s,.m{color:#5a6675;font-size:14px}h1{font-size:22px;line-height:1.3;margin:8px 0 16px}p{margin:0 0 16px}' +
  'table.l{width:100%;border-collapse:collapse;margin:0 0 16px}.l td,.l th{border-top:1px solid #e1e6ec;padding:8px 0;' +
  'vertical-align:top;text-align:left}.l th{font-size:14px;border:0}.l .a,.l .v{text-align:right;padding-left:12px}.l .a{white-space:nowrap}' +
  '.w{border:1px solid #d5dce4;border-radius:8px;padding:16px 16px 0;margin:0 0 12px}.k{color:#1a56c4}' +
  '.f{max-width:512px;margin:0 auto;padding:16px 24px;text-align:left;font:13px/1.5 -apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif;color:#5a6675;overflow-wrap:anywhere}' +
  '@media(max-width:480px){.o{padding:0}.c{padding:20px 16px;border-radius:0!important}.f{padding:16px}}' +
  '@media(prefers-color-scheme:dark){.p{background:#11151a!important}.c{background:#1b2128!important;color:#e8ecf1!important}' +
  '.s,.m,.f{color:#9fabb9!important}.k{color:#8ab8ff!important}.b{background:#2a66d6!important}.l td,.w{border-color:#37414d!important}}</style>';

function sentence(letter: Letter, name: string): string {
  return messageHtml(messageOf(letter.language, name), letter.values);
}

/** What mail programs show beside the subject: the first sentence. */
function preview(letter: Letter): string {
  const first = letter.draft.blocks.find((block) => block.is === 'text');
  return first ? escapeHtml(messageText(messageOf(letter.language, first.say), letter.values)) : '';
}

function blockHtml(letter: Letter, block: Block): string {
  if (block.is === 'text') return `<p>${sentence(letter, block.say)}</p>`;
  if (block.is === 'note') return `<p class="m">${sentence(letter, block.say)}</p>`;
  if (block.is === 'button') return `<p>${buttonHtml(letter, block)}</p>`;
  if (block.is === 'ways') return block.ways.map((way, index) => wayHtml(letter, way, index + 1)).join('');
  if (block.is === 'list') return listHtml(letter, block);
  const rows = block.facts.map(({ say, value }) => {
    return `<tr><td class="m">${sentence(letter, say)}</td><td class="v"><b>${escapeHtml(value)}</b></td></tr>`;
  });
  return `<table class="l">${rows.join('')}</table>`;
}

function wayHtml(letter: Letter, way: Way, place: number): string {
  return (
    `<div class="w"><p><b>${place}. ${sentence(letter, `${way.say}.title`)}</b><br>${sentence(letter, `${way.say}.text`)}</p>` +
    `<p>${buttonHtml(letter, { say: `${way.say}.button`, url: way.url })}</p></div>`
  );
}

function listHtml(letter: Letter, block: Extract<Block, { is: 'list' }>): string {
  const head = `<tr><th colspan="2">${sentence(letter, block.say)}</th></tr>`;
  return `<table class="l">${head}${block.rows.map(rowHtml).join('')}</table>${moreHtml(letter, block.more)}`;
}

function rowHtml({ main, detail, amount }: Row): string {
  const place = detail && `<br><span class="m">${escapeHtml(detail)}</span>`;
  return `<tr><td>${escapeHtml(main)}${place}</td><td class="a">${escapeHtml(amount)}</td></tr>`;
}

function moreHtml(letter: Letter, more: { count: number; url: string } | null): string {
  if (!more) return '';
  const words = messageHtml(messageOf(letter.language, 'list.more'), { count: more.count });
  return `<p>${words} <a class="k" href="${escapeHtml(more.url)}">${sentence(letter, 'list.open')}</a></p>`;
}

function buttonHtml(letter: Letter, { say, url }: { say: string; url: string }): string {
  return `<a class="b" style="${BUTTON}" href="${escapeHtml(url)}">${sentence(letter, say)}</a>`;
}

function footer(letter: Letter): string {
  const { seller, portalUrl } = letter.data;
  const portal = `<a class="k" href="${escapeHtml(portalUrl)}">${sentence(letter, 'say.open_portal')}</a>`;
  // A new seller has not written everything yet.
  const known = (fact: string, name: string) => (fact === '' ? [] : [sentence(letter, name)]);
  const why = [...known(seller.email, 'frame.questions'), `${sentence(letter, 'frame.reason')} ${portal}`];
  const who = [escapeHtml(seller.name), ...known(seller.street, 'frame.address')].join(' · ');
  const imprint = [who, ...known(seller.vatNumber, 'frame.vat_number')];
  return `<div class="f">${why.join('<br>')}<br><br>${imprint.join('<br>')}</div>`;
}
