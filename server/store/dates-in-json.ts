/** Every field of the recorded documents that holds a moment. JSON has no dates, so reading gives these back by name. */
const dateFields = new Set([
  'at',
  'attemptAt',
  'bakedAt',
  'builderStoppedAt',
  'carriesSince',
  'changedAt',
  'closedAt',
  'createdAt',
  'degradedSince',
  'destroyedAt',
  'endedAt',
  'expectedSince',
  'expiresAt',
  'imageSentAt',
  'keptUntil',
  'leftUntil',
  'liveSince',
  'lostLaunchAt',
  'now',
  'openedAt',
  'phaseSince',
  'quietSince',
  'reachedAt',
  'refusedAt',
  'registeredAt',
  'requestedAt',
  'roleSince',
  'since',
  'startedAt',
  'unseenSince',
  'until',
])

/** Fields whose members people name: a variable called `until` is no moment. */
const namedByPeople = new Set(['environment', 'tags', 'instanceTags'])

/** A parsed document with its moments as dates again. Other text that looks like a moment stays text. */
export function withDates<Document>(value: unknown, field = ''): Document {
  if (typeof value === 'string') return (dateFields.has(field) ? new Date(value) : value) as Document
  if (Array.isArray(value)) return value.map((item) => withDates(item, field)) as Document
  if (value === null || typeof value !== 'object') return value as Document
  const read: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(value))
    read[key] =
      inner === null || typeof inner === 'number' || namedByPeople.has(key) ? inner : withDates(inner, key)
  return read as Document
}
