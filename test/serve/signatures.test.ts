import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { describeWorkflows } from '../../src/worker/bundle/index.js';

async function describeFiles(files: Record<string, string>) {
  const dir = mkdtempSync(join(tmpdir(), 'mcpa-signatures-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  const found = await describeWorkflows({
    projectDir: dir,
    patterns: ['workflows/**/*.ts', 'workflows/**/*.js'],
  });
  return Object.fromEntries(found.map(({ file: _, line: __, ...each }) => [each.name, each]));
}

test('parameters of each kind of type', async () => {
  const { Typed, Plain } = await describeFiles({
    'workflows/a.ts': `
import type { Shared } from '../types.js';
enum Size { Small = 'small', Large = 'large' }
type Mode = 'fast' | 'slow';
interface Base { id: number }
interface Order extends Base {
  /** Who pays. */
  payer: string;
  mode?: Mode;
  size: Size;
  lines: Array<{ sku: string; count: number | null }>;
  tags: readonly string[];
  more: Record<string, boolean>;
  maybe: string | undefined;
  shared: Shared;
  pair: [string, number];
  odd: Map<string, string>;
  self?: Order;
}
/**
 * Takes an order.
 * Over two lines: é.
 *
 * @param order the order to take
 * @param [times] how often
 */
export async function Typed(order: Omit<Order, 'maybe'> & { extra: unknown }, times = 2, ...rest: string[]): Promise<void> {}
export const Plain = async (text: string, picked?: Pick<Order, 'id'>, part: Partial<Base> = {}): Promise<void> => {};
`,
    'types.ts': `export { Inner as Shared } from './inner.js';`,
    'inner.ts': `export type Inner = { a: -1 | 2; b?: boolean };`,
  });
  expect(Typed).toEqual({
    name: 'Typed',
    description: 'Takes an order. Over two lines: é.',
    parameters: [
      {
        name: 'order',
        optional: false,
        schema: {
          type: 'object',
          description: 'the order to take',
          properties: {
            id: { type: 'number' },
            payer: { type: 'string', description: 'Who pays.' },
            mode: { enum: ['fast', 'slow'] },
            size: { enum: ['small', 'large'] },
            lines: {
              type: 'array',
              items: {
                type: 'object',
                properties: {
                  sku: { type: 'string' },
                  count: { anyOf: [{ type: 'number' }, { type: 'null' }] },
                },
                required: ['sku', 'count'],
              },
            },
            tags: { type: 'array', items: { type: 'string' } },
            more: { type: 'object', additionalProperties: { type: 'boolean' } },
            shared: {
              type: 'object',
              properties: { a: { enum: [-1, 2] }, b: { type: 'boolean' } },
              required: ['a'],
            },
            pair: {
              type: 'array',
              prefixItems: [{ type: 'string' }, { type: 'number' }],
              minItems: 2,
              maxItems: 2,
            },
            odd: {},
            self: {},
            extra: {},
          },
          required: ['id', 'payer', 'size', 'lines', 'tags', 'more', 'shared', 'pair', 'odd', 'extra'],
        },
      },
      { name: 'times', optional: true, schema: { type: 'number', default: 2, description: 'how often' } },
      { name: 'rest', optional: true, rest: true, schema: { type: 'array', items: { type: 'string' } } },
    ],
  });
  expect(Plain?.parameters).toEqual([
    { name: 'text', optional: false, schema: { type: 'string' } },
    {
      name: 'picked',
      optional: true,
      schema: { type: 'object', properties: { id: { type: 'number' } }, required: ['id'] },
    },
    {
      name: 'part',
      optional: true,
      schema: { type: 'object', properties: { id: { type: 'number' } }, default: {} },
    },
  ]);
});

test('an exported schema goes before the types; plain JavaScript and made functions take any JSON', async () => {
  const found = await describeFiles({
    'workflows/a.ts': `
import { make } from './make.js';
export const ReportWorkflowInput = { type: 'object', properties: { month: { type: 'string' } }, required: ['month'] } as const;
/** Writes the report. */
export async function ReportWorkflow(input: unknown): Promise<string> { return ''; }
export const MadeWorkflow = make();
export async function NoneWorkflow(): Promise<void> {}
export async function TakesWorkflow({ a, b }: { a: string; b?: number }): Promise<void> {}
`,
    'workflows/b.js': `/** Counts. */\nexport async function CountWorkflow(to) {}\n`,
  });
  expect(found.ReportWorkflow).toEqual({
    name: 'ReportWorkflow',
    description: 'Writes the report.',
    parameters: [
      {
        name: 'input',
        optional: false,
        schema: { type: 'object', properties: { month: { type: 'string' } }, required: ['month'] },
      },
    ],
  });
  expect(found.MadeWorkflow?.parameters).toEqual([{ name: 'input', schema: {}, optional: true }]);
  expect(found.NoneWorkflow?.parameters).toEqual([]);
  expect(found.TakesWorkflow?.parameters).toEqual([
    {
      name: 'input',
      optional: false,
      schema: {
        type: 'object',
        properties: { a: { type: 'string' }, b: { type: 'number' } },
        required: ['a'],
      },
    },
  ]);
  expect(found.CountWorkflow).toEqual({
    name: 'CountWorkflow',
    description: 'Counts.',
    parameters: [{ name: 'to', schema: {}, optional: true }],
  });
});

test('a schema or a type of a library is not run: it is told with its place', async () => {
  const found = await describeFiles({
    'workflows/a.ts': `
import { z } from 'zod';
export const OrderWorkflowInput = z.object({ item: z.string() });
export async function OrderWorkflow(order: { item: string }): Promise<void> {}
type Report = z.infer<typeof Reports>;
export async function ReportWorkflow(
  report: Report,
): Promise<void> {}
const ListWorkflowInput = { type: 'object', properties: { of: { type: 'string' } } };
export async function ListWorkflow(input: z.infer<typeof Lists>): Promise<void> {}
export { ListWorkflowInput };
export async function PlainWorkflow(input: unknown): Promise<void> {}
`,
  });
  expect(found.OrderWorkflow?.unread).toMatch(
    /a\.ts:3: OrderWorkflowInput can't be read from the source; write .* OrderWorkflowInput = \{ type: /,
  );
  expect(found.OrderWorkflow?.parameters[0]?.schema).toMatchObject({ required: ['item'] });
  expect(found.ReportWorkflow?.unread).toMatch(/a\.ts:7: the type z\.infer can't be read/);
  expect(found.ListWorkflow?.parameters[0]?.schema).toMatchObject({ type: 'object' });
  for (const name of ['ListWorkflow', 'PlainWorkflow']) expect(found[name]).not.toHaveProperty('unread');
});
