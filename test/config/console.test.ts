import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  consoleFileIn,
  readConsoleFile,
  removeConsoleFile,
  writeConsoleFile,
} from '../../config/console-file.js'
import { loadConsoleConfig } from '../../config/console.js'
import { checkout } from '../../config/checkout.js'
import { writeHandover } from '../../config/handover.js'

const files = [join(checkout, 'config', 'default.yaml')]
const localCloud = {
  url: 'http://127.0.0.1:4700',
  accessKey: { accessKeyId: 'AKIA', secretAccessKey: 'secret' },
  controlToken: 'control',
}

let home = ''
beforeEach(() => void (home = mkdtempSync(join(tmpdir(), 'delling-config-'))))
afterEach(() => rmSync(home, { recursive: true, force: true }))

const load = (env: Record<string, string>, handover: Parameters<typeof writeHandover>[0] = {}) =>
  loadConsoleConfig({ DELLING_HOME: home, ...env, ...writeHandover(handover) }, files)

describe('the configuration of the console', () => {
  it('in local mode uses only what the launcher handed over', () => {
    const config = load(
      { AWS_ACCESS_KEY_ID: 'mine', AWS_ENDPOINT_URL: 'http://example.com' },
      { databaseUrl: 'postgres://x/y', port: 3111, localCloud },
    )
    expect(config).toMatchObject({
      port: 3111,
      databaseUrl: 'postgres://x/y',
      publicUrl: 'http://127.0.0.1:3111',
      paceDivisor: 20,
      cloud: {
        mode: 'local',
        endpoint: localCloud.url,
        accessKey: localCloud.accessKey,
        controlToken: 'control',
        region: 'us-east-1',
      },
    })
    expect(config.hosts).toContain('localhost:3111')
    expect(Object.isFrozen(config)).toBe(true)
    expect(Object.isFrozen(config.cloud)).toBe(true)
  })

  it('on AWS leaves endpoint and credentials to the SDK and scales no wait', () => {
    const env = {
      DELLING_CLOUD: 'aws',
      DELLING_ACCOUNTS: '123456789012',
      AWS_REGION: 'eu-central-1',
      DATABASE_URL: 'postgres://h/d',
    }
    expect(load(env)).toMatchObject({
      paceDivisor: 1,
      cloud: {
        mode: 'aws',
        endpoint: undefined,
        accessKey: undefined,
        controlUrl: undefined,
        region: 'eu-central-1',
        accounts: ['123456789012'],
      },
    })
  })

  it('takes its own database before the embedded one', () => {
    expect(
      load({ DATABASE_URL: 'postgres://own/d' }, { databaseUrl: 'postgres://embedded/d', localCloud })
        .databaseUrl,
    ).toBe('postgres://own/d')
  })

  it('keeps the session secret over restarts, closed to others', () => {
    const [one, two] = [
      load({}, { databaseUrl: 'postgres://x/y', localCloud }),
      load({}, { databaseUrl: 'postgres://x/y', localCloud }),
    ]
    expect(one.sessionSecret).toBe(two.sessionSecret)
    expect(one.sessionSecret).toHaveLength(64)
    expect(statSync(join(home, 'secrets', 'session')).mode & 0o777).toBe(0o600)
  })

  it('takes a session secret that several consoles share', () => {
    const secret = 's'.repeat(32)
    expect(
      load({ DELLING_SESSION_SECRET: secret }, { databaseUrl: 'postgres://x/y', localCloud }).sessionSecret,
    ).toBe(secret)
    expect(existsSync(join(home, 'secrets', 'session'))).toBe(false)
  })

  it('says what is missing when it was started without the launcher', () => {
    expect(() => load({})).toThrow(/DATABASE_URL is missing.*npm start/s)
    expect(() => load({ DATABASE_URL: 'postgres://h/d' })).toThrow(
      /no local cloud was started: use npm start/,
    )
  })

  it('allows the name by which browsers reach it', () => {
    const config = load(
      { DELLING_PUBLIC_URL: 'https://delling.example/', DELLING_HOSTS: 'a.example, b.example:8443' },
      { databaseUrl: 'postgres://x/y', localCloud },
    )
    expect(config.publicUrl).toBe('https://delling.example')
    expect(config.hosts).toEqual(
      expect.arrayContaining(['delling.example', 'a.example', 'b.example:8443', '127.0.0.1:3000']),
    )
  })
})

