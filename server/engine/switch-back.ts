import type { PlannedCall } from '../domain/call.js'
import { firstChoice } from '../domain/first-choice.js'
import { activeTraffic, recordedLive, type ClusterState } from '../domain/cluster-state.js'
import { pushLabel } from '../domain/names.js'
import type { Observed } from '../domain/observation.js'
import type { Actor } from '../domain/operation.js'
import { switchBackPlan } from '../domain/plan-sentences.js'
import { neededFor, warmReadiness, type Readiness } from '../domain/readiness.js'
import { Refusal } from '../domain/refusal.js'
import type { ServerGroup } from '../domain/server-group.js'
import { cancelOperation } from './cancel.js'
import { requestOperation } from './operation-event.js'
import { freshLook, refuseDrift, unknownCluster } from './fresh-look.js'
import type { Parts } from './parts.js'
import type { Started } from './started.js'
import { reasonUnderStop } from './restrained.js'

export interface SwitchBackInput {
  readonly cluster: string
  /** Absent: the best warm group. */
  readonly to?: string | undefined
  /** Onto a group smaller than live, with a written reason. */
  readonly now?: boolean | undefined
  readonly reason?: string | undefined
  readonly markBad?: boolean | undefined
}

export interface SwitchBackPlan {
  readonly cluster: string
  readonly from: string
  readonly to: string
  readonly readiness: Readiness
  readonly plan: readonly PlannedCall[]
  /** What speaks against it, and does not keep anybody from it. */
  readonly warnings: readonly string[]
  readonly ends: string
}

/** Whether a switch back would work now and what it would do; changes nothing. Throws Refusal. */
export async function planSwitchBack(parts: Parts, input: SwitchBackInput): Promise<SwitchBackPlan> {
  const { state, seen } = await freshLook(parts, input.cluster)
  refuseDrift(state, seen, activeTraffic(state) === null)
  const live = liveOf(state)
  const to = targetOf(state, seen, input)
  const needed = neededFor(seen.groups.get(live.name))
  const readiness = readinessOf(parts, seen, to, needed)
  const left = input.markBad === false ? 'warm' : 'rejected'
  return {
    cluster: input.cluster,
    from: live.name,
    to: to.name,
    readiness,
    plan: switchBackPlan(live.name, to.name, needed, readiness.healthy < needed && !input.now),
    warnings: await warningsOf(parts, to),
    ends: `traffic: ${pushLabel(to.name)} 100 %; ${pushLabel(live.name)} ${left}`,
  }
}

async function warningsOf({ history }: Parts, to: ServerGroup): Promise<readonly string[]> {
  const image = await history.image(to.image.imageId)
  if (!image?.bad) return []
  const { reason, group } = image.bad
  return [
    `${pushLabel(to.name)} runs ${image.name}, which is marked bad since ${group}: ${reason.replace(/\.$/, '')}.`,
  ]
}

/** Records a switch back; while a deployment runs from the group meant, it is that deployment's cancel. Throws Refusal. */
export async function switchBack(parts: Parts, actor: Actor, input: SwitchBackInput): Promise<Started> {
  const { state: known, seen } = await freshLook(parts, input.cluster)
  const running = activeTraffic(known)
  if (running?.kind === 'deploy' && (!input.to || input.to === running.from))
    return {
      ...(await cancelOperation(parts, actor, running.id, input.reason ?? 'rolled back')),
      warnings: [],
    }
  refuseDrift(known, seen, running === null)
  const live = liveOf(known)
  const to = targetOf(known, seen, input)
  const readiness = readinessOf(parts, seen, to, neededFor(seen.groups.get(live.name)))
  refuseUseless(input, to, readiness)
  const warnings = await warningsOf(parts, to)
  const word = await reasonUnderStop(parts, actor, known.cluster, input.reason)
  const id = parts.newId()
  const at = parts.clock.now()
  return parts.store.request(input.cluster, (state) => {
    if (!state) throw unknownCluster(input.cluster)
    const active = activeTraffic(state)
    if (active)
      throw new Refusal(
        'OperationRunning',
        `A ${active.kind} of ${input.cluster} is running (${active.phase}); cancel it first. Nothing was changed.`,
        'conflict',
        {
          ways: [
            {
              label: `Follow the ${active.kind}`,
              href: `/operations/${active.id}`,
              command: `delling operations show ${active.id}`,
            },
          ],
        },
      )
    const target = state.groups.find((group) => group.name === to.name)
    if (!target || target.shrinkStarted) throw gone(to.name)
    const { operation, rows } = requestOperation(state, {
      id,
      at,
      kind: 'switchBack',
      request: {
        actor,
        reason: input.reason ?? '',
        ...word,
        group: to.name,
        now: input.now ?? false,
        markBad: input.markBad ?? true,
      },
    })
    return { change: rows, result: { operation, warnings } }
  })
}

function liveOf(state: ClusterState): ServerGroup {
  const live = recordedLive(state)
  if (live) return live
  throw new Refusal('NothingLive', `No group of ${state.cluster.name} is live. Nothing was changed.`)
}

/** The group meant, or the best warm one: ready before degraded, then the newest to leave the traffic. */
function targetOf(state: ClusterState, seen: Observed, input: SwitchBackInput): ServerGroup {
  if (input.to) {
    const named = state.groups.find((group) => group.name === input.to || pushLabel(group.name) === input.to)
    if (!named) throw gone(input.to)
    if (named.role === 'live')
      throw new Refusal('AlreadyLive', `${named.name} carries the traffic already. Nothing was changed.`)
    if (named.role !== 'warm' && !(named.role === 'rejected' && input.reason))
      throw new Refusal(
        'NotWarm',
        `${named.name} is ${named.role}${named.role === 'rejected' ? '; switching to it takes a written reason' : ', so the traffic can’t go to it'}. Nothing was changed.`,
      )
    return named
  }
  const best = firstChoice(state, seen)
  if (best) return best
  throw new Refusal(
    'NothingWarm',
    `${state.cluster.name} has no warm group to switch back to. Nothing was changed.`,
    'conflict',
    {
      ways: [
        {
          label: 'Deploy an earlier image',
          href: `/clusters/${state.cluster.name}/deploy`,
          command: `delling deploy ${state.cluster.name} --image …`,
        },
      ],
    },
  )
}

export function readinessOf(
  parts: Parts,
  seen: Observed | null,
  group: ServerGroup,
  needed: number,
): Readiness {
  const listed = seen?.rule?.entries.some((entry) => entry.targetGroupArn === group.targetGroupArn) ?? false
  return warmReadiness(
    seen?.groups.get(group.name) ?? null,
    needed,
    listed,
    parts.timings.registerDeadlineMs / 5,
  )
}

/** Only a group without a healthy target is refused: everything else is better than a bad release at three in the morning. */
function refuseUseless(input: SwitchBackInput, to: ServerGroup, readiness: Readiness): void {
  if (input.now && !input.reason?.trim())
    throw new Refusal(
      'ReasonNeeded',
      `Switching back at once to a smaller group needs a written reason. Nothing was changed.`,
      'invalid',
      {
        faults: [{ field: 'reason', sentence: 'Say why it can’t wait.' }],
      },
    )
  if (to.role === 'warm' && readiness.healthy === 0)
    throw new Refusal(
      'NoHealthyTarget',
      `${to.name} has no healthy target (${readiness.healthy} of ${readiness.needed} needed): the switch would turn requests into errors. Nothing was changed.`,
    )
}

function gone(name: string): Refusal {
  return new Refusal(
    'UnknownGroup',
    `There is no server group ${name} to switch to. Nothing was changed.`,
    'notFound',
  )
}
