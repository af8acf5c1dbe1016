const browsers: readonly (readonly [RegExp, string])[] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrom(e|ium)\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];
const systems: readonly (readonly [RegExp, string])[] = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
];

/** The names people know their browser and system by, from what the browser says of itself; empty where it says nothing known. */
export function deviceOf(agent: string): { browser: string; system: string } {
  return { browser: nameIn(agent, browsers), system: nameIn(agent, systems) };
}

function nameIn(agent: string, names: typeof browsers): string {
  return names.find(([sign]) => sign.test(agent))?.[1] ?? '';
}
