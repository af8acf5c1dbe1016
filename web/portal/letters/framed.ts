/**
 * A letter as it can stand in a frame of this page. The page's policy lets in only styles that carry its nonce, so the
 * styles on the letter's elements become rules of a style sheet, which says the same. What people wrote stands in the
 * letter with its quotes escaped and is never taken for an attribute. Links open beside the portal.
 */
export function framed(html: string): string {
  const rules: string[] = [];
  const bare = html.replace(/ style="([^"]*)"/g, (_, style: string) => {
    // Three times the same, to weigh more than the classes, as a style on the element does.
    const mark = `[data-style="${rules.length}"]`;
    rules.push(`${mark}${mark}${mark}{${style}}`);
    return ` data-style="${rules.length - 1}"`;
  });
  const sheet = `<style nonce="${nonce()}">`;
  return bare
    .replaceAll('<style>', sheet)
    .replace('</head>', `<base target="_blank">${sheet}${rules.join('')}</style></head>`);
}

function nonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';
}
