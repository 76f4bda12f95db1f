import { z } from 'zod'

/** A whole number within bounds; whatever is wrong with it, the sentence names the bounds. */
export function wholeNumber(what: string, least: number, most: number) {
  const sentence = `${what} is a whole number from ${least} to ${most.toLocaleString('en')}.`
  return z.number(sentence).int(sentence).min(least, sentence).max(most, sentence)
}
