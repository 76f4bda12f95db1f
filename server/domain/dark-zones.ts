import { pushLabel } from './names.js'

interface Standing {
  readonly name: string
  readonly size: number
  /** Where instances of it are healthy. */
  readonly zones: readonly string[]
}

/**
 * `us-east-1a is dark: no instance of v004 and v005 is healthy there.` for the zones that all these groups are missing from though
 * they have healthy instances elsewhere; null where none is. A group smaller than its zones says nothing of them.
 */
export function darkZones(groups: readonly Standing[], wanted: readonly string[]): string | null {
  const telling = groups.filter(({ size, zones }) => size >= wanted.length && zones.length > 0)
  const dark = [...wanted].sort().filter((zone) => telling.every(({ zones }) => !zones.includes(zone)))
  if (telling.length === 0 || dark.length === 0) return null
  const names = telling.map(({ name }) => pushLabel(name)).sort()
  const are = dark.length === 1 ? 'is' : 'are'
  return `${dark.join(' and ')} ${are} dark: no instance of ${names.join(' and ')} is healthy there.`
}
