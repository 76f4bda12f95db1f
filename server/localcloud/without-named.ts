/**
 * A read's answer without the things that carry one of these names, ids or ARNs, however deep they lie: AWS sometimes
 * answers so.
 */
export function withoutNamed(output: object, names: readonly string[]): object {
  return Object.fromEntries(
    Object.entries(output).map(([field, value]) => [field, without(value as unknown, names)]),
  )
}

function without(value: unknown, names: readonly string[]): unknown {
  if (Array.isArray(value))
    return (value as unknown[]).filter((item) => !carries(item, names)).map((item) => without(item, names))
  // Dates and the like are values.
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value
  return withoutNamed(value, names)
}

function carries(item: unknown, names: readonly string[]): boolean {
  return (
    typeof item === 'object' &&
    item !== null &&
    Object.entries(item).some(
      ([field, value]) => /(Name|Arn|ARN|Id)$/.test(field) && names.includes(String(value)),
    )
  )
}
