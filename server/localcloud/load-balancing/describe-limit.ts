import { AwsFault } from '../fault.js'

const MOST_AT_A_TIME = 20

/** Throws ValidationError for more names or ARNs than a Describe call takes. */
export function checkNumber(what: string, ...lists: readonly (readonly string[] | undefined)[]): void {
  if (lists.every((list) => (list?.length ?? 0) <= MOST_AT_A_TIME)) return
  throw new AwsFault('ValidationError', `You cannot describe more than '${MOST_AT_A_TIME}' ${what} at a time`)
}
