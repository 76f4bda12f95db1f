import type { Age } from '../engine/balancing.js'
import { found } from './api/not-found.js'
import { HttpRefusal } from './http-refusal.js'

/** What AWS showed of one thing; a refusal that tells nothing being there from nobody having been able to look. */
export function seenOne<T>(thing: T | null, what: string, name: string, { seenAt, fault }: Age): T {
  if (seenAt === null)
    throw new HttpRefusal(
      'awsAway',
      'AwsAway',
      `AWS could not be looked at yet, so it is not known whether there is a ${what} “${name}”. ${fault ?? ''} Nothing was changed; ask again in a moment.`,
    )
  return found(thing, what, name)
}
