import type { Tag } from '@aws-sdk/client-auto-scaling'
import { AwsFault } from '../fault.js'
import type { TagRecord } from './group-record.js'

export const MAX_TAGS = 50

/** Throws AwsFault for a reserved key, one that is too long, or one given twice. */
export function tagsFrom(tags: readonly Partial<Tag>[] | undefined): TagRecord[] {
  const records = (tags ?? []).map(
    ({ Key: key = '', Value: value = '', PropagateAtLaunch: propagate = false }) => {
      if (/^aws:/i.test(key))
        throw new AwsFault('ValidationError', 'Tag keys starting with aws: are reserved')
      if (key.length < 1 || key.length > 128 || value.length > 256) {
        throw new AwsFault('ValidationError', 'Tag keys have 1 to 128 characters and values at most 256')
      }
      return { key, value, propagate }
    },
  )
  if (new Set(records.map((tag) => tag.key)).size < records.length) {
    throw new AwsFault('ValidationError', 'Duplicate tag keys are not allowed')
  }
  return records
}
