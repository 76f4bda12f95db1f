/** A read's answer without the things that carry one of these names, ids or ARNs: AWS sometimes answers so. */
export function withoutNamed(output: object, names: readonly string[]): object {
  const carries = (item: unknown) =>
    typeof item === 'object' &&
    item !== null &&
    Object.entries(item).some(
      ([field, value]) => /(Name|Arn|ARN|Id)$/.test(field) && names.includes(String(value)),
    )
  return Object.fromEntries(
    Object.entries(output).map(([field, value]) => [
      field,
      Array.isArray(value) ? (value as unknown[]).filter((item) => !carries(item)) : (value as unknown),
    ]),
  )
}
