import { existsSync, readFileSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { parse } from 'yaml'
import { checkout } from './checkout.js'
import { ConfigurationError } from './configuration-error.js'
import { settingsSchema, sources, type RawSettings } from './settings-schema.js'

export type Environment = Readonly<Record<string, string | undefined>>

/** The YAML files in the order in which they are laid over each other: the later one wins. */
export const settingsFiles: readonly string[] = ['config/default.yaml', 'config/local.yaml'].map((file) =>
  join(checkout, file),
)

/** The settings that only one cloud mode takes notice of. Elsewhere they are ignored, whatever they hold. */
const ofAwsOnly: ReadonlySet<string> = new Set(['endpoint', 'region', 'accounts'])

interface Given {
  readonly value: unknown
  /** How the sentence about a mistake names the place to mend it. */
  readonly where: string
}

/**
 * What the operator has set: files first, then the environment. The home is an absolute path.
 * Throws a ConfigurationError with a sentence for each mistake.
 */
export function loadSettings(env: Environment = process.env, files = settingsFiles): RawSettings {
  const mistakes: string[] = []
  const given = gather(env, files, mistakes)
  const parsed = settingsSchema.safeParse(
    Object.fromEntries(Object.entries(given).map(([name, { value }]) => [name, value])),
  )
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const name = String(issue.path[0]) as keyof RawSettings
      const { where } = given[name] ?? { where: sources[name].variable }
      mistakes.push(given[name] === undefined ? `${where} is missing.` : `${where} ${issue.message}.`)
    }
  } else {
    mistakes.push(...contradictions(parsed.data))
  }
  if (mistakes.length > 0 || !parsed.success) throw new ConfigurationError([...new Set(mistakes)])
  return parsed.data
}

function gather(
  env: Environment,
  files: readonly string[],
  mistakes: string[],
): Partial<Record<keyof RawSettings, Given>> {
  const layers = files
    .filter((file) => existsSync(file))
    .map((file) => ({ file, content: readYaml(file, mistakes) }))
  const given: Partial<Record<keyof RawSettings, Given>> = {}
  for (const [name, { variable, key }] of Object.entries(sources) as [
    keyof RawSettings,
    { variable: string; key: string },
  ][]) {
    for (const { file, content } of layers) {
      const value = key
        .split('.')
        .reduce<unknown>((node, part) => (node as Record<string, unknown> | undefined)?.[part], content)
      if (value === undefined || value === null) continue
      given[name] = {
        value: name === 'home' ? fromCheckout(value) : value,
        where: `${key} in ${file} ('${shown(name, value)}')`,
      }
    }
    const value = env[variable]?.trim()
    if (value)
      given[name] = {
        value: name === 'home' ? resolve(value) : value,
        where: `${variable} ('${shown(name, value)}')`,
      }
  }
  if (given.cloud === undefined || given.cloud.value === 'local') {
    // The local cloud has one region and its own address: AWS_* of the machine must not reach it.
    for (const name of ofAwsOnly) delete given[name as keyof RawSettings]
    given.region = { value: 'us-east-1', where: 'region' }
  } else if (given.cloud.value === 'aws') {
    delete given.endpoint
  }
  return given
}

const fromCheckout = (value: unknown) =>
  typeof value === 'string' && !isAbsolute(value) ? join(checkout, value) : value

const secrets: ReadonlySet<string> = new Set([
  'sessionSecret',
  'databaseUrl',
  'slackSigningSecret',
  'oidcClientSecret',
])

/** A secret's value never reaches a message. */
function shown(name: keyof RawSettings, value: unknown): string {
  if (secrets.has(name)) return 'not shown'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function readYaml(file: string, mistakes: string[]): Record<string, unknown> {
  try {
    const content: unknown = parse(readFileSync(file, 'utf8')) ?? {}
    if (typeof content !== 'object' || Array.isArray(content))
      throw new Error('it must be a list of names and values')
    const unknown = unknownKeys(content as Record<string, unknown>)
    mistakes.push(...unknown.map((key) => `${key} in ${file} is not a setting that Delling knows.`))
    return content as Record<string, unknown>
  } catch (error) {
    mistakes.push(`${file} cannot be read: ${(error as Error).message.split('\n')[0] ?? ''}.`)
    return {}
  }
}

function unknownKeys(content: Record<string, unknown>): string[] {
  const known = new Set(Object.values(sources).map(({ key }) => key))
  return Object.entries(content).flatMap(([key, value]) => {
    if (key === 'defaults' && typeof value === 'object' && value !== null) {
      return Object.keys(value)
        .map((inner) => `defaults.${inner}`)
        .filter((inner) => !known.has(inner))
    }
    return known.has(key) ? [] : [key]
  })
}

/** Mistakes that no single setting shows. */
function contradictions(settings: RawSettings): string[] {
  const mistakes: string[] = []
  if (settings.cloud === 'endpoint' && settings.endpoint === undefined) {
    mistakes.push(
      'DELLING_CLOUD is endpoint, but AWS_ENDPOINT_URL is missing: set it to the address of that cloud.',
    )
  }
  if (settings.cloud === 'aws' && settings.accounts.length === 0) {
    mistakes.push(
      'DELLING_CLOUD is aws, but DELLING_ACCOUNTS is missing: name the AWS accounts that Delling may change.',
    )
  }
  mistakes.push(...signInContradictions(settings))
  const loopback = ['127.0.0.1', '::1', 'localhost'].includes(settings.host)
  if (!loopback && settings.hosts.length === 0 && settings.publicUrl === undefined) {
    mistakes.push(
      `HOST ('${settings.host}') lets other machines in, but DELLING_PUBLIC_URL and DELLING_HOSTS are missing: set one ` +
        'to the name by which browsers reach the console.',
    )
  }
  return mistakes
}

function signInContradictions(settings: RawSettings): string[] {
  const { oidcIssuer, oidcClientId, oidcClientSecret, admins, localSignIn, publicUrl } = settings
  if (oidcIssuer === undefined)
    return [
      ...((oidcClientId ?? oidcClientSecret)
        ? [
            'DELLING_OIDC_ISSUER is missing, but a client of it is set: set it to the address of the provider.',
          ]
        : []),
      ...(localSignIn === 'no'
        ? [
            'DELLING_LOCAL_SIGN_IN is no, but there is no other way in: set DELLING_OIDC_ISSUER, or leave it out.',
          ]
        : []),
    ]
  const needed = {
    DELLING_OIDC_CLIENT_ID: oidcClientId,
    DELLING_OIDC_CLIENT_SECRET: oidcClientSecret,
    DELLING_PUBLIC_URL: publicUrl,
    DELLING_ADMINS: admins.length > 0 || undefined,
  }
  return Object.entries(needed).flatMap(([name, value]) =>
    value === undefined
      ? [`DELLING_OIDC_ISSUER is set, but ${name} is missing: ${why[name as keyof typeof needed]}.`]
      : [],
  )
}

const why = {
  DELLING_OIDC_CLIENT_ID: 'register this console with the provider',
  DELLING_OIDC_CLIENT_SECRET: 'the provider shows it where this console is registered',
  DELLING_PUBLIC_URL: 'the provider sends people back to that address',
  DELLING_ADMINS: 'name the first admin by verified e-mail address or subject, or a group as group:NAME',
}
