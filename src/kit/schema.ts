/** Written by `kysely-codegen` from the migrated database (tools/schema.ts); do not edit. */
// biome-ignore lint/suspicious/noExplicitAny: until the first generation every table has any columns
export type DB = Record<string, any>;
