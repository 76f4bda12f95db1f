import type {
  DeleteWarmPoolType,
  DescribeWarmPoolType,
  Instance,
  PutWarmPoolType,
} from '@aws-sdk/client-auto-scaling'
import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import { tokenPage } from '../page-of.js'
import { groupOf, type Parts } from './parts.js'

/** The configuration is kept and shown; no instance is ever kept in a warm pool here. */
export function warmPoolOperations(parts: Parts): Record<string, Operation> {
  return {
    PutWarmPool: (input: PutWarmPoolType) => {
      const { AutoScalingGroupName, ...settings } = input
      const group = groupOf(parts, AutoScalingGroupName)
      group.warmPool = {
        ...settings,
        MinSize: settings.MinSize ?? 0,
        PoolState: settings.PoolState ?? 'Stopped',
      }
      parts.changed(group)
      return {}
    },
    DescribeWarmPool: (input: DescribeWarmPoolType) => {
      const group = groupOf(parts, input.AutoScalingGroupName)
      const { page, next } = tokenPage<Instance>([], input, { defaultSize: 50, maxSize: 50 })
      return {
        Instances: page,
        NextToken: next,
        ...(group.warmPool && { WarmPoolConfiguration: group.warmPool }),
      }
    },
    DeleteWarmPool: (input: DeleteWarmPoolType) => {
      const group = groupOf(parts, input.AutoScalingGroupName)
      if (!group.warmPool) {
        throw new AwsFault('ValidationError', `No warm pool found for Auto Scaling group ${group.name}`)
      }
      delete group.warmPool
      parts.changed(group)
      return {}
    },
  }
}
