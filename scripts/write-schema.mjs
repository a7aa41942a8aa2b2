// Writes dist/config.schema.json, which editors check mcp_agent.config.yaml with: the template's first line names it.
import { renameSync, writeFileSync } from 'node:fs';
import { configJsonSchema } from '../dist/config/index.js';

const target = new URL('../dist/config.schema.json', import.meta.url);
const part = new URL(`../dist/config.schema.json.${process.pid}`, import.meta.url);
const schema = { $schema: 'https://json-schema.org/draft/2020-12/schema', ...configJsonSchema() };
writeFileSync(part, `${JSON.stringify(schema, null, 2)}\n`);
renameSync(part, target);