describe('the configuration of signing in', () => {
  const handover = { databaseUrl: 'postgres://x/y', localCloud }
  const team = {
    DELLING_PUBLIC_URL: 'https://delling.example',
    DELLING_OIDC_ISSUER: 'https://id.example/realms/main',
    DELLING_OIDC_CLIENT_ID: 'delling',
    DELLING_OIDC_CLIENT_SECRET: 'a-secret-of-the-provider',
    DELLING_ADMINS: 'ada@example.com, group:platform',
  }

  it('is by links where nothing is set', () => {
    expect(load({}, handover).signIn).toEqual({
      local: true,
      oidc: null,
      admins: [],
      approveOwn: true,
      trustedProxies: null,
      sessionIdleMs: 24 * 3_600_000,
      sessionMs: 7 * 24 * 3_600_000,
    })
  })

  it('is by the provider alone where one is set, unless links are asked for', () => {
    const { signIn } = load({ ...team, DELLING_TRUSTED_PROXIES: '1', DELLING_APPROVE_OWN: 'no' }, handover)
    expect(signIn).toMatchObject({
      local: false,
      oidc: { issuer: team.DELLING_OIDC_ISSUER, groupsClaim: 'groups', scopes: 'openid profile email' },
      admins: ['ada@example.com', 'group:platform'],
      approveOwn: false,
      trustedProxies: 1,
    })
    expect(load({ ...team, DELLING_LOCAL_SIGN_IN: 'yes' }, handover).signIn.local).toBe(true)
  })

  it.each([
    [{ ...team, DELLING_ADMINS: '' }, /DELLING_ADMINS is missing: name the first admin/],
    [{ ...team, DELLING_PUBLIC_URL: '' }, /DELLING_PUBLIC_URL is missing/],
    [{ ...team, DELLING_OIDC_CLIENT_SECRET: '' }, /DELLING_OIDC_CLIENT_SECRET is missing/],
    [{ ...team, DELLING_OIDC_ISSUER: '' }, /DELLING_OIDC_ISSUER is missing, but a client/],
    [{ ...team, DELLING_OIDC_ISSUER: 'http://id.example' }, /must be an address that begins with https:/],
    [{ ...team, DELLING_OIDC_SCOPES: 'email' }, /openid first/],
    [{ DELLING_LOCAL_SIGN_IN: 'no' }, /no other way in/],
    [{ DELLING_SESSION_HOURS: '0' }, /must be a number of hours from 1 to 720/],
    [{ DELLING_TRUSTED_PROXIES: 'all' }, /must be a number of proxies from 0 to 10/],
  ])('is refused as %j, by a sentence that shows no secret', (env, sentence) => {
    expect(() => load(env as unknown as Record<string, string>, handover)).toThrow(sentence)
    expect(() => load(env as unknown as Record<string, string>, handover)).not.toThrow(
      /a-secret-of-the-provider/,
    )
  })

  it('takes a provider on loopback without TLS, for trials', () => {
    const issuer = 'http://127.0.0.1:8080/realms/x'
    expect(load({ ...team, DELLING_OIDC_ISSUER: issuer }, handover).signIn.oidc?.issuer).toBe(issuer)
  })
})

describe("the console's note for the command line", () => {
  const note = { url: 'http://127.0.0.1:3000', token: 'token-of-sixteen-or-more' }

  it('comes back as it was written, readable by its owner only', () => {
    writeConsoleFile(home, note)
    expect(readConsoleFile(home)).toEqual(note)
    expect(statSync(consoleFileIn(home)).mode & 0o777).toBe(0o600)
  })

  it('is undefined where there is none', () => {
    expect(readConsoleFile(home)).toBeUndefined()
  })

  it('is taken away where it opens nothing any more', () => {
    writeConsoleFile(home, note)
    removeConsoleFile(home)
    removeConsoleFile(home)
    expect(readConsoleFile(home)).toBeUndefined()
  })

  it('is not trusted when others can read it', () => {
    writeConsoleFile(home, note)
    chmodSync(consoleFileIn(home), 0o644)
    expect(() => readConsoleFile(home)).toThrow(/read by other users/)
  })

  it('is not trusted when it is not what a console writes', () => {
    writeFileSync(consoleFileIn(home), '{"url":"http://127.0.0.1:3000"}', { mode: 0o600 })
    expect(() => readConsoleFile(home)).toThrow(/damaged/)
  })

  it('takes who may talk to it from Slack, and answers nobody there without a signing secret', () => {
    const env = {
      DELLING_SLACK_SIGNING_SECRET: '8f742231b10e8888abcd99yyyzzz85a5',
      DELLING_SLACK_PEOPLE: 'U012AB3CD=Ada Byrne, W045EF6GH=Grace=Hopper',
      DELLING_CHANNEL_NETWORKS: '10.1.0.0/16,fd12:3456::/32',
    }
    const handover = { databaseUrl: 'postgres://x/y', localCloud }
    expect(load(env, handover)).toMatchObject({
      slack: {
        signingSecret: '8f742231b10e8888abcd99yyyzzz85a5',
        people: { U012AB3CD: 'Ada Byrne', W045EF6GH: 'Grace=Hopper' },
      },
      channelNetworks: ['10.1.0.0/16', 'fd12:3456::/32'],
    })
    expect(load({}, handover).slack).toEqual({ signingSecret: null, people: {} })
  })
})
