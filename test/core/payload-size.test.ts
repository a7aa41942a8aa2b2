import { expect, test } from 'vitest';
import { bytesOver } from '../../src/core/index.js';

test('values are measured together, as the JSON that they become', () => {
  expect(bytesOver(['x'.repeat(98)], 100)).toBe(undefined);
  expect(bytesOver(['x'.repeat(99)], 100)).toBe(101);
  expect(bytesOver(['x'.repeat(60), 'y'.repeat(60)], 100)).toBe(124);
  expect(bytesOver([{ a: ['é'.repeat(50)] }], 100)).toBe(110);
});

test('what JSON writes longer than it is counts as it is written', () => {
  expect(bytesOver(['\u0001'.repeat(20)], 100)).toBe(122);
  expect(bytesOver([Array.from({ length: 60 }, () => 0)], 100)).toBe(121);
});

test('bytes count as bytes, nothing as nothing', () => {
  expect(bytesOver([new Uint8Array(101)], 100)).toBe(101);
  expect(bytesOver([new Uint8Array(100)], 100)).toBe(undefined);
  expect(bytesOver([undefined, null], 100)).toBe(undefined);
});
