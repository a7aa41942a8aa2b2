import { expect, test } from 'vitest';
import { fitTo, oneLine } from '../../dist/cli/render/width.js';

test('a line is cut to the width, wide characters and styles counted', () => {
  expect(fitTo('abc', 3)).toBe('abc');
  expect(fitTo('abcd', 3)).toBe('ab…');
  expect(fitTo('日本語', 5)).toBe('日本…');
  expect(fitTo('\u001b[31mabcd\u001b[39m', 3)).toBe('\u001b[31mab…\u001b[0m');
});

test('control characters of a model do not reach the terminal', () => {
  expect(oneLine('a\u001b[2Jb\r\nc')).toBe('a [2Jb c');
});

test('nothing turns the direction of a text: an approval shows what it holds', () => {
  expect(oneLine('rm \u202e/tmp\u202c x')).toBe('rm /tmp x');
});
