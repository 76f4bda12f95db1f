import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'

const schema = z.strictObject({
  home: z.string().min(1),
  port: z.coerce.number().int().min(0).max(65_535),
  pace: z.enum(['real', 'brisk', 'zero']),
  key: z.strictObject({ accessKeyId: z.string().min(1), secretAccessKey: z.string().min(1) }).optional(),
  controlToken: z.string().min(16).optional(),
  instanceEnvironment: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()).optional(),
  instancesDir: z.string().optional(),
  zones: z
    .array(z.string().regex(/^[a-f]$/))
    .min(1)
    .optional(),
  instances: z.enum(['processes', 'records']).optional(),
  bigAccount: z.coerce.number().int().min(1).max(2000).optional(),
  confinement: z.enum(['auto', 'none']).optional(),
  stopWithParent: z.boolean(),
})

export type LocalCloudSettings = z.infer<typeof schema>

/** Proxy and registry settings that programs in an instance need to reach what this machine reaches. */
const passedOn =
  /^(https?_proxy|no_proxy|all_proxy|npm_config_(registry|cafile|strict_ssl)|node_extra_ca_certs|ssl_cert_file|curl_ca_bundle)$/i

/**
 * Settings of `npm run localcloud`: flags first, then `LOCALCLOUD_*` variables, then defaults. Keys come only by
 * environment or from a file (`--key-file`, JSON), never by flag: other users can read flags.
 * Throws an Error whose message names every mistake.
 */
export function readLocalCloudSettings(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): LocalCloudSettings {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      home: { type: 'string' },
      port: { type: 'string' },
      pace: { type: 'string' },
      zones: { type: 'string' },
      'instances-dir': { type: 'string' },
      'key-file': { type: 'string' },
      instances: { type: 'string' },
      'big-account': { type: 'string' },
      confinement: { type: 'string' },
      'stop-with-parent': { type: 'boolean' },
    },
  })
  const secrets = readSecrets(values['key-file'] ?? env.LOCALCLOUD_KEY_FILE, env)
  const zones = values.zones ?? env.LOCALCLOUD_ZONES
  const parsed = schema.safeParse({
    home: resolve(values.home ?? env.LOCALCLOUD_HOME ?? 'var/localcloud'),
    port: values.port ?? env.LOCALCLOUD_PORT ?? 4700,
    pace: values.pace ?? env.LOCALCLOUD_PACE ?? 'brisk',
    instancesDir: values['instances-dir'] ?? env.LOCALCLOUD_INSTANCES_DIR,
    zones: zones?.split(',').map((zone) => zone.trim()),
    instances: values.instances ?? env.LOCALCLOUD_INSTANCES,
    bigAccount: values['big-account'] ?? env.LOCALCLOUD_BIG_ACCOUNT,
    confinement: values.confinement ?? env.LOCALCLOUD_CONFINEMENT,
    stopWithParent: values['stop-with-parent'] ?? false,
    instanceEnvironment: instanceEnvironment(env),
    ...secrets,
  })
  if (parsed.success) return parsed.data
  throw new Error(`The local cloud was not started: ${z.prettifyError(parsed.error)}`)
}

function readSecrets(file: string | undefined, env: Readonly<Record<string, string | undefined>>): object {
  if (file)
    return z
      .object({ key: z.unknown(), controlToken: z.unknown() })
      .parse(JSON.parse(readFileSync(file, 'utf8')))
  const accessKeyId = env.LOCALCLOUD_ACCESS_KEY_ID
  const secretAccessKey = env.LOCALCLOUD_SECRET_ACCESS_KEY
  const key = accessKeyId || secretAccessKey ? { accessKeyId, secretAccessKey } : undefined
  return { key, controlToken: env.LOCALCLOUD_CONTROL_TOKEN }
}

function instanceEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const extra = z
    .record(z.string(), z.string())
    .parse(JSON.parse(env.LOCALCLOUD_INSTANCE_ENVIRONMENT ?? '{}'))
  const inherited = Object.entries(env).filter(
    (entry): entry is [string, string] => passedOn.test(entry[0]) && entry[1] !== undefined,
  )
  return { ...Object.fromEntries(inherited), ...extra }
}
