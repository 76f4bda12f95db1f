import type { PlannedCall } from '../domain/call.js'
import { reasonBadSize } from '../domain/cluster.js'
import { groupNamed, type ClusterState } from '../domain/cluster-state.js'
import { pushLabel } from '../domain/names.js'
import type { Observed } from '../domain/observation.js'
import type { Actor, Operation } from '../domain/operation.js'
import { Refusal } from '../domain/refusal.js'
import {
  isLowering,
  reasonNotResizable,
  resizePlan,
  resizeWarnings,
  sizeAfter,
  type SizeAsked,
} from '../domain/resize.js'
import { whereIs } from '../domain/scope.js'
import type { ServerGroup } from '../domain/server-group.js'
import { requestOperation } from './operation-event.js'
import { freshLook, refuseDrift } from './fresh-look.js'
import type { Parts } from './parts.js'
import { plannedStart, refuseRestrained, type PlannedStart } from './restrained.js'
import { invalid } from './validate.js'

export interface ResizeInput extends SizeAsked {
  readonly group: string
  readonly reason?: string | undefined
  /** Why it starts in spite of a hold, a stop, a freeze or closed windows. */
  readonly override?: string | undefined
}

export interface ResizePlan extends PlannedStart {
  readonly group: string
  readonly plan: readonly PlannedCall[]
  readonly differences: readonly { readonly what: string; readonly was: string; readonly will: string }[]
  readonly warnings: readonly string[]
  readonly ends: string
}

/** What a resize would do, in calls; changes nothing. Throws Refusal. */
export async function planResize(parts: Parts, input: ResizeInput): Promise<ResizePlan> {
  const { state, seen, group } = await lookAt(parts, input.group)
  const { size, present } = refuse(state, seen, group, input)
  const held = group.role === 'warm'
  const was = held ? { min: present.min, max: present.max } : group.size
  return {
    group: group.name,
    plan: resizePlan(group, present, size),
    differences: [
      { what: 'Instances', was: String(present.desired), will: String(Math.max(size.min, present.desired)) },
      { what: 'MinSize', was: String(was.min), will: String(size.min) },
      { what: 'MaxSize', was: String(was.max), will: String(Math.max(held ? was.max : 0, size.max)) },
    ],
    warnings: resizeWarnings(state, group, present, size),
    ends: held
      ? `${pushLabel(group.name)} is held at ${size.min} instances`
      : `${pushLabel(group.name)} has ${size.min} to ${size.max} instances; its own scaling decides how many`,
    ...(await plannedStart(parts, changeOf(group, present, size), whereIs(state.cluster))),
  }
}

/** Records that a live or warm group gets another size; the engine does the rest. Throws Refusal. */
export async function resizeGroup(
  parts: Parts,
  actor: Actor,
  input: ResizeInput,
): Promise<{ operation: Operation }> {
  const { state: before, seen, group: known } = await lookAt(parts, input.group)
  const { size: asked, present } = refuse(before, seen, known, input)
  const word = await refuseRestrained(parts, actor, {
    change: changeOf(known, present, asked),
    where: whereIs(before.cluster),
    override: input.override,
  })
  const id = parts.newId()
  const at = parts.clock.now()
  return parts.store.request(known.cluster, (state) => {
    const group = state ? groupNamed(state, known.name) : null
    if (!state || !group) throw unknown(known.name)
    const { size } = refuse(state, seen, group, input)
    const running = state.operations.find(({ kind, to }) => kind === 'resize' && to === group.name)
    if (running)
      throw new Refusal(
        'OperationRunning',
        `A resize of ${group.name} is running; wait for its end or cancel it. Nothing was changed.`,
        'conflict',
        {
          ways: [
            {
              label: 'Follow it',
              href: `/operations/${running.id}`,
              command: `delling operations show ${running.id}`,
            },
          ],
        },
      )
    const { operation, rows } = requestOperation(state, {
      id,
      at,
      kind: 'resize',
      request: { actor, reason: input.reason ?? '', ...word, group: group.name, size },
    })
    return { change: rows, result: { operation } }
  })
}

async function lookAt(
  parts: Parts,
  name: string,
): Promise<{ state: ClusterState; seen: Observed; group: ServerGroup }> {
  const recorded = await parts.history.serverGroup(name)
  if (!recorded) throw unknown(name)
  const { state, seen } = await freshLook(parts, recorded.cluster)
  return { state, seen, group: groupNamed(state, name) ?? recorded }
}

function refuse(state: ClusterState, seen: Observed, group: ServerGroup, input: ResizeInput) {
  const present = seen.groups.get(group.name)?.autoScaling
  const size = sizeAfter(group.size, input)
  const bad = reasonBadSize(size)
  if (bad) throw invalid(input.min === undefined ? 'size' : 'min', bad)
  const reason = reasonNotResizable(state, group, present, size)
  if (reason || !present)
    throw new Refusal(
      'NotResizable',
      `${reason ?? `AWS shows no ${group.name}.`} Nothing was changed.`,
      'conflict',
      {
        ways: [
          {
            label: `Open ${group.cluster}`,
            href: `/clusters/${group.cluster}`,
            command: `delling status ${group.cluster}`,
          },
        ],
      },
    )
  // More instances do no harm, whoever carries the traffic.
  if (isLowering(group, present, size)) refuseDrift(state, seen)
  return { size, present }
}

/** More instances may be added in spite of a hold; fewer may not. */
function changeOf(
  group: ServerGroup,
  present: Parameters<typeof isLowering>[1],
  size: Parameters<typeof isLowering>[2],
): 'resize' | 'grow' {
  return isLowering(group, present, size) ? 'resize' : 'grow'
}

function unknown(name: string): Refusal {
  return new Refusal('UnknownGroup', `There is no server group ${name}. Nothing was changed.`, 'notFound')
}
