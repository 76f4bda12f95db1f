import type { Call } from './call.js'
import { abort } from './group-steps.js'
import type { Operation } from './operation.js'
import { managedTag, ownTags } from './tags.js'
import { act, later, record, wait, type Turn, type TurnStep } from './turn.js'

/** A cluster's load balancer and listener: existing ones are only looked at. */
export function prepareBalancer(turn: Turn, operation: Operation): TurnStep {
  const { settings, name, application } = turn.state.cluster
  const { balancer } = settings
  const seen = turn.seen.balancer
  const tags = { ...ownTags(turn.owner, application, name, operation.id), ...managedTag }
  const until = later(operation.phaseSince, turn.timings.registerDeadlineMs)
  const late = turn.seen.at > until
  if (!seen) {
    if (balancer.loadBalancerArn)
      return abort(turn, operation, `The load balancer ${balancer.loadBalancerName} is gone.`)
    if (late) return abort(turn, operation, `The load balancer ${balancer.loadBalancerName} did not appear.`)
    const call: Call = {
      type: 'CreateLoadBalancer',
      name: balancer.loadBalancerName,
      subnetIds: settings.subnets.map((subnet) => subnet.subnetId),
      securityGroupIds: settings.securityGroupIds,
      tags,
    }
    return act(operation, call, balancer.loadBalancerName, 'A load balancer for the cluster.')
  }
  const disabled = settings.subnets.map((subnet) => subnet.zone).filter((zone) => !seen.zones.includes(zone))
  if (disabled.length > 0)
    return abort(
      turn,
      operation,
      `The load balancer ${balancer.loadBalancerName} is not enabled in ${disabled.join(', ')}; a target there is never checked.`,
    )
  if (!seen.listenerArn) {
    if (balancer.listenerArn)
      return abort(turn, operation, `The listener on port ${balancer.listenerPort} is gone.`)
    if (late) return abort(turn, operation, `The listener on port ${balancer.listenerPort} did not appear.`)
    const call: Call = {
      type: 'CreateListener',
      loadBalancerArn: seen.loadBalancerArn,
      port: balancer.listenerPort,
      tags,
    }
    return act(operation, call, balancer.loadBalancerName, `A listener on port ${balancer.listenerPort}.`)
  }
  if (seen.state !== 'active') {
    if (late)
      return abort(turn, operation, `The load balancer ${balancer.loadBalancerName} stayed ${seen.state}.`)
    return wait(turn, operation, `The load balancer ${balancer.loadBalancerName} is ${seen.state}.`, until)
  }
  return record(operation, {
    type: 'BalancerReady',
    loadBalancerArn: seen.loadBalancerArn,
    listenerArn: seen.listenerArn,
  })
}
