import { McpaError } from '../../core/index.js';

/** Stands where a value could not be decrypted. It reads as a failure's message, too: those are values as well. */
interface Locked {
  'mcpa.locked': 'ENCRYPTION_KEY_MISSING' | 'ENCRYPTION_KEY_WRONG';
  message: string;
  hint: string;
  stack_trace: '';
}

const JSON_PLAIN = new TextEncoder().encode('json/plain');

/** What takes the place of a payload whose key is missing or wrong. */
export function lockedPayload({ code, message, hint = '' }: McpaError) {
  const text = JSON.stringify({ 'mcpa.locked': code, message, hint, stack_trace: '' });
  return { metadata: { encoding: JSON_PLAIN }, data: new TextEncoder().encode(text) };
}

/** The error that a value stands for. */
export function lockOf(value: unknown): McpaError | undefined {
  if (typeof value !== 'object' || value === null || !('mcpa.locked' in value)) return undefined;
  const { 'mcpa.locked': code, message, hint } = value as Locked;
  if (code !== 'ENCRYPTION_KEY_MISSING' && code !== 'ENCRYPTION_KEY_WRONG') return undefined;
  return new McpaError(code, String(message), { hint: String(hint) });
}

/** The value, unless it could not be decrypted. */
export function unlocked<T>(value: T): T {
  const error = lockOf(value);
  if (error !== undefined) throw error;
  return value;
}
