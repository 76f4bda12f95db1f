import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

/** What the provider says of somebody. */
export interface Account {
  readonly sub: string
  readonly email: string
  readonly email_verified: boolean
  readonly groups: readonly string[]
}

export const client = { id: 'delling', secret: 'a secret for tests' }

/** A real OpenID provider on loopback. Whoever is `person` at the moment is signed in there without being asked. */
export async function openIdServer(accounts: readonly Account[], redirectAddress: string) {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  let person = accounts[0]!.sub
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [redirectAddress],
        post_logout_redirect_uris: [redirectAddress.replace(/\/provider\/callback$/, '')],
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['groups'] },
    findAccount: (_context, id) => {
      const account = accounts.find(({ sub }) => sub === id)
      return account && { accountId: id, claims: async () => ({ ...account, groups: [...account.groups] }) }
    },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    cookies: { keys: ['a key for tests'] },
    jwks: undefined,
  })
  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return void provider.callback()(request, response)
    void letIn(provider, person, request, response)
  })
  return {
    issuer,
    signInAs: (sub: string) => void (person = sub),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

type Handler = Parameters<InstanceType<typeof Provider>['interactionDetails']>

/** In place of the provider's own pages: the person is who it is, and agrees to what is asked; `nobody` does not. */
async function letIn(
  provider: InstanceType<typeof Provider>,
  person: string,
  request: Handler[0],
  response: Handler[1],
): Promise<void> {
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, response)
  if (person === 'nobody') return provider.interactionFinished(request, response, { error: 'access_denied' })
  if (prompt.name === 'login')
    return provider.interactionFinished(request, response, { login: { accountId: person } })
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId: session!.accountId, clientId: String(params.client_id) })
  grant!.addOIDCScope(String(params.scope))
  return provider.interactionFinished(request, response, { consent: { grantId: await grant!.save() } })
}

/**
 * A browser as far as it matters here: it follows redirects with a cookie jar for each host, and stops before it would leave for
 * an address that begins with `until`.
 */
export class Browser {
  private readonly jars = new Map<string, Map<string, string>>()

  async get(address: string, until: string): Promise<{ readonly address: string; readonly status: number }> {
    let at = address
    for (let hops = 0; hops < 20; hops++) {
      if (at.startsWith(until)) return { address: at, status: 0 }
      const reply = await fetch(at, { redirect: 'manual', headers: { cookie: this.cookies(at) } })
      this.keep(at, reply.headers.getSetCookie())
      const next = reply.headers.get('location')
      if (next === null) return { address: at, status: reply.status }
      at = new URL(next, at).href
    }
    throw new Error(`${address} leads from one address to the next without an end`)
  }

  private cookies(address: string): string {
    return [...(this.jars.get(new URL(address).host) ?? [])]
      .map(([name, value]) => `${name}=${value}`)
      .join('; ')
  }

  private keep(address: string, lines: readonly string[]): void {
    const { host } = new URL(address)
    const jar = this.jars.get(host) ?? new Map<string, string>()
    this.jars.set(host, jar)
    for (const line of lines) {
      const [name = '', value = ''] = line.split(';')[0]!.split(/=(.*)/s)
      if (value === '' || /expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name)
      else jar.set(name, value)
    }
  }
}
