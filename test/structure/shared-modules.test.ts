import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('code that all runs of a worker share keeps nothing in a module', () => {
  const files = ['src/core', 'src/workflow'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  );
  const found = files.flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) =>
        /^(export )?(let|var) |^(export )?const .*= new (Weak)?(Map|Set)(<.*>)?\(\)/.test(line),
      )
      .map((line) => `${file}: ${line}`),
  );
  expect(files.length).toBeGreaterThan(50);
  expect(found).toEqual([]);
});
