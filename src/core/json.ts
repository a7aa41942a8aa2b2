/** A value that survives JSON unchanged. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };
/** A JSON Schema (draft 2020-12 or 7) as plain data. */
export type JsonSchema = { [key: string]: unknown };
