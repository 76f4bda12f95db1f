import type { Call } from './call.js'
import type { ClusterState } from './cluster-state.js'
import { lastLanding } from './open-tickets.js'
import type { Operation } from './operation.js'
import type { ServerGroup } from './server-group.js'
import { managedTag, ownTags, type Tags } from './tags.js'
import { act, observedOf, wait, type Turn, type TurnStep } from './turn.js'

/** Something of a cluster that carries our marks, as AWS shows it. */
interface Part {
  /** What refusals and the audit trail name. */
  readonly object: string
  readonly what: string
  /** Null where it is not there. */
  readonly shown: Tags | null
  readonly wanted: Tags
  readonly mark: (tags: Tags) => Call
  readonly unmark: (keys: readonly string[]) => Call
}

/** The next request that gives a part the marks that it lacks; null once all have them. */
export function markNext(turn: Turn, operation: Operation): TurnStep | null {
  for (const part of partsOf(turn, operation)) {
    const lacks = Object.entries(part.wanted).some(([key, value]) => part.shown?.[key] !== value)
    if (part.shown && lacks)
      return act(operation, part.mark(part.wanted), part.object, `${part.what} is marked as ours.`)
  }
  return waitForLate(turn, operation, ['DeleteGroupTags', 'RemoveTags', 'DeleteTags'])
}

/** The next request that takes our marks off; null once none is left. What another installation has marked is left alone. */
export function unmarkNext(turn: Turn, operation: Operation): TurnStep | null {
  for (const part of partsOf(turn, operation)) {
    const { shown } = part
    const keys = Object.keys(shown ?? {}).sort()
    // What has no owner left is the rest of a removal that AWS carried out in part.
    const ours = shown?.['delling:owner'] === undefined || shown['delling:owner'] === turn.owner
    if (keys.length > 0 && ours)
      return act(operation, part.unmark(keys), part.object, `${part.what} is not ours any more.`)
  }
  return waitForLate(turn, operation, ['CreateOrUpdateTags', 'AddTags', 'CreateTags'])
}

/** Everything that is marked, in AWS calls: for a plan, before any of it is there. */
export function markedParts(state: ClusterState): readonly { readonly api: string; readonly of: string }[] {
  return [
    ...state.groups.flatMap((group) => [
      { api: 'Auto Scaling', of: group.name },
      { api: 'ELBv2', of: `target group ${group.targetGroupName}` },
      ...(group.adopted?.templateStays ? [] : [{ api: 'EC2', of: `launch template ${templateOf(group)}` }]),
    ]),
    { api: 'ELBv2', of: 'the listener rule' },
  ]
}

function partsOf(turn: Turn, operation: Operation): readonly Part[] {
  const { cluster, groups } = turn.state
  const tags = ownTags(turn.owner, cluster.application, cluster.name, operation.id)
  const { rule } = turn.seen
  return [
    ...groups.flatMap((group) => partsOfGroup(turn, group, { ...tags, 'delling:group': group.name })),
    ...(rule
      ? [
          elbPart(cluster.name, 'The listener rule', rule.ruleArn, turn.seen.ruleMarks, {
            ...tags,
            ...managedTag,
          }),
        ]
      : []),
  ]
}

function partsOfGroup(turn: Turn, group: ServerGroup, wanted: Tags): readonly Part[] {
  const { name } = group
  const seen = observedOf(turn, name)
  const { marks, launchTemplateId } = seen ?? {}
  return [
    {
      object: name,
      what: `The Auto Scaling group ${name}`,
      shown: marks?.scalingGroup ?? null,
      wanted,
      mark: (tags) => ({ type: 'CreateOrUpdateTags', group: name, tags }),
      unmark: (keys) => ({ type: 'DeleteGroupTags', group: name, keys }),
    },
    ...(seen?.targetGroupArn
      ? [elbPart(name, `The target group of ${name}`, seen.targetGroupArn, marks?.targetGroup, wanted)]
      : []),
    ...(launchTemplateId && !group.adopted?.templateStays
      ? [
          {
            object: name,
            what: `The launch template ${templateOf(group)}`,
            shown: marks?.launchTemplate ?? null,
            wanted,
            mark: (tags: Tags): Call => ({ type: 'CreateTags', launchTemplateId, tags }),
            unmark: (keys: readonly string[]): Call => ({ type: 'DeleteTags', launchTemplateId, keys }),
          },
        ]
      : []),
  ]
}

function elbPart(
  object: string,
  what: string,
  arn: string,
  shown: Tags | null | undefined,
  wanted: Tags,
): Part {
  return {
    object,
    what,
    shown: shown ?? null,
    wanted,
    mark: (tags) => ({ type: 'AddTags', arn, tags }),
    unmark: (keys) => ({ type: 'RemoveTags', arn, keys }),
  }
}

function templateOf(group: ServerGroup): string {
  return group.adopted?.launchTemplateName ?? group.name
}

/** An earlier request the other way that AWS never answered could still undo what is there now. */
function waitForLate(turn: Turn, operation: Operation, types: readonly Call['type'][]): TurnStep | null {
  const late = turn.state.tickets.filter(({ call }) => types.includes(call.type))
  const landing = lastLanding(late, turn.timings)
  if (!landing) return null
  return wait(
    turn,
    operation,
    'An earlier change of our marks was never answered and may still take effect',
    landing,
  )
}
