import type { Config } from '../config/index.js';
import type { OutputMode } from './terminal.js';

export interface Local extends AsyncDisposable {
  config: Config;
  uiUrl?: string;
}

export async function startLocal(config: Config, _mode: OutputMode): Promise<Local> {
  return { config, async [Symbol.asyncDispose]() {} };
}
