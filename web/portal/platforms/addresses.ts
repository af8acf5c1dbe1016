/** The addresses in a text, each once: on lines of their own, or separated by commas, semicolons or spaces. */
export function addressesIn(text: string): string[] {
  const found = text.split(/[\s,;]+/).filter((part) => part !== '');
  return [...new Map(found.map((address) => [address.toLowerCase(), address])).values()];
}

/** As many addresses as are wanted: `office3@example.com` and the ones after it. */
export function addressesNumbered(wish: { name: string; from: number; count: number; domain: string }): string[] {
  const { name, from, count, domain } = wish;
  if (domain === '') return [];
  return Array.from({ length: count }, (_, i) => `${name}${from + i}@${domain}`);
}

/** A list without some of its addresses, in which nothing else is touched. */
export function without(text: string, unwanted: ReadonlySet<string>): string {
  return addressesIn(text)
    .filter((address) => !unwanted.has(address.toLowerCase()))
    .join('\n');
}
