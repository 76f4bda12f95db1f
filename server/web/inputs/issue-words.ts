import type { z } from 'zod'

type Issue = z.core.$ZodRawIssue

/**
 * What is wrong with a value, for a field whose schema says nothing of its own about it: so that no sentence of the
 * validator reaches a person. Given to zod as the error map of every check.
 */
export function issueWords(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? 'It is missing.'
        : `It must be ${types[issue.expected] ?? 'something else'}.`
    case 'too_big':
      return `It has ${amount(issue.origin, issue.maximum, 'at most')}.`
    case 'too_small':
      return `It has ${amount(issue.origin, issue.minimum, 'at least')}.`
    case 'invalid_value':
      return `Write one of ${issue.values.map(String).join(', ')}.`
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'A name in it can’t be one.'
    case 'unrecognized_keys':
      return 'There is no field of this name.'
    case 'invalid_format':
      return 'It is not written as it must be.'
    default:
      return 'It can’t be this.'
  }
}

/** For a text whose schema has a sentence of its own, which zod would say of one that is too long, too. */
export const atMostCharacters = (most: number): string =>
  `It has at most ${most.toLocaleString('en')} characters.`

const types: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object with fields',
  record: 'names with values',
}

/** How much of it there may be; a number has a bound, the rest a count of what it is made of. */
function amount(origin: string, bound: number | bigint, word: string): string {
  const count = bound.toLocaleString('en')
  if (origin === 'string') return `${word} ${count} ${bound == 1 ? 'character' : 'characters'}`
  if (origin === 'array' || origin === 'set') return `${word} ${count} ${bound == 1 ? 'entry' : 'entries'}`
  return `${word} the value ${count}`
}
