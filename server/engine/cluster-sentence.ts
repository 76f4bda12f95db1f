import type { Cluster } from '../domain/cluster.js'
import { zonedTime } from '../domain/decide-after-switch.js'
import { withStop } from '../domain/may-start.js'
import { pushLabel } from '../domain/names.js'
import type { Operation } from '../domain/operation.js'
import type { Readiness } from '../domain/readiness.js'
import { staysUntil, type ServerGroup } from '../domain/server-group.js'
import { retiredSentence } from './retired-cluster.js'

/** What a person would sensibly do next on a cluster's page. */
export interface NextStep {
  readonly title: string
  readonly text: string
  readonly href?: string
}

/** What the sentences are made from. */
interface Facts {
  readonly cluster: Cluster
  readonly live: GroupFacts | null
  readonly active: Operation | null
  readonly switchBack: GroupFacts | null
  readonly groups: readonly GroupFacts[]
  readonly darkZones: string | null
}

interface GroupFacts {
  readonly group: ServerGroup
  readonly size: number
  readonly weight: number
  readonly share: number
  readonly healthy: number
  readonly readiness: Readiness | null
}

/** Who carries the traffic and whether it could go back now: the first two seconds of the page. */
export function clusterSentence(view: Facts): string {
  const { live, active, switchBack, cluster } = view
  const retired = retiredSentence(cluster)
  if (retired) return retired
  const parts = [live ? carrySentence(live, view.groups) : 'Nothing carries traffic yet.']
  if (cluster.needsPerson) parts.push(cluster.needsPerson)
  if (view.darkZones) parts.push(view.darkZones)
  if (switchBack) parts.push(warmSentence(switchBack, cluster.policy.timeZone))
  if (active) parts.push(activeSentence(active, view.groups))
  return parts.join(' ')
}

function carrySentence(live: GroupFacts, groups: readonly GroupFacts[]): string {
  const label = pushLabel(live.group.name)
  const others = groups.filter((each) => each !== live && each.weight > 0)
  if (others.length === 0) return `${label} carries all traffic.`
  const shares = [live, ...others].map((each) => `${pushLabel(each.group.name)} ${each.share} %`)
  return `The traffic is shared: ${shares.join(', ')}.`
}

function warmSentence(warm: GroupFacts, timeZone: string): string {
  const label = pushLabel(warm.group.name)
  const end = staysUntil(warm.group)
  const until = end ? `until ${zonedTime(end, timeZone)}` : 'kept until it is released'
  if (warm.readiness?.state === 'ready') return `${label} is warm and could take it back now, ${until}.`
  if (warm.readiness?.state === 'lost') return `${label} can’t take it back: it has no healthy target.`
  return `${label} is warm, ${until}: ${warm.readiness?.sentence ?? 'its health is not known.'}`
}

function activeSentence(active: Operation, groups: readonly GroupFacts[]): string {
  const next = groups.find((view) => view.group.name === active.to)
  if (active.phase === 'halted') return `The ${active.kind} is halted: ${active.haltedBecause ?? ''}`
  if (next && ['launching', 'registering'].includes(active.phase)) {
    // Nothing is counted before there are instances, or while AWS can't be looked at.
    const counted = next.size > 0 ? `, ${next.healthy} of ${next.size} healthy` : ''
    return `${pushLabel(next.group.name)} is launching${counted}.`
  }
  return active.wait
    ? withStop(active.wait.sentence)
    : `A ${active.kind === 'switchBack' ? 'switch back' : active.kind} is ${active.phase}.`
}

export function nextStepOf(view: Facts): NextStep | null {
  const { cluster, active, live, switchBack } = view
  if (cluster.needsPerson) return { title: 'A person is needed', text: cluster.needsPerson }
  if (active?.phase === 'halted')
    return { title: 'Decide what holds', text: active.haltedBecause ?? '', href: `/operations/${active.id}` }
  if (active?.phase === 'approving')
    return {
      title: `Approve or decline ${pushLabel(active.to ?? cluster.name)}`,
      text: `${withStop(active.wait?.sentence ?? 'Waiting for a person to approve or decline the switch')}${untilWords(active, cluster)}`,
      href: `/operations/${active.id}`,
    }
  if (active)
    return {
      title: `Recommended next step: wait for ${pushLabel(active.to ?? cluster.name)}`,
      text: active.wait ? withStop(active.wait.sentence) : `The ${active.kind} is ${active.phase}.`,
      href: `/operations/${active.id}`,
    }
  // Its own sentence says everything.
  if (cluster.retired) return null
  if (!live)
    return {
      title: 'Create it again',
      text: 'Its first group never got registered; nothing carries traffic.',
      href: `/clusters/new?name=${cluster.name}`,
    }
  if (live.group.verdict?.badSince)
    return {
      title: `The night watch speaks against ${pushLabel(live.group.name)}`,
      text: `${live.group.verdict.sentence}${live.group.verdict.asked ? '' : ' A person decides whether to roll back.'}`,
      ...(switchBack ? { href: `/clusters/${cluster.name}/rollback?to=${switchBack.group.name}` } : {}),
    }
  if (cluster.queuePaused)
    return { title: 'The queue stands still', text: `${cluster.queuePaused}; let it go on or leave it.` }
  if (switchBack?.readiness && switchBack.readiness.state !== 'ready')
    return {
      title: `${pushLabel(switchBack.group.name)} is not ready to take the traffic back`,
      text: switchBack.readiness.sentence,
    }
  return null
}

function untilWords({ wait }: Operation, { policy }: Cluster): string {
  return wait?.until ? ` It has until ${zonedTime(wait.until, policy.timeZone)}.` : ''
}
