import type { Difference, DriftScene } from './difference.js'
import type { RuleEntry } from './observation.js'
import { carriesAll, isListed } from './rule-lists.js'
import { shareOf, shareWords } from './share.js'
import { reasonNotAdoptable, type Stranger } from './strangers.js'

/** A group that is the cluster's by name or mark, and not recorded. It is never touched until a person has said so. */
export function strangerDifference({ state, seen, owner }: DriftScene, stranger: Stranger): Difference {
  const { name, group, targetGroup } = stranger
  const entries = seen.rule?.entries ?? []
  return {
    kind: 'stranger',
    subject: name,
    what: group ? `Server group ${name}` : `Target group ${name}`,
    expected: 'nothing of this name',
    found: group
      ? `a group of ${group.desired} (${group.min} to ${group.max}) that carries ${carriesWords(entries, targetGroup?.arn ?? '')}`
      : 'a target group that no Auto Scaling group uses',
    who: whoMade(stranger, owner),
    ways: [
      {
        act: 'adopt',
        effect: adoptEffect({ state, seen, owner }, stranger),
        reason: reasonNotAdoptable(state, stranger, seen.rule, owner),
      },
      { act: 'leave', effect: `${name} is left alone and no longer shown as open.`, reason: null },
    ],
  }
}

function adoptEffect({ state, seen }: DriftScene, { name, targetGroup }: Stranger): string {
  const kept = `It is kept until a person says otherwise.`
  if (carriesAll(seen.rule, targetGroup?.arn ?? '')) {
    const before = state.groups.filter((group) => group.role === 'live').map((group) => group.name)
    const left = before.length > 0 ? ` ${before.join(', ')} is warm then.` : ''
    return `${name} is live, as the weights say, and its alarms and schedules may resize it.${left} ${kept}`
  }
  const join = isListed(seen.rule, targetGroup?.arn ?? null)
    ? ''
    : ' It joins the rule at weight 0, so that it is health-checked.'
  return `${name} is warm: held at its size, its alarms and schedules suspended.${join} ${kept}`
}

function carriesWords(entries: readonly RuleEntry[], targetGroupArn: string): string {
  return shareOf(entries, targetGroupArn) > 0
    ? `${shareWords(entries, targetGroupArn)} of the traffic`
    : 'nothing'
}

function whoMade({ group }: Stranger, owner: string): string | null {
  if (!group?.ownerTag) return null
  if (group.ownerTag !== owner) return `the installation ${group.ownerTag}`
  return group.operationTag ? `this installation, operation ${group.operationTag}` : 'this installation'
}
