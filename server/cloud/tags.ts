import type { Tags } from '../domain/tags.js'

/** Tags in the shape that all services but Auto Scaling take. */
export function keyedTags(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
}

/** The value of one tag; null when it is not there. */
export function tagValue(
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
  key: string,
): string | null {
  return tags?.find((tag) => tag.Key === key)?.Value ?? null
}

/** Of a thing's tags, those that are marks of ours. */
export function ownMarks(
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
): Tags {
  const marks = (tags ?? []).filter(({ Key }) => Key?.startsWith('delling:'))
  return Object.fromEntries(marks.map(({ Key = '', Value = '' }) => [Key, Value]))
}
