import { describe, expect, test } from 'vitest';
import { resultText } from '../../../src/core/index.js';
import { fitResult } from '../../../src/worker/context/large-result.js';

const text = (value: string) => [{ type: 'text' as const, text: value }];
const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe('fitResult', () => {
  test('leaves a short result as it is, and marks one over the limit', () => {
    const short = { content: text('ok') };
    expect(fitResult(short, 100)).toBe(short);
    const long = { content: text('x'.repeat(101)), structuredContent: { a: 1 } };
    expect(fitResult(long, 100)).toEqual({ ...long, limit: 100 });
  });

  test.each([
    ['plain', 'x'.repeat(4_000_000)],
    ['three bytes a character', '漢'.repeat(1_500_000)],
    ['six bytes a character in JSON', '\u0001'.repeat(1_000_000)],
  ])('cuts what no payload can hold and says so: %s', (_, whole) => {
    const result = fitResult({ content: [...text('first'), ...text(whole)] }, 65_536);
    expect(bytes(result)).toBeLessThanOrEqual(1_500_000);
    expect(bytes(result)).toBeGreaterThan(1_200_000);
    expect(resultText(result.content)).toMatch(/^first\n.*\[cut here: [\d,]+ characters more/s);
    expect(result.limit).toBe(65_536);
  });

  test('leaves out structured content and images that are too large, and names them', () => {
    const large = 'x'.repeat(1_600_000);
    const structured = fitResult({ content: text('sum'), structuredContent: { large } }, 100);
    expect(structured).not.toHaveProperty('structuredContent');
    expect(resultText(structured.content)).toMatch(/bytes of structured content were left out.*\nsum$/);
    const image = fitResult(
      { content: [{ type: 'image', data: large, mimeType: 'image/png' }, ...text('end')] },
      100,
    );
    expect(resultText(image.content)).toMatch(/^\[image of 1,600,\d+ bytes: too large, left out\]\nend$/);
  });
});
