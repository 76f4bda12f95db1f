import { AwsFault } from '../fault.js'
import type { TagSpecification } from './records.js'

const MOST_TAGS = 50

const isReserved = (key: string) => /^aws:/i.test(key)

export interface TagPair {
  readonly Key?: string | undefined
  readonly Value?: string | undefined
}

/** The tags of every resource, by id, with EC2's rules on keys, values and number. */
export class Tags {
  constructor(
    private readonly byResource: Record<string, Record<string, string>>,
    private readonly onChange: (resourceId: string) => void,
  ) {}

  of(resourceId: string): Readonly<Record<string, string>> {
    return this.byResource[resourceId] ?? {}
  }

  /** As the SDK's shapes have them; an empty list is left out, as EC2 does. */
  list(resourceId: string): { Key: string; Value: string }[] {
    return Object.entries(this.of(resourceId)).map(([Key, Value]) => ({ Key, Value }))
  }

  all(): { resourceId: string; key: string; value: string }[] {
    return Object.entries(this.byResource).flatMap(([resourceId, tags]) =>
      Object.entries(tags).map(([key, value]) => ({ resourceId, key, value })),
    )
  }

  /** Throws AwsFault and changes nothing when a key or value is not allowed. */
  set(resourceId: string, pairs: readonly TagPair[]): void {
    checkPairs(pairs)
    const own = Object.keys(this.of(resourceId)).filter((key) => !key.startsWith('aws:'))
    if (new Set([...own, ...pairs.map((pair) => pair.Key)]).size > MOST_TAGS)
      throw new AwsFault('TagLimitExceeded', `The maximum number of Tags for a resource has been reached.`)
    this.setOwned(resourceId, Object.fromEntries(pairs.map((pair) => [pair.Key ?? '', pair.Value ?? ''])))
  }

  /** Throws AwsFault for what CreateTags refuses whatever the resource is. */
  static check(pairs: readonly TagPair[]): void {
    checkPairs(pairs)
    checkUnique(pairs)
  }

  /** For tags that AWS itself sets, `aws:` keys included. */
  setOwned(resourceId: string, tags: Readonly<Record<string, string>>): void {
    if (Object.keys(tags).length === 0) return
    this.byResource[resourceId] = { ...this.of(resourceId), ...tags }
    this.onChange(resourceId)
  }

  /** A pair without a value removes the key whatever its value; with one, only where it is equal. */
  remove(resourceId: string, pairs: readonly TagPair[] | undefined): void {
    const reserved = pairs?.find(({ Key = '' }) => isReserved(Key))
    if (reserved) checkPair(reserved)
    const tags = this.byResource[resourceId]
    if (!tags) return
    const doomed =
      pairs ??
      Object.keys(tags)
        .filter((key) => !key.startsWith('aws:'))
        .map((Key) => ({ Key, Value: undefined }))
    for (const { Key = '', Value } of doomed) if (Value === undefined || tags[Key] === Value) delete tags[Key]
    this.onChange(resourceId)
  }

  forget(resourceId: string): void {
    delete this.byResource[resourceId]
  }
}

function checkPairs(pairs: readonly TagPair[]): void {
  for (const pair of pairs) checkPair(pair)
}

function checkUnique(pairs: readonly TagPair[]): void {
  const keys = pairs.map(({ Key }) => Key)
  const twice = keys.find((key, at) => keys.indexOf(key) !== at)
  if (twice !== undefined)
    throw new AwsFault('InvalidParameterValue', `Duplicate tag key '${twice}' specified.`)
}

function checkPair({ Key, Value = '' }: TagPair): void {
  if (!Key) throw new AwsFault('InvalidParameterValue', 'Tag key cannot be null or empty.')
  if (isReserved(Key))
    throw new AwsFault(
      'InvalidParameterValue',
      `Value ( ${Key} ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use`,
    )
  if (Key.length > 128)
    throw new AwsFault('InvalidParameterValue', `Tag key exceeds the maximum length of 128 characters`)
  if (Value.length > 256)
    throw new AwsFault('InvalidParameterValue', `Tag value exceeds the maximum length of 256 characters`)
}

/** The pairs that a request has for one type of resource. Throws AwsFault for a type that the call cannot tag. */
export function specifiedTags(
  specifications: readonly TagSpecification[] | undefined,
  type: string,
  allowed: readonly string[],
): TagPair[] {
  for (const { ResourceType = '', Tags = [] } of specifications ?? []) {
    if (Tags.length === 0)
      throw new AwsFault('InvalidParameterValue', 'Tag specification must have at least one tag')
    if (!allowed.includes(ResourceType))
      throw new AwsFault(
        'InvalidParameterValue',
        `'${ResourceType}' is not a valid taggable resource type for this operation.`,
      )
  }
  const pairs = (specifications ?? [])
    .filter((each) => each.ResourceType === type)
    .flatMap((each) => each.Tags ?? [])
  for (const { Tags = [] } of specifications ?? []) checkUnique(Tags)
  checkPairs(pairs)
  if (new Set(pairs.map(({ Key }) => Key)).size > MOST_TAGS)
    throw new AwsFault('TagLimitExceeded', `The maximum number of Tags for a resource has been reached.`)
  return pairs
}
