#!/usr/bin/env node
import module from 'node:module';

// Node 22 and later keep compiled code on disk; on 20 the call isn't there.
module.enableCompileCache?.();
const { main } = await import('../dist/fetch/main.js');
main(process.env);
