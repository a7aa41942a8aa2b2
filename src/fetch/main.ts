import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { fetchServer } from './server.js';
import { readSettings, type Settings } from './settings.js';

/** Serves MCP over stdio until its client hangs up. Only protocol messages go to stdout. */
export function main(env: NodeJS.ProcessEnv): void {
  let settings: Settings;
  try {
    settings = readSettings(env);
  } catch (error) {
    console.error(`mcpa-fetch: ${(error as Error).message}`);
    process.exitCode = 2;
    return;
  }
  serveStdio(() => fetchServer(settings), {
    onerror: (error) => console.error(`mcpa-fetch: ${error.message}`),
  });
}
