import type { FetchLike } from '@modelcontextprotocol/client';
import { type McpServerConfig, packageVersion } from '../../../../config/index.js';
import { oauthFetch } from '../oauth-fetch.js';

type Sdk = typeof import('@modelcontextprotocol/client');

/** What a server says of the login that it wants when it is asked without one; nothing where it says nothing. */
export async function challengeOf(
  sdk: Sdk,
  { url, headers }: McpServerConfig & { url: string },
): Promise<{ scope?: string; resourceMetadataUrl?: URL }> {
  let challenge: { scope?: string; resourceMetadataUrl?: URL } = {};
  let unreachable: unknown;
  const fetch: FetchLike = async (address, init) => {
    const response = await oauthFetch(address, init).catch((error: unknown) => {
      unreachable = error;
      throw error;
    });
    if (response.status === 401) challenge = sdk.extractWWWAuthenticateParams(response);
    return response;
  };
  const client = new sdk.Client({ name: 'mcpa', version: packageVersion() });
  const transport = new sdk.StreamableHTTPClientTransport(new URL(url), { fetch, requestInit: { headers } });
  try {
    // Of whichever era it is, it answers 401 first; one that lets everybody in says nothing here.
    await client.connect(transport, { prior: { kind: 'legacy' }, timeout: 30_000 });
  } catch {
    // Its answer is what counts, not whether it speaks this protocol.
  } finally {
    await client.close().catch(() => undefined);
  }
  if (unreachable !== undefined) throw unreachable;
  return challenge;
}
