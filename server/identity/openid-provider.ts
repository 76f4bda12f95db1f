import * as client from 'openid-client'
import { vouchedId, type Identity } from '../domain/grant.js'
import { NotVouchedFor } from '../domain/not-vouched-for.js'

/** How this console is known to its OpenID provider. */
export interface OpenIdSettings {
  /** As the button names it. */
  readonly label: string
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scopes: string
  /** The claim that lists a person's groups. */
  readonly groupsClaim: string
  /** This console's own address. */
  readonly publicUrl: string
}

interface Pending {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

const answerWithinSec = 10
const metadataLifeMs = 3_600_000

/** Sign-in by OpenID Connect: authorization code with PKCE, state, nonce and every check of the library's. */
export class OpenIdProvider {
  private found: { at: number; configuration: Promise<client.Configuration> } | null = null

  constructor(private readonly settings: OpenIdSettings) {}

  get issuer(): string {
    return this.settings.issuer
  }

  get label(): string {
    return this.settings.label
  }

  async begin(): Promise<{ address: string; pending: Pending }> {
    const configuration = await this.configuration()
    const pending = {
      state: client.randomState(),
      nonce: client.randomNonce(),
      verifier: client.randomPKCECodeVerifier(),
    }
    const address = client.buildAuthorizationUrl(configuration, {
      redirect_uri: this.redirectAddress,
      response_type: 'code',
      scope: this.settings.scopes,
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(pending.verifier),
      code_challenge_method: 'S256',
    })
    return { address: address.href, pending }
  }

  async finish(query: string, pending: Pending): Promise<Identity> {
    const configuration = await this.configuration()
    const came = new URL(`${this.redirectAddress}${query}`)
    try {
      const tokens = await client.authorizationCodeGrant(configuration, came, {
        expectedState: pending.state,
        expectedNonce: pending.nonce,
        pkceCodeVerifier: pending.verifier,
        idTokenExpected: true,
      })
      const claims = tokens.claims()!
      const more = configuration.serverMetadata().userinfo_endpoint
        ? await client.fetchUserInfo(configuration, tokens.access_token, claims.sub)
        : {}
      return this.identityOf(claims, more)
    } catch (error) {
      const sentence = this.sentenceOf(error)
      throw sentence === null ? error : new NotVouchedFor(sentence, error)
    }
  }

  async signOutAddress(): Promise<string | null> {
    try {
      const configuration = await this.configuration()
      if (!configuration.serverMetadata().end_session_endpoint) return null
      return client.buildEndSessionUrl(configuration, {
        post_logout_redirect_uri: `${this.settings.publicUrl}/sign-in`,
      }).href
    } catch {
      return null
    }
  }

  private get redirectAddress(): string {
    return `${this.settings.publicUrl}/sign-in/provider/callback`
  }

  /** Asked for at first use and once an hour, so that a console starts without its provider and learns of new keys. */
  private configuration(): Promise<client.Configuration> {
    const now = performance.now()
    if (this.found && now - this.found.at < metadataLifeMs) return this.found.configuration
    const configuration = this.discover()
    const found = { at: now, configuration }
    this.found = found
    // A failure is not remembered: the next one asks again.
    configuration.catch(() => {
      if (this.found === found) this.found = null
    })
    return configuration
  }

  private async discover(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = this.settings
    const address = new URL(issuer)
    const configuration = await client.discovery(address, clientId, clientSecret, undefined, {
      timeout: answerWithinSec,
      execute: [
        // The signature is checked even where TLS would do.
        client.enableNonRepudiationChecks,
        // The configuration lets plain http through for loopback only.
        ...(address.protocol === 'http:' ? [client.allowInsecureRequests] : []),
      ],
    })
    configuration.timeout = answerWithinSec
    return configuration
  }

  /** Null for what is the provider's or the network's failure and not about whoever signs in. */
  private sentenceOf(error: unknown): string | null {
    const { label } = this.settings
    if (error instanceof client.AuthorizationResponseError)
      return error.error === 'access_denied'
        ? `${label} says that you were not let in.`
        : `${label} answered with “${error.error}”.`
    if (error instanceof client.ResponseBodyError && error.error === 'invalid_grant')
      return `${label} no longer knows of this sign-in.`
    if (error instanceof client.ClientError && notByTheNetwork.has(error.code ?? ''))
      return `What came back from ${label} is not what was asked for.`
    return null
  }

  private identityOf(claims: Claims, more: Claims): Identity {
    const subject = String(claims.sub)
    // Address and word for it are of one source: another's word is about another address.
    const vouched = [claims, more].find(
      (each) => typeof each.email === 'string' && each.email_verified === true,
    )
    const email = (vouched?.email as string | undefined) ?? null
    const { groupsClaim, issuer } = this.settings
    return {
      id: vouchedId(issuer, subject),
      // A display name can be chosen freely, so that it names nobody in an audit trail.
      name: email ?? `${subject} at ${new URL(issuer).host}`,
      subject,
      email,
      groups: textsOf(claims[groupsClaim] ?? more[groupsClaim]),
    }
  }
}

type Claims = Readonly<Record<string, unknown>>

/** Of the library: its checks of state, nonce, issuer, signature and claims, in contrast to time-outs and torn answers. */
const notByTheNetwork = new Set([
  'OAUTH_INVALID_RESPONSE',
  'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'OAUTH_JWT_TIMESTAMP_CHECK_FAILED',
  'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED',
  'OAUTH_KEY_SELECTION_FAILED',
])

function textsOf(claim: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(claim) ? claim : typeof claim === 'string' ? [claim] : []
  return list.filter((entry) => typeof entry === 'string')
}
