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
  let answered = false;
  const fetch: FetchLike = async (address, init) => {
    const response = await oauthFetch(address, init).catch((error: unknown) => {
      unreachable = error;
      throw error;
    });
    answered = true;
    if (response.status === 401) challenge = sdk.extractWWWAuthenticateParams(response);
    return response;
  };
  const client = new sdk.Client({ name: 'mcpa', version: packageVersion() });
  const transport = new sdk.StreamableHTTPClientTransport(new URL(url), { fetch, requestInit: { headers } });
  try {
    // Of whichever era it is, it answers 401: to this, or where it greets everybody, to who wants its tools.
    await client.connect(transport, { prior: { kind: 'legacy' }, timeout: 30_000 });
    await client.listTools(undefined, { timeout: 30_000 });
  } catch {
    // Its answer is what counts, not whether it speaks this protocol.
  } finally {
    await client.close().catch(() => undefined);
  }
  // One that answered is there: what failed later may be the stream that was closed here.
  if (unreachable !== undefined && !answered) throw unreachable;
  return challenge;
}
