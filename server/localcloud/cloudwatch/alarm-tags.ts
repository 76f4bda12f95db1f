import type { Tag } from '@aws-sdk/client-cloudwatch'
import { AwsFault } from '../fault.js'

const MAX_TAGS = 50

/** The tags after some were added. Throws AwsFault for a reserved key and for too many; `before` is untouched. */
export function withTags(
  before: Readonly<Record<string, string>>,
  added: readonly Tag[] | undefined,
): Record<string, string> {
  const reserved = added?.find(({ Key = '' }) => /^aws:/i.test(Key))
  if (reserved) {
    throw new AwsFault(
      'InvalidParameterValue',
      `The tag key ${reserved.Key} is invalid: keys that begin with aws: are reserved.`,
    )
  }
  const pairs = (added ?? []).map(({ Key = '', Value = '' }) => [Key, Value] as const)
  const after = { ...before, ...Object.fromEntries(pairs) }
  if (Object.keys(after).length > MAX_TAGS)
    throw new AwsFault('InvalidParameterValue', `A resource can have at most ${MAX_TAGS} tags.`)
  return after
}
