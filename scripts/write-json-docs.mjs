// Writes docs/json.md from the shapes that the tests hold `--json` to; a test keeps the two equal.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { shapes } from '../test/json/index.mjs';

const HEAD = `# What \`--json\` prints

Written by \`node scripts/write-json-docs.mjs\` from the shapes that the tests validate each command's output against.
One object on stdout; \`tail\` and \`list\` print one object a line. Ids are strings, sums numbers, times ISO 8601.
Fields may be added; none is renamed or removed within a major version.
`;

export function jsonDocs() {
  const sections = Object.entries(shapes).map(([name, shape]) => {
    const { $schema: _, description, ...schema } = z.toJSONSchema(shape, { reused: 'ref' });
    return `## ${name}\n\n${description ?? ''}\n\n\`\`\`json\n${JSON.stringify(schema, null, 2)}\n\`\`\`\n`;
  });
  return [HEAD, ...sections].join('\n');
}

if (process.argv[1] === import.meta.filename)
  writeFileSync(resolve(import.meta.dirname, '../docs/json.md'), jsonDocs());
