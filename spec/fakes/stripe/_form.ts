/** A decoded form or query: `a[b][0]=c` becomes `{ a: { b: ['c'] } }`. */
export type Form = { [field: string]: FormValue };
export type FormValue = string | FormValue[] | Form;

/** Decodes what Stripe's libraries send. */
export function decodeForm(text: string): Form {
  const root: Form = Object.create(null) as Form;
  for (const [name, value] of new URLSearchParams(text)) {
    const path = [...name.matchAll(/[^[\]]+/g)].map((part) => part[0]);
    put(root, path, value);
  }
  return fold(root) as Form;
}

/** A text field, or undefined. */
export function text(form: Form, field: string): string | undefined {
  const value = form[field];
  return typeof value === 'string' ? value : undefined;
}

/** A field made of fields; empty when it is missing. */
export function group(form: Form, field: string): Form {
  const value = form[field];
  return typeof value === 'object' && !Array.isArray(value) ? value : {};
}

/** A list; empty when it is missing. */
export function list(form: Form, field: string): FormValue[] {
  const value = form[field];
  return Array.isArray(value) ? value : [];
}

/** A field made of texts, such as metadata. */
export function texts(form: Form, field: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(group(form, field))) if (typeof value === 'string') found[name] = value;
  return found;
}

function put(into: Form, [field = '', ...rest]: string[], value: string): void {
  if (rest.length === 0) {
    into[field] = value;
    return;
  }
  const found = into[field];
  const inner: Form = typeof found === 'object' && !Array.isArray(found) ? found : (Object.create(null) as Form);
  into[field] = inner;
  put(inner, rest, value);
}

/** Fields numbered 0, 1, 2 … are a list. */
function fold(value: FormValue): FormValue {
  if (typeof value === 'string' || Array.isArray(value)) return value;
  const fields = Object.entries(value).map(([name, inner]) => [name, fold(inner)] as const);
  if (fields.length > 0 && fields.every(([name], i) => name === String(i))) return fields.map(([, inner]) => inner);
  return Object.fromEntries(fields);
}
