import type { NormalizedSchema } from '@smithy/core/schema'
import { AwsFault } from '../fault.js'
import { autoScalingLimits } from './limits/auto-scaling.js'
import { cloudWatchLimits } from './limits/cloudwatch.js'
import type { Limit, Limits } from './limits/limit.js'
import { loadBalancingLimits } from './limits/load-balancing.js'
import { type OperationModel, requiredMembers } from './models.js'
import { formName } from './shapes.js'

/** EC2 is not among them: it has no such layer, and each of its operations checks for itself. */
const limitsOf: Readonly<Record<string, Limits>> = {
  autoscaling: autoScalingLimits,
  elasticloadbalancing: loadBalancingLimits,
  monitoring: cloudWatchLimits,
}

interface Violation {
  /** `metricData.1.member.metricName` */
  readonly path: readonly string[]
  /** Undefined: the member is missing. */
  readonly value: unknown
  readonly constraint: string
}

const MISSING = 'Member must not be null'
const FRACTION = 'is no whole number'

/** Throws as the service does, before it looks at anything else, for members that are missing or out of their limits. */
export function checkInput(
  service: string,
  model: OperationModel,
  input: Readonly<Record<string, unknown>>,
): void {
  if (service === 'ec2') {
    checkRequiredOfEc2(model, input)
    return
  }
  const violations = violationsIn(model.input, input, [], limitsOf[service] ?? {})
  const first = violations.find((each) => each.constraint === MISSING)
  if (service === 'monitoring' && first)
    throw new AwsFault('MissingParameter', `The parameter ${queryPath(first.path)} is required.`)
  const fraction = violations.find((each) => each.constraint === FRACTION)
  if (fraction) {
    const code = service === 'monitoring' ? 'SerializationException' : 'MalformedInput'
    throw new AwsFault(
      code,
      `The value '${String(fraction.value)}' of ${queryPath(fraction.path)} ${FRACTION}`,
    )
  }
  if (violations.length === 0) return
  const count = `${violations.length} validation error${violations.length > 1 ? 's' : ''} detected: `
  throw new AwsFault(
    service === 'ssm' ? 'ValidationException' : 'ValidationError',
    count + violations.map(sentence).join('; '),
  )
}

function checkRequiredOfEc2(model: OperationModel, input: Readonly<Record<string, unknown>>): void {
  const missing = model.required.find((name) => input[name] === undefined)
  if (missing === undefined) return
  const name = formName(model.input.getMemberSchemas()[missing] ?? model.input, missing, true)
  throw new AwsFault('MissingParameter', `The request must contain the parameter ${name}`)
}

function violationsIn(
  shape: NormalizedSchema,
  value: unknown,
  path: readonly string[],
  limits: Limits,
): Violation[] {
  if (value === undefined || value === null) return []
  if (shape.isListSchema()) {
    const item = shape.getValueSchema()
    const step = (at: number) => [...path, String(at + 1), 'member']
    return (value as unknown[]).flatMap((each, at) => violationsIn(item, each, step(at), limits))
  }
  if (!shape.isStructSchema()) return []
  const given = value as Readonly<Record<string, unknown>>
  const own = limits[shape.getName() ?? ''] ?? {}
  const required = new Set(requiredMembers(shape))
  return [...shape.structIterator()].flatMap(([name, member]) => {
    const at = [...path, name]
    const field = given[name]
    if (field === undefined)
      return required.has(name) ? [{ path: at, value: undefined, constraint: MISSING }] : []
    const limit = own[name]
    return [...(limit ? broken(limit, field, at) : []), ...violationsIn(member, field, at, limits)]
  })
}

function broken(limit: Limit, value: unknown, path: readonly string[]): Violation[] {
  const constraint = constraintBroken(limit, value)
  const own = constraint === undefined ? [] : [{ path, value, constraint }]
  if (limit.kind !== 'list' || !limit.item || !Array.isArray(value)) return own
  const { item } = limit
  return [...own, ...value.flatMap((each, at) => broken(item, each, [...path, String(at + 1), 'member']))]
}

function constraintBroken(limit: Limit, value: unknown): string | undefined {
  switch (limit.kind) {
    case 'integer':
      if (!Number.isInteger(value)) return FRACTION
      return outside('value', Number(value), limit.min, limit.max)
    case 'decimal':
      return outside('value', Number(value), limit.min, Infinity)
    case 'list':
      return outside('length', (value as unknown[]).length, limit.min, limit.max)
    case 'oneOf':
      if (limit.values.includes(String(value))) return undefined
      return `Member must satisfy enum value set: [${limit.values.join(', ')}]`
    case 'text':
      return outside('length', String(value).length, limit.min, limit.max) ?? unmatched(limit.pattern, value)
  }
}

function outside(what: string, value: number, min: number, max: number): string | undefined {
  if (value < min) return `Member must have ${what} greater than or equal to ${min}`
  return value > max ? `Member must have ${what} less than or equal to ${max}` : undefined
}

/** What XML 1.0 cannot carry is no text to AWS. */
const printable = '[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*'
const unprintable = /[^\u0020-\ufffd\r\n\t]/

function unmatched(pattern: string | undefined, value: unknown): string | undefined {
  const matches =
    pattern === undefined
      ? !unprintable.test(String(value))
      : new RegExp(`^(?:${pattern})$`, 'u').test(String(value))
  return matches ? undefined : `Member must satisfy regular expression pattern: ${pattern ?? printable}`
}

const uncapitalised = (name: string) => name.charAt(0).toLowerCase() + name.slice(1)

function sentence({ path, value, constraint }: Violation): string {
  const at = path.map(uncapitalised).join('.')
  return `Value ${value === undefined ? 'null' : `'${written(value)}'`} at '${at}' failed to satisfy constraint: ${constraint}`
}

const written = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.map(written).join(', ')}]`
    : typeof value === 'string'
      ? value
      : JSON.stringify(value)

/** `MetricData.member.1.MetricName`, as CloudWatch's own checks name members. */
const queryPath = (path: readonly string[]): string =>
  path.join('.').replace(/\.(\d+)\.member(?=\.|$)/g, '.member.$1')
