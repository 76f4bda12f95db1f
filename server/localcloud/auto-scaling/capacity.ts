import { AwsFault } from '../fault.js'
import type { GroupRecord } from './group-record.js'
import { type Parts, stamp } from './parts.js'

/** Sets the desired capacity. `why` continues "At <time> …" and is followed by the change in AWS's words. */
export function setDesired(parts: Parts, group: GroupRecord, desired: number, why: string): void {
  const before = group.desired
  if (desired === before) return
  group.desired = desired
  group.cause = `At ${stamp(parts.cloud)} ${why} changing the desired capacity from ${before} to ${desired}.  `
}

export function clamp(group: Pick<GroupRecord, 'min' | 'max'>, desired: number): number {
  return Math.min(group.max, Math.max(group.min, desired))
}

/** Throws ValidationError for a size that no group can have. */
export function checkedSize(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 0) return value
  throw new AwsFault('ValidationError', `${name} must be a whole number and not negative, but is ${value}`)
}

/** Throws ValidationError, in AWS's words, for limits that exclude each other. */
export function checkLimits(min: number, max: number, desired: number): void {
  for (const [name, value] of [
    ['MinSize', min],
    ['MaxSize', max],
    ['DesiredCapacity', desired],
  ] as const) {
    checkedSize(name, value)
  }
  if (min > max) {
    throw new AwsFault(
      'ValidationError',
      `Max bound, ${max}, must be greater than or equal to min bound, ${min}`,
    )
  }
  if (desired < min || desired > max) {
    throw new AwsFault(
      'ValidationError',
      `Desired capacity:${desired} must be between the specified min size:${min} and max size:${max}`,
    )
  }
}
