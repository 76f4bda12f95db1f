import type { Difference, DriftScene, WayOut } from './difference.js'
import type { NotedDifference } from './drift-memory.js'
import type { RuleEntry } from './observation.js'
import { carriesAll, isListed } from './rule-lists.js'
import { shareOf, shareWords } from './share.js'
import { reasonNotAdoptable, type Stranger } from './strangers.js'

/** A group that is the cluster's by name or mark, and not recorded. It is never touched until a person has said so. */
export function strangerDifference({ state, seen, owner }: DriftScene, stranger: Stranger): Difference {
  const { name, group } = stranger
  return {
    kind: 'stranger',
    subject: name,
    what: group ? `Server group ${name}` : `Target group ${name}`,
    expected: 'nothing of this name',
    found: foundWords(stranger, seen.rule?.entries ?? []),
    who: whoMade(stranger, owner),
    ways: [
      {
        act: 'adopt',
        effect: adoptEffect({ state, seen, owner }, stranger),
        reason: reasonNotAdoptable(state, stranger, seen.rule, owner),
      },
      {
        act: 'leave',
        effect: `${name} is left alone${group ? `, at its size of ${group.desired},` : ''} and no longer shown as open.`,
        reason: null,
      },
    ],
  }
}

/** Without its size, which may change each hour: a word about it is for the group, and for what it carries. */
function foundWords({ group, targetGroup }: Stranger, entries: readonly RuleEntry[]): string {
  if (!group) return 'a target group that no Auto Scaling group uses'
  const carries = `carries ${carriesWords(entries, targetGroup?.arn ?? '')}`
  return group.ownerTag
    ? `a group that ${carries}`
    : `a group that stands beside the cluster, ${carries} and is not Delling’s`
}

/** The ways out of a stranger as it was noted, where this look did not list the account; the page that asks looks anew. */
export function waysOfNoted(
  { subject, who }: Pick<NotedDifference, 'subject' | 'who'>,
  cluster: string,
): readonly WayOut[] {
  return [
    {
      act: 'adopt',
      effect: `${subject} becomes a group of the cluster.`,
      reason: who?.startsWith(thisInstallation)
        ? null
        : `${subject} does not carry the mark of this installation: delling drift ${cluster} says what can be done.`,
    },
    { act: 'leave', effect: `${subject} is left alone.`, reason: null },
  ]
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

const thisInstallation = 'this installation'

function whoMade({ group }: Stranger, owner: string): string | null {
  if (!group?.ownerTag) return null
  if (group.ownerTag !== owner) return `the installation ${group.ownerTag}`
  return group.operationTag ? `${thisInstallation}, operation ${group.operationTag}` : thisInstallation
}
