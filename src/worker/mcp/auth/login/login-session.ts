import type {
  OAuthClientInformationContext,
  OAuthClientMetadata,
  OAuthClientProvider,
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens,
} from '@modelcontextprotocol/client';
import type { OAuthConfig } from '../../../../config/index.js';
import { McpaError } from '../../../../core/index.js';
import type { Login } from '../login-file.js';
import { withTokens } from '../renew.js';

/** What the SDK's client asks and tells while one person logs in once; nothing of it is kept but the login at its end. */
export class LoginSession implements OAuthClientProvider {
  readonly clientMetadataUrl?: string;
  /** Where the person has to go. */
  readonly address: Promise<URL>;
  #tell!: (address: URL) => void;
  #client: StoredOAuthClientInformation | undefined;
  #discovery: OAuthDiscoveryState | undefined;
  #verifier = '';
  #tokens: StoredOAuthTokens | undefined;
  #resource: string | undefined;

  constructor(
    readonly serverUrl: string,
    readonly redirectUrl: string,
    readonly oauth: OAuthConfig,
    readonly givenState: string,
    /** Of an earlier login with this redirect. */
    before: Pick<Login, 'client' | 'issuer'> | undefined,
  ) {
    if (oauth.client_metadata_url !== undefined) this.clientMetadataUrl = oauth.client_metadata_url;
    if (before !== undefined) this.#client = { ...before.client, issuer: before.issuer };
    this.address = new Promise((resolve) => {
      this.#tell = resolve;
    });
  }

  get clientMetadata(): OAuthClientMetadata {
    const scope = this.oauth.scopes?.join(' ');
    return {
      client_name: 'mcpa',
      redirect_uris: [this.redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      ...(scope === undefined ? {} : { scope }),
    };
  }

  state(): string {
    return this.givenState;
  }

  clientInformation(asked?: OAuthClientInformationContext): StoredOAuthClientInformation | undefined {
    const { client_id, client_secret, authorization_server } = this.oauth;
    if (client_id === undefined) return this.#client;
    // A config that names no issuer takes the server's; without one the SDK warns on the person's terminal.
    const issuer = authorization_server ?? asked?.issuer;
    return { client_id, ...(client_secret && { client_secret }), ...(issuer && { issuer }) };
  }

  saveClientInformation(client: StoredOAuthClientInformation): void {
    this.#client = client;
  }

  tokens(): StoredOAuthTokens | undefined {
    return this.#tokens;
  }

  saveTokens(tokens: StoredOAuthTokens): void {
    this.#tokens = tokens;
  }

  redirectToAuthorization(address: URL): void {
    this.#tell(address);
  }

  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }

  codeVerifier(): string {
    return this.#verifier;
  }

  saveResourceUrl(resource: string): void {
    this.#resource = resource;
  }

  saveDiscoveryState(state: OAuthDiscoveryState): void {
    const { authorization_server: wanted } = this.oauth;
    const issuer = state.authorizationServerMetadata?.issuer ?? state.authorizationServerUrl;
    if (wanted !== undefined && wanted.replace(/\/$/, '') !== issuer.replace(/\/$/, ''))
      throw new McpaError(
        'MCP_LOGIN_FAILED',
        `the server names the issuer ${issuer}, the config wants ${wanted}`,
        {
          hint: 'when the new one is right, change auth.oauth.authorization_server',
        },
      );
    this.#discovery = state;
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this.#discovery;
  }

  /** What came of it; the secret that the config holds is left there. */
  login(): Login {
    const tokens = this.#tokens;
    const known = this.clientInformation();
    if (tokens === undefined || known === undefined) throw new Error('the login brought no token');
    const { issuer: _, ...client } = known;
    if (this.oauth.client_id !== undefined) delete client.client_secret;
    const login: Login = {
      url: this.serverUrl,
      issuer: tokens.issuer ?? this.#discovery?.authorizationServerUrl ?? '',
      client,
      redirect: this.redirectUrl,
      accessToken: '',
      at: '',
      ...(this.#resource === undefined ? {} : { resource: this.#resource }),
    };
    return withTokens(login, tokens);
  }
}
