import { domainToASCII, domainToUnicode } from 'node:url';

/**
 * The e-mail address written in `text`, ready to be used (domain in lower case and ASCII: `bücher.de` becomes
 * `xn--bcher-kva.de`), or null when it is none we would write to. A subset of RFC 5321: plain local part of at most 64
 * characters, a domain of at least two labels, 254 in all; no quotes, comments, address literals, spaces or line breaks.
 */
export function parseAddress(text: string): string | null {
  const at = text.lastIndexOf('@');
  if (at < 1 || text.length > maxAddress) return null;
  const local = text.slice(0, at);
  const domain = asciiDomain(text.slice(at + 1));
  if (local.length > maxLocal || !localPart.test(local) || domain === null) return null;
  const address = `${local}@${domain}`;
  return address.length <= maxAddress ? address : null;
}

/** What all spellings of one mailbox have in common: mail tells apart neither the letters' case nor how a domain is written. */
export function sameMailbox(text: string): string {
  return (parseAddress(text) ?? text).toLowerCase();
}

/** How the address written in `text` may stand in a row, in lower case: as it is, its domain in ASCII, its domain in Unicode. */
export function spellingsOf(text: string): string[] {
  const address = parseAddress(text);
  if (address === null) return [];
  const [local, domain] = [address.slice(0, address.lastIndexOf('@')), address.slice(address.lastIndexOf('@') + 1)];
  return [text, address, `${local}@${domainToUnicode(domain)}`].map((one) => one.toLowerCase());
}

/** Whether `text` is an address we would write to, as it stands or after its domain is turned into ASCII. */
export function isAddress(text: string): boolean {
  return parseAddress(text) !== null;
}

/** The parts of `Name <address>` or of a bare address, or null; the name may not carry line breaks or other control characters. */
export function parseSender(text: string): { name: string; address: string } | null {
  const named = /^\s*"?([^"<>]*?)"?\s*<([^<>]+)>\s*$/.exec(text);
  const name = named?.[1] ?? '';
  const address = parseAddress(named?.[2] ?? text);
  return address === null || hasControls(name) ? null : { name, address };
}

/** Whether `text` has a character that could end a header line and begin another. */
export function hasControls(text: string): boolean {
  return /[\p{Cc}\u2028\u2029]/u.test(text);
}

const maxAddress = 254;
const maxLocal = 64;
const localPart = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

function asciiDomain(text: string): string | null {
  // domainToASCII forgives what a URL forgives (percent codes, ports cut off); only letters, digits, dots, hyphens may enter it.
  if (!/^[\p{L}\p{N}\p{M}.-]+$/u.test(text)) return null;
  const domain = /^[A-Za-z0-9.-]+$/.test(text) ? text.toLowerCase() : domainToASCII(text);
  const labels = domain.split('.');
  const last = labels.at(-1) ?? '';
  if (domain.length > 253 || labels.length < 2 || /^[0-9]+$/.test(last)) return null;
  return labels.every((part) => label.test(part)) ? domain : null;
}
