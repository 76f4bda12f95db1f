import {
  DescribeTagsCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { TagMap } from '../domain/balancing.js'
import { inTurns } from './in-turns.js'
import { tagMap } from './read-fleet.js'
import { orNull } from './tolerant-reads.js'

/** What AWS takes in one DescribeTags. */
const tagsAtOnce = 20
/** All reads of this service share one small budget per account, so they don't go all at once. */
const parallel = 4

/**
 * Tags by ARN, of things of one kind at a time. One that is gone fails those that are asked with it: they go by themselves then.
 *
 * @param asking waited for before each request
 */
export async function tagsByArn(
  client: ElasticLoadBalancingV2Client,
  kinds: readonly (readonly string[])[],
  asking: () => Promise<void> = async () => undefined,
): Promise<ReadonlyMap<string, TagMap>> {
  const batches = kinds.flatMap((arns) => batchesOf(arns, tagsAtOnce))
  const read = await inTurns(batches, parallel, async (batch) => {
    const together = await tagsOf(batch)
    if (together) return together
    return (await inTurns(batch, parallel, (arn) => tagsOf([arn]))).flatMap((each) => each ?? [])
  })
  return new Map(read.flat())

  async function tagsOf(arns: readonly string[]): Promise<(readonly [string, TagMap])[] | null> {
    await asking()
    const reply = await orNull(() => client.send(new DescribeTagsCommand({ ResourceArns: [...arns] })))
    return (
      reply &&
      (reply.TagDescriptions ?? []).map(({ ResourceArn = '', Tags }) => [ResourceArn, tagMap(Tags)] as const)
    )
  }
}

function batchesOf<T>(items: readonly T[], size: number): T[][] {
  const batches: T[][] = []
  for (let start = 0; start < items.length; start += size) batches.push(items.slice(start, start + size))
  return batches
}
