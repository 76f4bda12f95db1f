import type { MetricDatum, PutMetricDataInput } from '@aws-sdk/client-cloudwatch'
import { AwsFault } from '../fault.js'

const MAX_DATA = 1000
const MAX_VALUES = 150
/** CloudWatch keeps values between the powers of two of this. */
const MAX_EXPONENT = 360
const OLDEST_MS = 14 * 86_400_000
const NEWEST_MS = 2 * 3600_000

export interface CheckedDatum {
  readonly datum: MetricDatum
  readonly values: readonly (readonly [value: number, count: number])[]
}

/** All the data of a PutMetricData, checked as CloudWatch checks them. Throws AwsFault; nothing has been put then. */
export function checkedData(input: PutMetricDataInput, nowMs: number): CheckedDatum[] {
  if ((input.Namespace ?? '').startsWith('AWS/'))
    throw invalidValue('The value AWS/ for parameter Namespace is invalid.')
  if (!input.MetricData && !input.EntityMetricData) throw missing('MetricData')
  const data = [
    ...(input.MetricData ?? []),
    ...(input.EntityMetricData ?? []).flatMap((entity) => entity.MetricData ?? []),
  ]
  if (data.length > MAX_DATA)
    throw invalidValue(`The collection MetricData must not have a size greater than ${MAX_DATA}.`)
  return data.map((datum, index) => {
    const at = `MetricData.member.${index + 1}`
    checkPlace(datum, at, nowMs)
    return { datum, values: valuesOf(datum, at) }
  })
}

/** When it was, with which dimensions, and in what resolution. */
function checkPlace(datum: MetricDatum, at: string, nowMs: number): void {
  const time = datum.Timestamp?.getTime() ?? nowMs
  if (time > nowMs + NEWEST_MS)
    throw invalidValue(
      `The parameter ${at}.Timestamp must specify a time no more than two hours in the future.`,
    )
  if (time < nowMs - OLDEST_MS)
    throw invalidValue(`The parameter ${at}.Timestamp must specify a time within the past two weeks.`)
  const names = datum.Dimensions?.map(({ Name }) => Name) ?? []
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    throw invalidValue(`The parameter ${at}.Dimensions must not name the dimension ${twice} twice.`)
  const resolution = datum.StorageResolution ?? 60
  if (resolution !== 1 && resolution !== 60)
    throw invalidValue(`The value ${resolution} for parameter ${at}.StorageResolution is invalid.`)
}

/** A statistic set is taken as its minimum, its maximum and the rest in between, which keeps every total right. */
function valuesOf(datum: MetricDatum, at: string): (readonly [value: number, count: number])[] {
  const given = (['Value', 'Values', 'StatisticValues'] as const).filter((name) => {
    const value = datum[name]
    return value !== undefined && !(Array.isArray(value) && value.length === 0)
  })
  const [first, second] = given
  if (first === undefined) throw missing(`${at}.Value`)
  if (second !== undefined)
    throw new AwsFault(
      'InvalidParameterCombination',
      `The parameters ${at}.${first} and ${at}.${second} are mutually exclusive and you have specified both.`,
    )
  if (datum.Value !== undefined) return [[finite(datum.Value, `${at}.Value`), 1]]
  if (datum.StatisticValues) return setOf(datum.StatisticValues, `${at}.StatisticValues`)
  const { Values: values = [], Counts: counts } = datum
  if (values.length > MAX_VALUES)
    throw invalidValue(`The collection ${at}.Values must not have a size greater than ${MAX_VALUES}.`)
  if (counts && counts.length !== values.length)
    throw invalidValue(`The parameters ${at}.Values and ${at}.Counts must be of the same size.`)
  return values.map((value, index) => [
    finite(value, `${at}.Values.member.${index + 1}`),
    finite(counts?.[index] ?? 1, `${at}.Counts.member.${index + 1}`),
  ])
}

function setOf(set: NonNullable<MetricDatum['StatisticValues']>, at: string) {
  const of = (name: keyof typeof set) => finite(set[name] ?? 0, `${at}.${name}`)
  const [count, sum, min, max] = [of('SampleCount'), of('Sum'), of('Minimum'), of('Maximum')]
  if (count < 0) throw invalidValue(`The value ${count} for parameter ${at}.SampleCount is invalid.`)
  if (min > max)
    throw new AwsFault(
      'InvalidParameterCombination',
      `The parameter ${at}.Minimum must be less than or equal to the parameter ${at}.Maximum.`,
    )
  if (count <= 2) return [[count === 0 ? 0 : sum / count, count] as const]
  return [[min, 1] as const, [max, 1] as const, [(sum - min - max) / (count - 2), count - 2] as const]
}

function finite(value: number, at: string): number {
  if (Number.isFinite(value) && Math.abs(value) <= 2 ** MAX_EXPONENT) return value
  throw invalidValue(`The value ${value} for parameter ${at} is invalid.`)
}

const missing = (name: string) => new AwsFault('MissingParameter', `The parameter ${name} is required.`)

const invalidValue = (message: string) => new AwsFault('InvalidParameterValue', message)
