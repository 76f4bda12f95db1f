import type { Invariants } from './invariants.js'
import { isRefusal } from './call-faults.js'
import type { Random } from './random.js'
import type { World } from './world.js'

/** Changes that somebody makes in the account behind our back. */
export async function strangerActs(
  world: World,
  invariants: Invariants,
  cluster: string,
  random: Random,
): Promise<string> {
  const state = world.store.peek(cluster)
  const group = state?.groups.length ? random.pick(state.groups) : null
  if (!state || !group) return 'nobody is there'
  const act = random.pick(['weights', 'size', 'kill', 'resume', 'delete', 'policy'] as const)
  invariants.stranger(cluster, group.name)
  const as = (service: string, action: string, input: object) =>
    world.cloud.asStranger(service, action, input)
  try {
    switch (act) {
      case 'weights': {
        const rule = world.cloud.rule(state.cluster.ruleArn)
        const entries = rule?.actions.at(-1)?.ForwardConfig?.TargetGroups ?? []
        if (!rule || entries.length < 2) return 'nothing to weigh'
        const chosen = random.between(0, entries.length - 1)
        const mixed = random.chance(0.3)
        const TargetGroups = entries.map((entry, at) => ({
          ...entry,
          Weight: mixed ? random.between(1, 50) : at === chosen ? 100 : 0,
        }))
        await as('elasticloadbalancing', 'ModifyRule', {
          RuleArn: rule.arn,
          Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }],
        })
        return mixed ? 'mixes the weights' : 'moves the traffic'
      }
      case 'size':
        await as('autoscaling', 'UpdateAutoScalingGroup', {
          AutoScalingGroupName: group.name,
          MinSize: random.between(1, 4),
        })
        return `sets MinSize of ${group.name}`
      case 'kill': {
        const victim = world.cloud.groups[group.name]?.instances[0]
        if (!victim) return 'nothing to kill'
        await as('ec2', 'TerminateInstances', { InstanceIds: [victim.id] })
        return `terminates an instance of ${group.name}`
      }
      case 'resume':
        await as('autoscaling', 'ResumeProcesses', { AutoScalingGroupName: group.name })
        return `resumes the processes of ${group.name}`
      case 'delete': {
        const spare = state.groups.find((each) => ['warm', 'rejected', 'failed'].includes(each.role))
        if (!spare || random.chance(0.5)) return 'thinks better of deleting a group'
        await as('autoscaling', 'UpdateAutoScalingGroup', {
          AutoScalingGroupName: spare.name,
          DeletionProtection: 'none',
        })
        world.strangersDeleted.add(spare.name)
        await as('autoscaling', 'DeleteAutoScalingGroup', {
          AutoScalingGroupName: spare.name,
          ForceDelete: true,
        })
        return `deletes ${spare.name}`
      }
      case 'policy':
        await as('autoscaling', 'ExecutePolicy', {
          AutoScalingGroupName: group.name,
          PolicyName: 'out',
          HonorCooldown: false,
        })
        return `scales ${group.name} out`
    }
  } catch (error) {
    if (!isRefusal(error)) throw error
    return `is refused to ${act}`
  }
}
