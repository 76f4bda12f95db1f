import type { ProbeAnswer, ProbeRequest } from '../../server/domain/smoke-test.js'
import type { Prober } from '../../server/engine/ports.js'
import { RoutingTable } from '../../server/localcloud/load-balancing/routing-table.js'
import type { SimulatedCloud } from './simulated-cloud.js'

/** Requests through the model’s own listeners and rules, answered as the release of the instance that they reach does. */
export function simulatedProber(cloud: SimulatedCloud): Prober {
  return { probe: async (request) => answerTo(cloud, request) }
}

function answerTo(cloud: SimulatedCloud, { origin, path, host, headers }: ProbeRequest): ProbeAnswer {
  const { listeners, targetGroups } = cloud.balancing
  const listener = Object.values(listeners).find(({ tags }) => tags['localcloud:url'] === origin)
  if (!listener || cloud.isCutOff)
    return { kind: 'unreachable', why: `could not reach ${origin}: connect ECONNREFUSED` }
  const sent = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  const [pathname = '', query = ''] = path.split('?')
  const route = new RoutingTable(() => cloud.balancing).route(listener.arn, {
    method: 'GET',
    host: host ?? new URL(origin).hostname,
    path: pathname,
    query,
    sourceIp: '127.0.0.1',
    header: (name) => sent.get(name),
  })
  const group = route?.groups.find(({ weight }) => weight > 0)
  if (!group || !targetGroups[group.targetGroupArn])
    return { kind: 'answered', status: 503, body: 'Nothing is deployed here.' }
  const [target] = cloud.healthyTargets(group.targetGroupArn)
  return target ? cloud.pageOf(target.id) : { kind: 'answered', status: 503, body: 'Service Unavailable' }
}
