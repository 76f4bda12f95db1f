import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import { terminationPolicyTypes } from './group-settings.js'
import { hookTypes } from './hook-operations.js'
import { metricTypes } from './metric-operations.js'
import { notificationTypes } from './notification-operations.js'
import { metricGranularities } from './group-record.js'
import { adjustmentTypes } from './policy-settings.js'
import type { Parts } from './parts.js'

export function accountOperations(parts: Parts): Record<string, Operation> {
  const noRefresh = () => {
    throw new AwsFault('ValidationError', 'Instance refresh is not supported by the local cloud')
  }
  return {
    DescribeAccountLimits: () => ({
      MaxNumberOfAutoScalingGroups: parts.cloud.knobs.settings.mostScalingGroups,
      MaxNumberOfLaunchConfigurations: 200,
      NumberOfAutoScalingGroups: Object.keys(parts.records().groups).length,
      NumberOfLaunchConfigurations: 0,
    }),
    DescribeLifecycleHookTypes: () => ({ LifecycleHookTypes: hookTypes }),
    DescribeTerminationPolicyTypes: () => ({ TerminationPolicyTypes: terminationPolicyTypes }),
    DescribeMetricCollectionTypes: () => ({
      Metrics: metricTypes.map((Metric) => ({ Metric })),
      Granularities: metricGranularities,
    }),
    DescribeAutoScalingNotificationTypes: () => ({ AutoScalingNotificationTypes: notificationTypes }),
    DescribeAdjustmentTypes: () => ({
      AdjustmentTypes: adjustmentTypes.map((AdjustmentType) => ({ AdjustmentType })),
    }),
    DescribeLaunchConfigurations: () => ({ LaunchConfigurations: [] }),
    DescribeLoadBalancers: () => ({ LoadBalancers: [] }),
    StartInstanceRefresh: noRefresh,
    CancelInstanceRefresh: noRefresh,
    RollbackInstanceRefresh: noRefresh,
    DescribeInstanceRefreshes: () => ({ InstanceRefreshes: [] }),
  }
}
