import type {
  AddTagsInput,
  DescribeTagsInput,
  RemoveTagsInput,
  Tag,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import { isDefaultRule, listenerOf, loadBalancerOf, type Parts, ruleOf, targetGroupOf } from './parts.js'

const MAX_ARNS = 20
const MAX_TAGS = 50

export function tagOperations(parts: Parts): Record<string, Operation> {
  return {
    AddTags: (input: AddTagsInput) => {
      const added = tagsFrom(input.Tags)
      const owners = (input.ResourceArns ?? []).map((arn) => taggedOf(parts, arn))
      for (const owner of owners) {
        if (Object.keys({ ...owner.tags, ...added }).length > MAX_TAGS) {
          throw new AwsFault(
            'TooManyTags',
            "You've reached the limit on the number of tags for this resource",
          )
        }
      }
      for (const owner of owners) Object.assign(owner.tags, added)
      parts.cloud.state.changed()
      return {}
    },
    RemoveTags: (input: RemoveTagsInput) => {
      const owners = (input.ResourceArns ?? []).map((arn) => taggedOf(parts, arn))
      for (const key of input.TagKeys ?? []) checkKey(key)
      for (const owner of owners) for (const key of input.TagKeys ?? []) delete owner.tags[key]
      parts.cloud.state.changed()
      return {}
    },
    DescribeTags: (input: DescribeTagsInput) => {
      const arns = input.ResourceArns ?? []
      if (arns.length > MAX_ARNS) {
        throw new AwsFault(
          'ValidationError',
          `You cannot describe tags for more than '${MAX_ARNS}' resources at a time`,
        )
      }
      const TagDescriptions = arns.map((ResourceArn) => ({
        ResourceArn,
        Tags: Object.entries(taggedOf(parts, ResourceArn).tags).map(([Key, Value]) => ({ Key, Value })),
      }))
      return { TagDescriptions }
    },
  }
}

function checkKey(key: string): void {
  if (/^aws:/i.test(key))
    throw new AwsFault('ValidationError', "Tag keys cannot begin with 'aws:', which is reserved for AWS")
}

/** Throws AwsFault for a key twice, a reserved key, or one that is too long. */
export function tagsFrom(tags: readonly Tag[] | undefined): Record<string, string> {
  const result: Record<string, string> = {}
  for (const { Key: key = '', Value: value = '' } of tags ?? []) {
    if (key in result)
      throw new AwsFault('DuplicateTagKeys', `The tag key '${key}' was specified more than once`)
    checkKey(key)
    if (key.length < 1 || key.length > 128 || value.length > 256) {
      throw new AwsFault('ValidationError', 'Tag keys have 1 to 128 characters and values at most 256')
    }
    result[key] = value
  }
  if (Object.keys(result).length > MAX_TAGS) {
    throw new AwsFault('TooManyTags', "You've reached the limit on the number of tags for this resource")
  }
  return result
}

function taggedOf(parts: Parts, arn: string): { tags: Record<string, string> } {
  if (arn.includes(':loadbalancer/')) return loadBalancerOf(parts, arn)
  if (arn.includes(':targetgroup/')) return targetGroupOf(parts, arn)
  if (arn.includes(':listener/')) return listenerOf(parts, arn)
  if (arn.includes(':listener-rule/')) {
    return isDefaultRule(parts, arn) ? { tags: {} } : ruleOf(parts, arn)
  }
  throw new AwsFault('ValidationError', `'${arn}' is not a valid resource ARN`)
}
