import { groupNamed } from '../domain/cluster-state.js'
import { parseServerGroupName } from '../domain/names.js'
import { Refusal } from '../domain/refusal.js'
import type { LocalCloudSeen, Rehearsal } from '../domain/rehearsal.js'
import type { Parts } from './parts.js'

/** Throws Refusal, tied to its field, for a zone, an instance or a group that is not there. Answers the cluster it is about. */
export async function refuseUnknownNames(
  parts: Parts,
  seen: LocalCloudSeen,
  rehearsal: Rehearsal,
): Promise<string | null> {
  if ('zone' in rehearsal && !seen.zones.includes(rehearsal.zone))
    throw unknown('zone', `The local cloud has no zone ${rehearsal.zone}; it has ${seen.zones.join(', ')}.`)
  if ('instance' in rehearsal) return clusterOfInstance(parts, seen, rehearsal.instance)
  if ('group' in rehearsal) return clusterOfGroup(parts, 'group', rehearsal.group)
  if (rehearsal.act !== 'ailment' || rehearsal.of === '*') return null
  if (rehearsal.of.startsWith('i-')) return clusterOfInstance(parts, seen, rehearsal.of, 'of')
  const named = parseServerGroupName(rehearsal.of)
  if (named && (await parts.history.clusterState(named.cluster))) return named.cluster
  throw unknown(
    'of',
    `“${rehearsal.of}” is neither an instance nor a server group of a cluster that is here; “*” is every instance.`,
  )
}

/** Where a group's traffic is: its cluster's rule and its own target group. */
export async function meantGroup(
  parts: Parts,
  name: string,
): Promise<{ readonly ruleArn: string; readonly targetGroupArn: string }> {
  const state = await parts.history.clusterState(parseServerGroupName(name)?.cluster ?? '')
  const targetGroupArn = state && groupNamed(state, name)?.targetGroupArn
  if (state?.cluster.ruleArn && targetGroupArn) return { ruleArn: state.cluster.ruleArn, targetGroupArn }
  throw unknown('group', `${name} has no target group in a rule yet.`)
}

async function clusterOfGroup(parts: Parts, field: string, name: string): Promise<string> {
  const cluster = parseServerGroupName(name)?.cluster ?? ''
  const state = await parts.history.clusterState(cluster)
  if (state && groupNamed(state, name)) return cluster
  throw unknown(field, `There is no server group ${name}.`)
}

async function clusterOfInstance(
  parts: Parts,
  { instances }: LocalCloudSeen,
  id: string,
  field = 'instance',
): Promise<string | null> {
  const instance = instances.find((each) => each.instanceId === id)
  if (!instance || instance.state !== 'running') throw unknown(field, `No instance ${id} is running.`)
  const cluster = parseServerGroupName(instance.group ?? '')?.cluster
  return cluster && (await parts.history.clusterState(cluster)) ? cluster : null
}

function unknown(field: string, sentence: string): Refusal {
  return new Refusal('UnknownName', `${sentence} Nothing was changed.`, 'invalid', {
    faults: [{ field, sentence }],
  })
}
