import type { Compiler } from './types.js';

type Callback = (error: Error | null, result?: unknown) => void;

/**
 * Serves generated files from memory. They need no disk (a full one must not stop a build), and their paths do not
 * depend on where the cache is, so that the same sources give the same bytes.
 */
export class VirtualFiles {
  constructor(readonly files: ReadonlyMap<string, string>) {}

  apply(compiler: Compiler): void {
    // The SDK sets its own file system after plugins were applied.
    compiler.hooks.beforeRun.tap({ name: 'mcpa', stage: -100 }, () => {
      compiler.inputFileSystem = this.#overlay(
        compiler.inputFileSystem as object,
      ) as typeof compiler.inputFileSystem;
    });
  }

  #overlay(real: object): object {
    const answers: Record<string, (text: string) => unknown> = {
      stat: (text) => fileStat(text),
      lstat: (text) => fileStat(text),
      readFile: (text) => Buffer.from(text),
    };
    return new Proxy(real, {
      get: (target, property) => {
        const value = Reflect.get(target, property) as unknown;
        if (typeof value !== 'function') return value;
        const method = value.bind(target) as (...args: unknown[]) => unknown;
        if (typeof property !== 'string') return method;
        return (path: unknown, ...rest: unknown[]) => {
          const text = typeof path === 'string' ? this.files.get(path) : undefined;
          if (text === undefined || (!answers[property] && property !== 'readlink'))
            return method(path, ...rest);
          const callback = rest.at(-1) as Callback;
          const answer = answers[property];
          if (answer) callback(null, answer(text));
          else callback(Object.assign(new Error('not a link'), { code: 'EINVAL' }));
        };
      },
    });
  }
}

function fileStat(text: string) {
  const epoch = new Date(0);
  return {
    isFile: () => true,
    isDirectory: () => false,
    isSymbolicLink: () => false,
    isFIFO: () => false,
    isSocket: () => false,
    size: Buffer.byteLength(text),
    mtime: epoch,
    ctime: epoch,
    birthtime: epoch,
    mtimeMs: 0,
  };
}
