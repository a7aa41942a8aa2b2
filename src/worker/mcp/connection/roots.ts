import { pathToFileURL } from 'node:url';
import type { McpServerConfig } from '../../../config/types.js';

/** The roots of the config as the server is told them. */
export function rootsOf(config: McpServerConfig): Array<{ uri: string; name?: string }> {
  return config.roots.map(({ uri, name, server_uri_alias }) => {
    const shown = server_uri_alias ?? uri;
    const root = { uri: shown.includes('://') ? shown : pathToFileURL(shown).href };
    return name === undefined ? root : { ...root, name };
  });
}
