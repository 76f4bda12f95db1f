import { join } from 'node:path'
import { versionOf } from './checkout.js'
import { ConfigurationError } from './configuration-error.js'
import { readHandover } from './handover.js'
import { secretIn } from './secret-file.js'
import { loadSettings, settingsFiles, type Environment } from './settings.js'
import type { RawSettings } from './settings-schema.js'

/** Everything the console is started with; nothing else in it reads the environment. */
export interface ConsoleConfig {
  readonly port: number
  readonly host: string
  /** The state folder, absolute. */
  readonly home: string
  readonly databaseUrl: string
  readonly cloud: CloudConfig
  readonly pace: RawSettings['pace']
  /** What the engine's waits are divided by: that of the local cloud's pace, 1 elsewhere. Infinity at pace zero. */
  readonly paceDivisor: number
  readonly defaults: ConsoleDefaults
  readonly packageBucket: string
  readonly publicUrl: string
  /** Values of the Host header that are ours, with port where it isn't the protocol's own. */
  readonly hosts: readonly string[]
  readonly owner: string
  readonly sessionSecret: string
  /** Networks of the operator's own that channels may reach, besides the public internet. */
  readonly channelNetworks: readonly string[]
  readonly slack: SlackConfig
  readonly logLevel: RawSettings['logLevel']
  readonly version: string
  readonly signIn: SignInConfig
}

export interface SignInConfig {
  /** One-time links and the machine's own token: what there is where no provider is named. */
  readonly local: boolean
  readonly oidc: {
    readonly label: string
    readonly issuer: string
    readonly clientId: string
    readonly clientSecret: string
    readonly scopes: string
    readonly groupsClaim: string
  } | null
  /** Verified e-mail addresses, subjects, and groups as `group:NAME`. */
  readonly admins: readonly string[]
  readonly approveOwn: boolean
  readonly trustedProxies: number | null
  readonly sessionIdleMs: number
  readonly sessionMs: number
}

/** Who may talk to Delling from Slack. */
export interface SlackConfig {
  /** Null: slash commands are not answered. */
  readonly signingSecret: string | null
  /** Names in Delling, by Slack's user ids. */
  readonly people: Readonly<Record<string, string>>
}

export interface CloudConfig {
  readonly mode: RawSettings['cloud']
  /** Undefined: AWS itself. */
  readonly endpoint: string | undefined
  readonly region: string
  /** Undefined: the SDK's own chain of credentials. In local mode the key that the local cloud checks. */
  readonly accessKey: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined
  /** The local cloud's own control interface. */
  readonly controlUrl: string | undefined
  readonly controlToken: string | undefined
  /** The accounts that may be changed; empty where the mode has no list. */
  readonly accounts: readonly string[]
}

export interface ConsoleDefaults {
  readonly instanceType: string
  readonly baseImage: string
  readonly debBaseImage: string
  readonly builderInstanceType: string
  readonly builderInstanceProfile: string | null
  readonly morning: string
  readonly timeZone: string
  readonly minWarmHours: number
  readonly maxWarm: number
  readonly registry: string | null
}

const paceDivisors = { real: 1, brisk: 20, zero: Number.POSITIVE_INFINITY } as const

/**
 * The console's configuration from files, environment and the launcher's handover, frozen.
 * Throws a ConfigurationError with a sentence for each mistake.
 */
export function loadConsoleConfig(env: Environment = process.env, files = settingsFiles): ConsoleConfig {
  const settings = loadSettings(env, files)
  const handover = readHandover(env)
  const databaseUrl = settings.databaseUrl ?? handover.databaseUrl
  if (databaseUrl === undefined) {
    throw new ConfigurationError([
      'DATABASE_URL is missing: set it, or use npm start, which brings its own database.',
    ])
  }
  if (settings.cloud === 'local' && handover.localCloud === undefined) {
    throw new ConfigurationError(['DELLING_CLOUD is local, but no local cloud was started: use npm start.'])
  }
  const port = handover.port ?? settings.port
  const publicUrl = settings.publicUrl ?? `http://${asUrlHost(settings.host)}:${port}`
  return deepFreeze({
    port,
    host: settings.host,
    home: settings.home,
    databaseUrl,
    cloud: cloudConfig(settings, handover.localCloud),
    pace: settings.pace,
    paceDivisor: settings.cloud === 'local' ? paceDivisors[settings.pace] : 1,
    defaults: defaultsOf(settings),
    packageBucket: settings.packageBucket,
    publicUrl: publicUrl.replace(/\/$/, ''),
    hosts: allowedHosts(settings, port, publicUrl),
    owner: settings.owner,
    sessionSecret: settings.sessionSecret ?? secretIn(join(settings.home, 'secrets', 'session')),
    channelNetworks: settings.channelNetworks,
    slack: { signingSecret: settings.slackSigningSecret ?? null, people: peopleOf(settings.slackPeople) },
    logLevel: settings.logLevel,
    version: versionOf(),
    signIn: signInConfig(settings),
  })
}

/** One-time links and the machine's own token open the console, as they do where nothing else does. */
export function opensByLinks({ localSignIn, oidcIssuer }: RawSettings): boolean {
  return localSignIn === undefined ? oidcIssuer === undefined : localSignIn === 'yes'
}

const hourMs = 3_600_000

function signInConfig(settings: RawSettings): SignInConfig {
  const { oidcIssuer: issuer, oidcClientId: clientId, oidcClientSecret: clientSecret } = settings
  return {
    local: opensByLinks(settings),
    oidc:
      issuer && clientId && clientSecret
        ? {
            label: settings.oidcLabel,
            issuer,
            clientId,
            clientSecret,
            scopes: settings.oidcScopes,
            groupsClaim: settings.oidcGroupsClaim,
          }
        : null,
    admins: settings.admins,
    approveOwn: settings.approveOwn === 'yes',
    trustedProxies: settings.trustedProxies ?? null,
    sessionIdleMs: settings.sessionIdleHours * hourMs,
    sessionMs: settings.sessionHours * hourMs,
  }
}

function cloudConfig(
  settings: RawSettings,
  local: ReturnType<typeof readHandover>['localCloud'],
): CloudConfig {
  const isLocal = settings.cloud === 'local'
  return {
    mode: settings.cloud,
    endpoint: isLocal ? local?.url : settings.endpoint,
    region: settings.region,
    accessKey: isLocal ? local?.accessKey : undefined,
    controlUrl: isLocal ? local?.url : undefined,
    controlToken: isLocal ? local?.controlToken : undefined,
    accounts: settings.accounts,
  }
}

function defaultsOf(settings: RawSettings): ConsoleDefaults {
  return {
    instanceType: settings.instanceType,
    baseImage: settings.baseImage,
    debBaseImage: settings.debBaseImage,
    builderInstanceType: settings.builderInstanceType,
    builderInstanceProfile: settings.builderInstanceProfile ?? null,
    morning: settings.morning,
    timeZone: settings.timeZone,
    minWarmHours: settings.minWarmHours,
    maxWarm: settings.maxWarm,
    registry: settings.registry ?? null,
  }
}

function peopleOf(pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      return [pair.slice(0, at), pair.slice(at + 1).trim()]
    }),
  )
}

const asUrlHost = (host: string) => (host.includes(':') ? `[${host}]` : host)

function allowedHosts(settings: RawSettings, port: number, publicUrl: string): readonly string[] {
  const own = ['127.0.0.1', 'localhost', '[::1]', asUrlHost(settings.host)].map((host) => `${host}:${port}`)
  return [...new Set([...own, new URL(publicUrl).host, ...settings.hosts])]
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value))
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner as object)
  return Object.freeze(value)
}
