import type { LocalCloud, Service } from '../cloud.js'
import { accountOperations } from './account-operations.js'
import { ActivityLog } from './activity-log.js'
import { activityOperations } from './activity-operations.js'
import { attachmentOperations } from './attachment-operations.js'
import { ControlLoop } from './control-loop.js'
import { groupOperations } from './group-operations.js'
import type { AutoScalingRecords } from './group-record.js'
import { hookOperations } from './hook-operations.js'
import { InstanceLifecycle } from './instance-lifecycle.js'
import { instanceOperations } from './instance-operations.js'
import { metricOperations, putGroupMetrics } from './metric-operations.js'
import { notificationOperations } from './notification-operations.js'
import { onAlarm } from './policy-execution.js'
import { policyOperations } from './policy-operations.js'
import { processOperations } from './process-operations.js'
import type { Parts } from './parts.js'
import { scheduleOperations } from './schedule-operations.js'
import { tagOperations } from './tag-operations.js'
import { warmPoolOperations } from './warm-pool-operations.js'

const METRICS_EVERY_MS = 60_000

/** Auto Scaling: groups that launch, heal, balance and scale instances of `cloud.ec2`. */
export function makeAutoScaling(cloud: LocalCloud): Service {
  const records = () => cloud.state.section<AutoScalingRecords>('autoscaling', { groups: {}, activities: [] })
  const log = new ActivityLog(cloud, records)
  const lifecycle = new InstanceLifecycle(cloud, log, (name) => loop.poke(name))
  const loop: ControlLoop = new ControlLoop(cloud, records, log, lifecycle, () => parts)
  const parts: Parts = {
    cloud,
    records,
    log,
    changed: (group) => {
      cloud.state.changed()
      loop.forgive(group)
      loop.poke(group.name)
    },
    terminate: (group, instance, cause) => lifecycle.terminate(group, instance, cause),
  }
  let metricsTimer: NodeJS.Timeout | undefined
  const reportMetrics = () => {
    for (const group of Object.values(records().groups)) putGroupMetrics(cloud, group)
    metricsTimer = setTimeout(reportMetrics, cloud.clock.scaled(METRICS_EVERY_MS, 1000)).unref()
  }
  return {
    name: 'autoscaling',
    operations: {
      ...groupOperations({
        parts,
        discardAll: (group) => group.instances.forEach((instance) => lifecycle.discard(group, instance)),
      }),
      ...activityOperations(parts),
      ...attachmentOperations(parts),
      ...instanceOperations(parts, lifecycle),
      ...processOperations(parts),
      ...hookOperations(parts, lifecycle),
      ...policyOperations(parts),
      ...scheduleOperations(parts),
      ...tagOperations(parts),
      ...notificationOperations(parts),
      ...metricOperations(parts),
      ...warmPoolOperations(parts),
      ...accountOperations(parts),
    },
    start: async () => {
      cloud.ec2.onInstanceChange((instance) => pokeOwner(records(), instance.instanceId, loop))
      cloud.metrics.onAlarmAction((alarm, action) => onAlarm(parts, alarm, action))
      bootAgain(records())
      loop.start()
      reportMetrics()
    },
    stop: async () => {
      clearTimeout(metricsTimer)
      loop.stop()
    },
  }
}

function pokeOwner(records: AutoScalingRecords, instanceId: string, loop: ControlLoop): void {
  for (const group of Object.values(records.groups)) {
    if (group.instances.some((instance) => instance.id === instanceId)) loop.poke(group.name)
  }
}

/** Instances boot again with the cloud, so their grace begins anew. */
function bootAgain(records: AutoScalingRecords): void {
  for (const group of Object.values(records.groups)) {
    for (const instance of group.instances) {
      if (instance.inServiceAt !== undefined) instance.inServiceAt = Date.now()
      instance.wasHealthy = false
    }
  }
}
