import { McpaError } from '../../../core/index.js';

/** A whole number from 1 on. */
export function parseCount(text: string, flag: string): number {
  if (/^[1-9]\d{0,8}$/.test(text.trim())) return Number(text);
  throw new McpaError('USAGE', `${flag}: "${text}" is not a number from 1 on`, {
    hint: `for example ${flag} 10`,
  });
}
