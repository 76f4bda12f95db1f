import { randomUUID } from 'node:crypto'
import type { LocalCloud, Service } from '../cloud.js'
import { AlarmLoop } from './alarm-loop.js'
import { alarmOperations } from './alarm-operations.js'
import type { MonitoringRecords } from './alarm-record.js'
import { ownedAlarmFrom } from './alarm-settings.js'
import { InstanceMetrics } from './instance-metrics.js'
import { MetricFile } from './metric-file.js'
import { metricOperations } from './metric-operations.js'
import { MetricStore } from './metric-store.js'

/** CloudWatch with the real numbers of the proxy and of the processes. Sets `cloud.metrics`. */
export function makeCloudWatch(cloud: LocalCloud): Service {
  const records = () =>
    cloud.state.section<MonitoringRecords>('monitoring', { stateId: randomUUID(), alarms: {} })
  const store = new MetricStore()
  const file = new MetricFile(cloud, store, () => records().stateId)
  const loop = new AlarmLoop(cloud, store, records)
  const instances = new InstanceMetrics(cloud)
  cloud.metrics = {
    put: (namespace, metric, dimensions, value, unit) =>
      store.put(namespace, metric, dimensions, cloud.clock.now().getTime(), value, unit),
    putValues: (namespace, metric, dimensions, values, counts, unit) => {
      const now = cloud.clock.now().getTime()
      values.forEach((value, at) =>
        store.put(namespace, metric, dimensions, now, value, unit, counts[at] ?? 1),
      )
    },
    alarmsCalling: (actionArn) =>
      Object.values(records().alarms)
        .filter((alarm) => Object.values(alarm.actions).some((arns) => arns.includes(actionArn)))
        .map(({ name }) => name),
    onAlarmAction: (listener) => loop.onAction(listener),
    alarmValue: (name) => loop.valueOf(name),
    putOwnedAlarm: (alarm) => {
      records().alarms[alarm.name] = ownedAlarmFrom(cloud, alarm)
      cloud.state.changed()
    },
    deleteOwnedAlarm: (name) => {
      delete records().alarms[name]
      cloud.state.changed()
    },
  }
  return {
    name: 'monitoring',
    operations: { ...metricOperations(cloud, store), ...alarmOperations({ cloud, records, loop }) },
    start: async () => {
      await file.start()
      loop.start()
      instances.start()
    },
    stop: async () => {
      loop.stop()
      instances.stop()
      await file.stop()
    },
  }
}
