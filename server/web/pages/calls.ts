/** AWS calls of the last minute by name, and how many were throttled since the start. */
export interface Calls {
  readonly perMinute: Readonly<Record<string, number>>
  readonly throttled: number
}

/** `1 AWS call in the last minute, none throttled since the start`. */
export function callWords({ perMinute, throttled }: Calls): string {
  const count = Object.values(perMinute).reduce((sum, each) => sum + each, 0)
  return `${count} AWS ${count === 1 ? 'call' : 'calls'} in the last minute, ${throttled === 0 ? 'none' : throttled} throttled since the start`
}
