import { isIP, isIPv4, isIPv6 } from 'node:net'
import { z } from 'zod'

const port = z.coerce
  .number('must be a port number from 0 to 65535')
  .int('must be a port number from 0 to 65535')
  .min(0, 'must be a port number from 0 to 65535')
  .max(65_535, 'must be a port number from 0 to 65535')

const wholeNumber = (what: string, min: number, max: number) => {
  const sentence = `must be ${what} from ${min} to ${max}`
  return z.coerce.number(sentence).int(sentence).min(min, sentence).max(max, sentence)
}

const webAddress = (protocols: readonly string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    error: `must be an address that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  })

const list = z
  .union([z.array(z.coerce.string()), z.string()])
  .transform((value) =>
    (typeof value === 'string' ? value.split(',') : value)
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
  )

const isTimeZone = (name: string) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
  } catch {
    return false
  }
}

const isNetwork = (text: string) => {
  const [base = '', bits = '', ...rest] = text.split('/')
  const most = isIPv4(base) ? 32 : isIPv6(base) ? 128 : -1
  return rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most
}

const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, `must be one of ${values.join(', ')}`)

/** What an operator can set, before it is put together. Each message goes on after "NAME ('value') …". */
export const settingsSchema = z.object({
  port,
  host: z
    .string()
    .refine((text) => isIP(text) !== 0 || text === 'localhost', 'must be an IP address to listen on'),
  home: z.string().min(1, 'must be a folder'),
  databaseUrl: webAddress(['postgres:', 'postgresql:']).optional(),
  cloud: oneOf(['local', 'aws', 'endpoint']),
  endpoint: webAddress(['http:', 'https:']).optional(),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be an AWS region such as us-east-1'),
  accounts: list
    .pipe(z.array(z.string().regex(/^\d{12}$/, 'must be AWS account numbers of 12 digits')))
    .default([]),
  packageBucket: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      'must be the name of an S3 bucket: 3 to 63 of a-z, 0-9, dot and dash',
    ),
  publicUrl: webAddress(['http:', 'https:']).optional(),
  hosts: list.default([]),
  pace: oneOf(['brisk', 'zero', 'real']),
  bigAccount: wholeNumber('a number of server groups', 1, 2000).optional(),
  owner: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be 1 to 32 of a-z, 0-9 and dash, as it becomes a tag'),
  sessionSecret: z.string().min(32, 'must have at least 32 characters').optional(),
  logLevel: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal']),
  instanceType: z.string().regex(/^[a-z0-9-]+\.[a-z0-9-]+$/, 'must be an instance type such as t3.micro'),
  baseImage: z.string().min(1, 'must be an image id or the name of an SSM parameter that holds one'),
  debBaseImage: z.string().min(1, 'must be an image id or the name of an SSM parameter that holds one'),
  builderInstanceType: z
    .string()
    .regex(/^[a-z0-9-]+\.[a-z0-9-]+$/, 'must be an instance type such as t3.small'),
  builderInstanceProfile: z.string().min(1, 'must be the name of an instance profile').optional(),
  morning: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 09:00'),
  timeZone: z.string().refine(isTimeZone, 'must be a time zone such as Europe/Berlin'),
  minWarmHours: wholeNumber('a number of hours', 0, 168),
  maxWarm: wholeNumber('a number of groups', 1, 3),
  registry: webAddress(['http:', 'https:']).optional(),
  channelNetworks: list
    .pipe(z.array(z.string().refine(isNetwork, 'must be networks such as 10.1.0.0/16, with commas')))
    .default([]),
  slackSigningSecret: z
    .string()
    .min(16, 'must be the signing secret that Slack shows for its app')
    .optional(),
  slackPeople: list
    .pipe(
      z.array(
        z
          .string()
          .regex(/^[UW][A-Z0-9]{2,}=\S.*$/, 'must be pairs of a Slack user id and a name, as U012AB3CD=Ada'),
      ),
    )
    .default([]),
  oidcIssuer: z
    .string()
    .refine(
      (text) => URL.canParse(text) && (new URL(text).protocol === 'https:' || isLoopback(new URL(text))),
      'must be an address that begins with https:// (http:// on loopback only)',
    )
    .optional(),
  oidcClientId: z.string().min(1, 'must be the id under which the provider knows this console').optional(),
  oidcClientSecret: z.string().min(1, 'must be the secret that the provider gave').optional(),
  oidcScopes: z.string().regex(/^openid( \S+)*$/, 'must be scopes with blanks between them, openid first'),
  oidcGroupsClaim: z.string().min(1, 'must be the name of a claim'),
  oidcLabel: z.string().min(1, 'must be the name of the provider as people know it'),
  admins: list.default([]),
  localSignIn: oneOf(['yes', 'no']).optional(),
  approveOwn: oneOf(['yes', 'no']),
  trustedProxies: wholeNumber('a number of proxies', 0, 10).optional(),
  sessionIdleHours: wholeNumber('a number of hours', 1, 720),
  sessionHours: wholeNumber('a number of hours', 1, 720),
})

function isLoopback({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname)
}

export type RawSettings = z.infer<typeof settingsSchema>

/** The environment variable and the key in the YAML files behind each setting. */
export const sources: Readonly<
  Record<keyof RawSettings, { readonly variable: string; readonly key: string }>
> = {
  port: { variable: 'PORT', key: 'port' },
  host: { variable: 'HOST', key: 'host' },
  home: { variable: 'DELLING_HOME', key: 'home' },
  databaseUrl: { variable: 'DATABASE_URL', key: 'databaseUrl' },
  cloud: { variable: 'DELLING_CLOUD', key: 'cloud' },
  endpoint: { variable: 'AWS_ENDPOINT_URL', key: 'endpoint' },
  region: { variable: 'AWS_REGION', key: 'region' },
  accounts: { variable: 'DELLING_ACCOUNTS', key: 'accounts' },
  packageBucket: { variable: 'DELLING_PACKAGE_BUCKET', key: 'packageBucket' },
  publicUrl: { variable: 'DELLING_PUBLIC_URL', key: 'publicUrl' },
  hosts: { variable: 'DELLING_HOSTS', key: 'hosts' },
  pace: { variable: 'DELLING_PACE', key: 'pace' },
  bigAccount: { variable: 'DELLING_BIG_ACCOUNT', key: 'bigAccount' },
  owner: { variable: 'DELLING_OWNER', key: 'owner' },
  sessionSecret: { variable: 'DELLING_SESSION_SECRET', key: 'sessionSecret' },
  logLevel: { variable: 'DELLING_LOG_LEVEL', key: 'logLevel' },
  instanceType: { variable: 'DELLING_INSTANCE_TYPE', key: 'defaults.instanceType' },
  baseImage: { variable: 'DELLING_BASE_IMAGE', key: 'defaults.baseImage' },
  debBaseImage: { variable: 'DELLING_DEB_BASE_IMAGE', key: 'defaults.debBaseImage' },
  builderInstanceType: { variable: 'DELLING_BUILDER_INSTANCE_TYPE', key: 'defaults.builderInstanceType' },
  builderInstanceProfile: {
    variable: 'DELLING_BUILDER_INSTANCE_PROFILE',
    key: 'defaults.builderInstanceProfile',
  },
  morning: { variable: 'DELLING_MORNING', key: 'defaults.morning' },
  timeZone: { variable: 'DELLING_TIME_ZONE', key: 'defaults.timeZone' },
  minWarmHours: { variable: 'DELLING_MIN_WARM_HOURS', key: 'defaults.minWarmHours' },
  maxWarm: { variable: 'DELLING_MAX_WARM', key: 'defaults.maxWarm' },
  registry: { variable: 'DELLING_REGISTRY', key: 'defaults.registry' },
  channelNetworks: { variable: 'DELLING_CHANNEL_NETWORKS', key: 'channelNetworks' },
  slackSigningSecret: { variable: 'DELLING_SLACK_SIGNING_SECRET', key: 'slackSigningSecret' },
  slackPeople: { variable: 'DELLING_SLACK_PEOPLE', key: 'slackPeople' },
  oidcIssuer: { variable: 'DELLING_OIDC_ISSUER', key: 'oidcIssuer' },
  oidcClientId: { variable: 'DELLING_OIDC_CLIENT_ID', key: 'oidcClientId' },
  oidcClientSecret: { variable: 'DELLING_OIDC_CLIENT_SECRET', key: 'oidcClientSecret' },
  oidcScopes: { variable: 'DELLING_OIDC_SCOPES', key: 'oidcScopes' },
  oidcGroupsClaim: { variable: 'DELLING_OIDC_GROUPS_CLAIM', key: 'oidcGroupsClaim' },
  oidcLabel: { variable: 'DELLING_OIDC_LABEL', key: 'oidcLabel' },
  admins: { variable: 'DELLING_ADMINS', key: 'admins' },
  localSignIn: { variable: 'DELLING_LOCAL_SIGN_IN', key: 'localSignIn' },
  approveOwn: { variable: 'DELLING_APPROVE_OWN', key: 'approveOwn' },
  trustedProxies: { variable: 'DELLING_TRUSTED_PROXIES', key: 'trustedProxies' },
  sessionIdleHours: { variable: 'DELLING_SESSION_IDLE_HOURS', key: 'sessionIdleHours' },
  sessionHours: { variable: 'DELLING_SESSION_HOURS', key: 'sessionHours' },
}
