import { Refusal } from '../../domain/refusal.js'

/** The thing, or a refusal that says there is none of that name. */
export function found<T>(thing: T | null | undefined, what: string, name: string): T {
  if (thing === null || thing === undefined)
    throw new Refusal(
      'NotFound',
      `There is no ${what} “${name}”. Nothing was changed; check its name.`,
      'notFound',
    )
  return thing
}
