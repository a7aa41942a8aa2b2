import { Writable } from 'node:stream';

/** stdout for a protocol alone: what else is printed there, by a library or the project's own activities, goes to stderr. */
export function protocolStdout(): Writable {
  const { stdout, stderr } = process;
  const write = stdout.write.bind(stdout) as (chunk: Buffer, done: (error?: Error | null) => void) => boolean;
  stdout.write = stderr.write.bind(stderr) as typeof stdout.write;
  return new Writable({ write: (chunk: Buffer, _, done) => void write(chunk, done) });
}
