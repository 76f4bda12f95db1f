import type { AlarmRecord } from '../../server/localcloud/cloudwatch/alarm-record.js'
import type { World } from './world.js'

/** What groups have beside their instances, by names that are the same for every run; alarms that nobody's group has too. */
export function besideGroups({ cloud }: World): readonly string[] {
  const { alarms } = cloud.model.state.section<{ alarms: Record<string, AlarmRecord> }>('monitoring', {
    alarms: {},
  })
  const made = Object.values(alarms).filter((alarm) => !(alarm.kind === 'metric' && alarm.owned))
  const ofGroups = Object.values(cloud.groups).flatMap((group) => [
    ...group.policies.map(({ name }) => `${group.name} policy ${name}`),
    ...group.schedules.map(({ name }) => `${group.name} schedule ${name}`),
    ...group.notifications.flatMap(({ types }) => types.map((type) => `${group.name} tells of ${type}`)),
    ...group.hooks.map(({ name }) => `${group.name} hook ${name}`),
    ...group.enabledMetrics.map((metric) => `${group.name} metric ${metric}`),
    ...group.tags.filter(({ key }) => key !== 'delling:op').map(({ key }) => `${group.name} tag ${key}`),
    ...(group.warmPool ? [`${group.name} warm pool`] : []),
  ])
  return [...made.map(({ name }) => `alarm ${name}`), ...ofGroups].sort()
}
