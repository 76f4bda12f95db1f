import type { Tags } from '../domain/call.js'

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
