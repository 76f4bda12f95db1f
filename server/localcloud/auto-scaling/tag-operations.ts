import type {
  CreateOrUpdateTagsType,
  DeleteTagsType,
  DescribeTagsType,
  Tag,
} from '@aws-sdk/client-auto-scaling'
import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import { tokenPage } from '../page-of.js'
import { groupOf, type Parts } from './parts.js'
import { MAX_TAGS, tagsFrom } from './tag-records.js'

export function tagOperations(parts: Parts): Record<string, Operation> {
  return {
    CreateOrUpdateTags: (input: CreateOrUpdateTagsType) => {
      const changes = byGroup(input.Tags).map(([name, tags]) => {
        const group = groupOf(parts, name)
        const added = tagsFrom(tags)
        const kept = group.tags.filter((tag) => !added.some((other) => other.key === tag.key))
        if (kept.length + added.length > MAX_TAGS) {
          throw new AwsFault('LimitExceeded', `A group can have at most ${MAX_TAGS} tags`)
        }
        return { group, tags: [...kept, ...added] }
      })
      for (const { group, tags } of changes) {
        group.tags = tags
        parts.changed(group)
      }
      return {}
    },
    DeleteTags: (input: DeleteTagsType) => {
      for (const [name, tags] of byGroup(input.Tags)) {
        const group = groupOf(parts, name)
        group.tags = group.tags.filter((tag) => !tags.some((gone) => gone.Key === tag.key))
        parts.changed(group)
      }
      return {}
    },
    DescribeTags: (input: DescribeTagsType) => describe(parts, input),
  }
}

function byGroup(tags: readonly Tag[] | undefined): [string, Tag[]][] {
  const groups = new Map<string, Tag[]>()
  for (const tag of tags ?? []) {
    if ((tag.ResourceType ?? 'auto-scaling-group') !== 'auto-scaling-group') {
      throw new AwsFault('ValidationError', `Resource type '${tag.ResourceType}' is not valid`)
    }
    const name = tag.ResourceId ?? ''
    groups.set(name, [...(groups.get(name) ?? []), tag])
  }
  return [...groups]
}

function describe(parts: Parts, input: DescribeTagsType) {
  const all = Object.values(parts.records().groups).flatMap((group) =>
    group.tags.map((tag) => ({
      ResourceId: group.name,
      ResourceType: 'auto-scaling-group',
      Key: tag.key,
      Value: tag.value,
      PropagateAtLaunch: tag.propagate,
    })),
  )
  const fields: Record<string, (tag: (typeof all)[number]) => string> = {
    'auto-scaling-group': (tag) => tag.ResourceId,
    key: (tag) => tag.Key,
    value: (tag) => tag.Value,
    'propagate-at-launch': (tag) => String(tag.PropagateAtLaunch),
  }
  const filters = (input.Filters ?? []).map(({ Name = '', Values = [] }) => {
    const field = Object.hasOwn(fields, Name) ? fields[Name] : undefined
    if (field) return { field, values: Values }
    throw new AwsFault(
      'ValidationError',
      `Filter type ${Name} is not correct. Allowed Filter types are: ${Object.keys(fields).join(' ')}`,
    )
  })
  const chosen = all.filter((tag) => filters.every(({ field, values }) => values.includes(field(tag))))
  const { page, next } = tokenPage(chosen, input, { defaultSize: 50, maxSize: 100 })
  return { Tags: page, NextToken: next }
}
