import type { ElbApi, LocalCloud, Service } from '../cloud.js'
import type { NetworkHost } from '../host.js'
import { accountOperations } from './account-operations.js'
import { usersOf } from './forward-actions.js'
import { HostCountReporter } from './host-counts.js'
import { listenerOperations } from './listener-operations.js'
import { ListenerServers } from './listener-servers.js'
import { activateLater, loadBalancerOperations } from './load-balancer-operations.js'
import { type Parts, targetGroupOf } from './parts.js'
import { dimensionOf, firstRecords } from './records.js'
import { RoutingTable } from './routing-table.js'
import { ruleOperations } from './rule-operations.js'
import { socketNetwork } from './socket-network.js'
import { tagOperations } from './tag-operations.js'
import { targetGroupOperations } from './target-group-operations.js'
import { deregisterTargets, registerTargets, targetOperations } from './target-operations.js'
import { TargetPools } from './target-pools.js'
import { TargetRegistry } from './target-registry.js'
import { TrafficMeter } from './traffic-meter.js'

/** AWS publishes no figure for how long a changed rule takes to reach all nodes; only the real pace waits. */
const PROPAGATION_AT_REAL_PACE_MS = 2000

export interface ListenerAddress {
  readonly listenerArn: string
  readonly loadBalancerName: string
  /** The port that was asked for. */
  readonly port: number
  /** Where it really answers. */
  readonly url: string
}

export type LoadBalancingService = Service & { listenerAddresses(): ListenerAddress[] }

/** Elastic Load Balancing with application load balancers that really carry HTTP. Sets `cloud.elb`. */
export function makeLoadBalancing(
  cloud: LocalCloud,
  network: NetworkHost = socketNetwork,
): LoadBalancingService {
  const records = () => cloud.state.section('elasticloadbalancing', firstRecords())
  const pools = new TargetPools()
  const meter = new TrafficMeter()
  const registry = new TargetRegistry(cloud, records, pools, network.probe)
  const routing = new RoutingTable(records)
  const servers = new ListenerServers(cloud, { pools, meter, registry, routing }, network)
  const reporter = new HostCountReporter(cloud, records, registry, meter, network.countEveryMs)
  const parts: Parts = {
    cloud,
    records,
    registry,
    servers,
    changed: () => {
      cloud.state.changed()
      registry.sync()
      if (cloud.clock.pace !== 'real') routing.invalidate()
      else setTimeout(() => routing.invalidate(), PROPAGATION_AT_REAL_PACE_MS).unref()
    },
  }
  cloud.elb = elbApi(parts)
  return {
    name: 'elasticloadbalancing',
    operations: {
      ...loadBalancerOperations(parts),
      ...listenerOperations(parts),
      ...ruleOperations(parts),
      ...targetGroupOperations(parts),
      ...targetOperations(parts),
      ...tagOperations(parts),
      ...accountOperations(),
    },
    listenerAddresses: () => listenerAddresses(parts),
    start: async () => {
      cloud.ec2.onInstanceChange(() => registry.sync())
      dropDrained(parts)
      registry.sync()
      for (const loadBalancer of Object.values(records().loadBalancers)) {
        if (loadBalancer.state === 'provisioning') activateLater(parts, loadBalancer)
      }
      await Promise.all(Object.values(records().listeners).map((listener) => servers.start(listener)))
      reporter.start()
    },
    stop: async () => {
      reporter.stop()
      await servers.stopAll()
      registry.stop()
      await pools.destroy()
    },
  }
}

/** What was draining when the cloud stopped has no connections any more. */
function dropDrained(parts: Parts): void {
  for (const group of Object.values(parts.records().targetGroups)) {
    group.targets = group.targets.filter((target) => !target.draining)
  }
}

function listenerAddresses(parts: Parts): ListenerAddress[] {
  const { listeners, loadBalancers } = parts.records()
  return Object.values(listeners).map((listener) => ({
    listenerArn: listener.arn,
    loadBalancerName: loadBalancers[listener.loadBalancerArn]?.name ?? '',
    port: listener.port,
    url: `http://127.0.0.1:${listener.boundPort ?? listener.port}/`,
  }))
}

function elbApi(parts: Parts): ElbApi {
  const { records, registry } = parts
  return {
    targetGroupExists: (arn) => arn in records().targetGroups,
    targetGroupInUse: (arn) => usersOf(records()).has(arn),
    resourceLabels: (arn) =>
      [...(usersOf(records()).get(arn) ?? [])].map((user) => `${dimensionOf(user)}/${dimensionOf(arn)}`),
    register: (arn, instanceId) => registerTargets(parts, targetGroupOf(parts, arn), [{ Id: instanceId }]),
    deregister: async (arn, instanceId) => {
      const record = records().targetGroups[arn]
      if (record) await deregisterTargets(parts, record, [{ Id: instanceId }])
    },
    targetState: (arn, instanceId) => registry.group(arn)?.find(instanceId)?.state,
  }
}
