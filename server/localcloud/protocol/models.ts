import { NormalizedSchema } from '@smithy/core/schema'

export interface OperationModel {
  readonly input: NormalizedSchema
  readonly output: NormalizedSchema
  /** Member names that AWS requires. */
  readonly required: readonly string[]
}

export interface ErrorModel {
  /** The modelled class name, which JSON protocols send as `__type`. */
  readonly shape: string
  readonly status: number
}

export interface ServiceModel {
  readonly operation: (name: string) => OperationModel | undefined
  readonly error: (code: string) => ErrorModel | undefined
}

const packages: Readonly<Record<string, () => Promise<object>>> = {
  ec2: () => import('@aws-sdk/client-ec2'),
  autoscaling: () => import('@aws-sdk/client-auto-scaling'),
  elasticloadbalancing: () => import('@aws-sdk/client-elastic-load-balancing-v2'),
  monitoring: () => import('@aws-sdk/client-cloudwatch'),
  sts: () => import('@aws-sdk/client-sts'),
  ssm: () => import('@aws-sdk/client-ssm'),
  s3: () => import('@aws-sdk/client-s3'),
}

const loaded = new Map<string, Promise<ServiceModel>>()

/** The wire model of one service, read from its SDK client on first use. */
export function serviceModel(signingName: string): Promise<ServiceModel> | undefined {
  const load = packages[signingName]
  if (!load) return undefined
  const known =
    loaded.get(signingName) ?? load().then((client) => readModel(client as Record<string, unknown>))
  loaded.set(signingName, known)
  return known
}

/** Schemas are arrays whose first element is their kind: 9 an operation, 3 a structure, -3 an error. */
function readModel(client: Readonly<Record<string, unknown>>): ServiceModel {
  const operations = new Map<string, OperationModel>()
  const errors = new Map<string, ErrorModel>()
  for (const schema of Object.values(client)) {
    if (!Array.isArray(schema) || schema[0] !== -3) continue
    const shape = String(schema[2])
    const traits = NormalizedSchema.of(schema as never).getMergedTraits() as Record<string, unknown>
    const query = traits.awsQueryError as [string, number] | undefined
    const status = query?.[1] ?? (traits.httpError as number | undefined) ?? 400
    errors.set(query?.[0] ?? shape, { shape, status })
  }
  return {
    operation: (name) => {
      const known = operations.get(name)
      if (known) return known
      const schema = client[`${name}$`]
      if (!Array.isArray(schema) || schema[0] !== 9) return undefined
      const input = NormalizedSchema.of(schema[4] as never)
      const model = {
        input,
        output: NormalizedSchema.of(schema[5] as never),
        required: requiredMembers(input),
      }
      operations.set(name, model)
      return model
    },
    error: (code) => errors.get(code),
  }
}

/** A structure's schema lists its required members first and says how many they are in its seventh place. */
export function requiredMembers(shape: NormalizedSchema): string[] {
  const schema = shape.getSchema() as unknown
  if (!Array.isArray(schema) || !shape.isStructSchema()) return []
  const count = typeof schema[6] === 'number' ? schema[6] : 0
  return (schema[4] as string[]).slice(0, count)
}
