import type { World } from './world.js'

type Process = 'AlarmNotification' | 'ScheduledActions'

/**
 * What the groups' own alarms or schedules do: every group of the cluster whose process is not suspended is set to so many
 * instances, within its limits, as its policy would.
 */
export async function scale(
  world: World,
  cluster: string,
  process: Process,
  wanted: number,
): Promise<string> {
  const groups = Object.values(world.cloud.groups).filter(
    (group) => group.name.startsWith(`${cluster}-v`) && !(process in group.suspended) && !group.deleting,
  )
  for (const group of groups) {
    const DesiredCapacity = Math.min(group.max, Math.max(group.min, wanted))
    if (group.max === 0 || DesiredCapacity === group.desired) continue
    await world.cloud.asStranger('autoscaling', 'SetDesiredCapacity', {
      AutoScalingGroupName: group.name,
      DesiredCapacity,
      HonorCooldown: false,
    })
  }
  return `${process} sets ${groups.map((group) => group.name).join(', ') || 'nobody'} to ${wanted}`
}
