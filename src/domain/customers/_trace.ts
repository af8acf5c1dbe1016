/** An object with its names as events, columns and the API write them: `postalCode` becomes `postal_code`. */
export function traced<Value>(fields: Readonly<Record<string, Value>>): Record<string, Value> {
  const named = Object.entries(fields).map(([name, value]) => {
    return [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value] as const;
  });
  return Object.fromEntries(named);
}
