#!/usr/bin/env node
import { statSync } from 'node:fs';
import module from 'node:module';

// Node 22 and later keep compiled code on disk; on 20 the call isn't there.
module.enableCompileCache?.();

const writtenAt = (path) =>
  statSync(new URL(`../dist/${path}`, import.meta.url), { throwIfNoEntry: false })?.mtimeMs ?? 0;
const packedAt = writtenAt('command/main.js');
// In a checkout `tsc -b` alone leaves the packed command behind.
const parts = ['core', 'config', 'client', 'engine', 'worker', 'serve', 'cli'];
const current = packedAt > 0 && parts.every((part) => writtenAt(`${part}/.tsbuildinfo`) <= packedAt);

const { main } = await import(current ? '../dist/command/main.js' : '../dist/cli/main.js');
await main(process.argv);
