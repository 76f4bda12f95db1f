import { Refusal, type WayOn } from '../domain/refusal.js'

/** A refusal of one field: 400 at the edge. */
export function invalid(field: string, sentence: string, ways?: readonly WayOn[]): Refusal {
  return new Refusal('Invalid', `${sentence} Nothing was changed.`, 'invalid', {
    faults: [{ field, sentence }],
    ...(ways && { ways }),
  })
}

/** Throws a refusal of `field` unless the value is a whole number within the bounds. */
export function wholeNumber(field: string, value: number, least: number, most: number, noun: string): number {
  if (!Number.isInteger(value) || value < least || value > most)
    throw invalid(field, `${noun} is a whole number from ${least} to ${most}; ${value} was given.`)
  return value
}
